import type { CommandContext } from './CommandContext.js';
import type { Output } from './Output.js';
import { runCommand } from './runCommand.js';
import { fail } from '../model/Problem.js';
import { systemClock } from '../seams/Clock.js';

/** What a command wrote, kept for a test. */
export class TestOutput implements Output {
  readonly colour = false;
  errorIsTerminal = false;
  readonly lines: string[] = [];
  readonly notes: string[] = [];
  readonly shown: string[] = [];

  line(text: string): Promise<boolean> {
    this.lines.push(text);
    return Promise.resolve(true);
  }

  note(text: string): void {
    this.notes.push(text);
  }

  progress(text: string): void {
    this.shown.push(text);
  }
}

/** Runs a command in this process, without an engine. */
export async function runInProcess(
  home: string,
  words: readonly string[],
  change: Partial<CommandContext> = {},
): Promise<{ code: number; output: TestOutput }> {
  const output = new TestOutput();
  const context: CommandContext = {
    home,
    output,
    clock: systemClock,
    interrupt: { signal: new AbortController().signal },
    openEngine: () => Promise.resolve(fail('no-engine', 'There is no engine here.', '')),
    ...change,
  };
  return { code: await runCommand(words, context), output };
}
