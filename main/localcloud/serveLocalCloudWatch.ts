/**
 * The local CloudWatch as a process of its own:
 *
 *   node serveLocalCloudWatch.js [--port N] [--store DIR] [--port-file FILE] [--bytes-max N] [--exit-with-stdin]
 *
 * Prints one JSON line `{"event":"listening","url":…,"port":…,"pid":…}` on stdout when it is ready. If the wanted port is
 * taken it takes any free one. Stops on SIGTERM, SIGINT and, with --exit-with-stdin, when stdin closes: a parent that dies
 * takes it along. Exit 0 after a stop, 1 if it could not start, 2 for wrong arguments.
 */
import { rename, rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { LocalCloudWatch, type LocalCloudWatchOptions } from './LocalCloudWatch.js';

interface ServeArguments {
  readonly options: LocalCloudWatchOptions;
  readonly portFile: string | undefined;
  readonly exitWithStdin: boolean;
}

function readArguments(): ServeArguments {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      store: { type: 'string' },
      'port-file': { type: 'string' },
      'bytes-max': { type: 'string' },
      'exit-with-stdin': { type: 'boolean', default: false },
    },
  });
  const bytesMax = values['bytes-max'];
  return {
    options: {
      port: wholeNumber('--port', values.port, 65_535),
      ...(values.store === undefined ? {} : { storeFolder: values.store }),
      ...(bytesMax === undefined ? {} : { bytesMax: wholeNumber('--bytes-max', bytesMax, Number.MAX_SAFE_INTEGER) }),
    },
    portFile: values['port-file'],
    exitWithStdin: values['exit-with-stdin'],
  };
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max)
    throw new Error(`${name} needs a whole number up to ${String(max)}, not ${text}`);
  return value;
}

async function startOnAnyPort(options: LocalCloudWatchOptions): Promise<LocalCloudWatch> {
  try {
    return await LocalCloudWatch.start(options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (options.port === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    return await LocalCloudWatch.start({ ...options, port: 0 });
  }
}

async function serve({ options, portFile, exitWithStdin }: ServeArguments): Promise<void> {
  const cloud = await startOnAnyPort(options);
  if (portFile !== undefined) {
    // Renamed into place: a reader that waits for the file never sees half a number.
    await writeFile(`${portFile}.part`, `${String(cloud.port)}\n`);
    await rename(`${portFile}.part`, portFile);
  }
  const stop = (): void => {
    void (async () => {
      await cloud.stop();
      if (portFile !== undefined) await rm(portFile, { force: true });
      process.exit(0);
    })();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (exitWithStdin) process.stdin.resume().once('end', stop).once('error', stop).once('close', stop);
  process.stdout.write(
    `${JSON.stringify({ event: 'listening', url: cloud.url, port: cloud.port, pid: process.pid })}\n`,
  );
}

let serveArguments: ServeArguments;
try {
  serveArguments = readArguments();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
try {
  await serve(serveArguments);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
