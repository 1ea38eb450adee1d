import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * A DDS participant listens on UDP ports that follow from its domain and its index on the machine. A host that was killed
 * said no goodbye: for 20 s the robot's publishers go on sending to its ports, and when the next host takes the same
 * ports, Fast DDS delivers nothing to it for about 3 s (measured with 3.x; 0.3 s on other ports). So the next host occupies the
 * ports of the dead one before it joins, which makes DDS choose others.
 *
 * Source of the numbers: DDSI-RTPS 2.5, 9.6.2.3.
 */
const portBase = 7_400;
const portsPerDomain = 250;
/** Below this offset lie the multicast ports, which all participants share. */
const unicastOffset = 10;
/** Publishers give a silent participant up after 20 s. */
export const portsHeldMs = 25_000;

/** The UDP ports of this process on which others of the domain reach it. Empty where the system does not tell. */
export function discoveryPorts(domainId: number): readonly number[] {
  const first = portBase + portsPerDomain * domainId;
  try {
    const own = socketsOfThisProcess();
    return readFileSync('/proc/self/net/udp', 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => own.has(fields[9] ?? ''))
      .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16))
      .filter((port) => port >= first + unicastOffset && port < first + portsPerDomain);
  } catch {
    return [];
  }
}

/** Inode numbers. */
function socketsOfThisProcess(): ReadonlySet<string> {
  const inodes = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1] ?? '';
    } catch {
      return '';
    }
  });
  return new Set(inodes);
}

/** Occupies the ports for `portsHeldMs`, as far as they are free. Resolves when they are occupied. */
export async function occupyPorts(ports: readonly number[]): Promise<void> {
  const sockets = await Promise.all(ports.map((port) => occupy(port)));
  setTimeout(() => {
    for (const socket of sockets) socket?.close();
  }, portsHeldMs).unref();
}

async function occupy(port: number): Promise<Socket | null> {
  const socket = createSocket('udp4');
  try {
    const bound = once(socket, 'listening');
    socket.bind(port);
    await bound;
    // What still comes for the dead host is read and forgotten: a full socket would only waste memory.
    socket.on('error', () => undefined);
    return socket.unref();
  } catch {
    return null;
  }
}
