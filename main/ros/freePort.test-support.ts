import { createServer } from 'node:net';

/**
 * A TCP port of this machine that nothing listened on a moment ago, and that the system gives to nobody by itself: those begin
 * at 32768. Who asks the system for a free one and gives it back may find it taken later, by a connection of whoever.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
}

const lowest = 20_000;
const count = 12_000;

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
