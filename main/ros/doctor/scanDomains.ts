import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

/**
 * Which ROS domains have somebody on them. Every DDS participant announces itself by multicast, on a port that the domain number
 * gives (RTPS 2.2, 9.6.1: 7400 + 250 a domain), every few seconds (Fast DDS: 3 s). Listening to these ports joins nothing.
 */
export const domainMax = 232;
const portBase = 7400;
const portsPerDomain = 250;
const discoveryGroup = '239.255.0.1';
/** RTPS: magic, protocol version, vendor, then the 12 bytes that name the participant. */
const headerBytes = 20;
const prefixBegin = 8;
/** Longer than the pause between two announcements of Fast DDS and Cyclone DDS. */
export const scanMs = 3_600;

export interface DomainFound {
  readonly domainId: number;
  /** As DDS names them, hexadecimal. */
  readonly participants: readonly string[];
  /** Addresses that they announced themselves from, of others first. */
  readonly from: readonly string[];
}

export interface DomainScan {
  readonly domains: readonly DomainFound[];
  /** Domains whose port could not be listened to, because a program has it for itself. */
  readonly notHeard: number;
}

export async function scanDomains(listenMs: number = scanMs): Promise<DomainScan> {
  const seen = new Map<number, Map<string, Set<string>>>();
  const sockets: Socket[] = [];
  let notHeard = 0;
  await Promise.all(
    Array.from({ length: domainMax + 1 }, async (_, domainId) => {
      const port = portBase + portsPerDomain * domainId;
      const socket = port > 65_535 ? null : await listenTo(port);
      if (socket === null) {
        notHeard += 1;
        return;
      }
      sockets.push(socket);
      socket.on('message', (message, { address }) => {
        const participant = participantOf(message);
        if (participant === null) return;
        const participants = seen.get(domainId) ?? new Map<string, Set<string>>();
        seen.set(domainId, participants);
        participants.set(participant, (participants.get(participant) ?? new Set()).add(address));
      });
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, listenMs));
  for (const socket of sockets) socket.close();
  const domains = [...seen]
    .map(([domainId, participants]) => ({
      domainId,
      participants: [...participants.keys()],
      from: [...new Set([...participants.values()].flatMap((addresses) => [...addresses]))].sort(),
    }))
    .sort((left, right) => left.domainId - right.domainId);
  return { domains, notHeard };
}

/** Hexadecimal name of the participant that sent it; null when it is no RTPS message. */
export function participantOf(message: Uint8Array): string | null {
  if (message.byteLength < headerBytes) return null;
  if (Buffer.from(message.subarray(0, 4)).toString('latin1') !== 'RTPS') return null;
  return Buffer.from(message.subarray(prefixBegin, headerBytes)).toString('hex');
}

/** A socket that hears the group on every interface; null when the port is taken or beyond. */
async function listenTo(port: number): Promise<Socket | null> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  const bound = await new Promise<boolean>((resolve) => {
    socket.once('error', () => {
      resolve(false);
    });
    socket.bind(port, () => {
      resolve(true);
    });
  });
  if (!bound) {
    socket.close();
    return null;
  }
  socket.on('error', () => undefined);
  const addresses = Object.values(networkInterfaces()).flatMap((infos) =>
    (infos ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address),
  );
  for (const address of addresses) {
    try {
      socket.addMembership(discoveryGroup, address);
    } catch {
      // An interface without multicast: the check of multicast says so.
    }
  }
  return socket;
}
