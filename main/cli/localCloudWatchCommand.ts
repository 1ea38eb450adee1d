import path from 'node:path';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { waitFor } from './Interrupt.js';

interface Asked {
  /** 0: any free one. */
  readonly port: number;
  readonly store: string | null;
  readonly json: boolean;
}

/** Runs until interrupted. `--json`: `{ url, port, pid }` once it listens. */
export async function localCloudWatchCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { output, interrupt } = context;
  // Loaded here: no other command needs a server.
  const { LocalCloudWatch } = await import('../localcloud/LocalCloudWatch.js');
  const store = asked.store === null ? {} : { storeFolder: path.resolve(asked.store) };
  let server: Awaited<ReturnType<typeof LocalCloudWatch.start>>;
  try {
    server = await LocalCloudWatch.start({ port: asked.port, ...store });
  } catch (error) {
    output.note(
      `tether: the local CloudWatch could not start: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  }
  const { url, port } = server;
  await output.line(
    asked.json
      ? JSON.stringify({ url, port, pid: process.pid })
      : `local CloudWatch (not AWS) on ${url}; Ctrl+C ends it`,
  );
  await waitFor(null, interrupt.signal);
  await server.stop();
  return 0;
}
