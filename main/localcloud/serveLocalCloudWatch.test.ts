import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { build } from 'vite';

let folder: string;
let script: string;
let child: ChildProcessWithoutNullStreams | undefined;

// The process is tested as it ships, as plain JavaScript in plain Node; vite bundles it here so that no build is needed.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tether-serve-'));
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(import.meta.dirname, 'serveLocalCloudWatch.ts'),
      outDir: folder,
      rolldownOptions: { output: { entryFileNames: 'serve.mjs' } },
    },
    ssr: { noExternal: true },
  });
  script = join(folder, 'serve.mjs');
});

afterEach(async () => {
  if (child?.exitCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
  child = undefined;
});

afterAll(() => rm(folder, { recursive: true }));

interface Listening {
  readonly event: string;
  readonly url: string;
  readonly port: number;
}

async function serve(...extra: readonly string[]): Promise<Listening> {
  child = spawn(process.execPath, [script, ...extra]);
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as Listening;
  throw new Error('it ended without a line');
}

async function exitCode(): Promise<unknown> {
  if (child === undefined) throw new Error('no process');
  return child.exitCode ?? (await once(child, 'exit'))[0];
}

it('serves, writes its port, and stops on SIGTERM', async () => {
  const portFile = join(folder, 'port');
  const listening = await serve('--port-file', portFile, '--store', join(folder, 'store'));
  expect(listening.event).toBe('listening');
  expect(await readFile(portFile, 'utf8')).toBe(`${listening.port}\n`);
  expect((await fetch(`${listening.url}/_tether/stats`)).status).toBe(200);
  child?.kill('SIGTERM');
  expect(await exitCode()).toBe(0);
  await expect(access(portFile)).rejects.toThrow();
});

it('takes another port if the wanted one is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const listening = await serve('--port', String(port));
  expect(listening.port).not.toBe(port);
  taken.close();
});

it('goes when its parent closes stdin', async () => {
  await serve('--exit-with-stdin');
  child?.stdin.end();
  expect(await exitCode()).toBe(0);
});

it.each([['--port', 'seven'], ['--port', '70000'], ['--what']])('exits 2 for %s %s', async (...extra) => {
  child = spawn(process.execPath, [script, ...extra.filter((text) => typeof text === 'string')]);
  expect(await exitCode()).toBe(2);
});
