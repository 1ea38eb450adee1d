import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { discoveryPorts, occupyPorts } from './discoveryPorts.js';

/** No test uses this domain for anything else. */
const domainId = 97;
const first = 7_400 + 250 * domainId;

it('occupied ports are seen as ours, cannot be bound again, and taken ones are no harm', async () => {
  await occupyPorts([first + 10, first + 11]);
  await occupyPorts([first + 10]);
  expect(discoveryPorts(domainId)).toEqual([first + 10, first + 11]);
  expect(discoveryPorts(domainId + 1)).toEqual([]);
  const socket = createSocket('udp4');
  socket.bind(first + 10);
  await expect(once(socket, 'listening')).rejects.toThrow('EADDRINUSE');
});
