// @ts-check
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpRelay } from './TcpRelay.mjs';

describe('a relay', () => {
  /** @type {import('node:http').Server} */
  let server;
  /** @type {TcpRelay} */
  let relay;

  beforeEach(async () => {
    server = createServer((request, response) => {
      if (request.url === '/hang') response.write('half');
      else response.end('whole');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    relay = await TcpRelay.start(`http://127.0.0.1:${port}`);
  });

  afterEach(async () => {
    await relay.stop();
    server.closeAllConnections();
    server.close();
  });

  it('passes on, refuses while it is cut, and is back on the same port', async () => {
    const { url } = relay;
    expect(await (await fetch(url)).text()).toBe('whole');
    await relay.cut();
    expect(relay.isCut).toBe(true);
    await expect(fetch(url)).rejects.toThrow();
    await relay.restore();
    expect(relay.url).toBe(url);
    expect(await (await fetch(url)).text()).toBe('whole');
  });

  it('breaks what is under way when it is cut', async () => {
    const response = await fetch(`${relay.url}/hang`);
    const rest = response.text();
    const broken = expect(rest).rejects.toThrow();
    await relay.cut();
    await broken;
  });
});
