#!/usr/bin/env -S node --max-semi-space-size=4 --max-old-space-size=1024
import { tetherHome } from '../config/home.js';
import { systemClock } from '../seams/Clock.js';
import type { ExitCode } from './ExitCode.js';
import { listenForInterrupt } from './Interrupt.js';
import { openCommandEngine } from './openCommandEngine.js';
import { StreamOutput } from './Output.js';
import { runCommand } from './runCommand.js';

/** The command line: see commands.ts for what it takes, ExitCode.ts for how it ends. */
const words = process.argv.slice(2);
const output = new StreamOutput(process.stdout, process.stderr, process.env);
/** These have something to bring in order; any other command may be killed where it stands. */
const orderly = new Set(['record', 'flush', 'export', 'import', 'local-cloudwatch', 'health']);
const interrupt = orderly.has(words[0] ?? '')
  ? listenForInterrupt((text) => {
      output.note(text);
    })
  : { signal: new AbortController().signal };

async function run(): Promise<ExitCode> {
  const home = tetherHome(process.env);
  const context = { home, output, clock: systemClock, interrupt, openEngine: openCommandEngine };
  try {
    return await runCommand(words, context);
  } catch (error) {
    // Expected failures are values; this is a bug, or the disk gave way under a reader.
    output.note(`tether: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return 1;
  }
}

const exitCode = await run();
await output.flush();
process.exit(exitCode);
