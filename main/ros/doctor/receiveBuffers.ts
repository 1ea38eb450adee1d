import { readFileSync } from 'node:fs';

/** What the kernel says of UDP packets that it threw away because the program they were for had not read the ones before. */
export interface ReceiveBuffers {
  /** Packets, of all programs, since this laptop was started. */
  readonly dropped: number;
  /** What a socket gets that asks for nothing, as Fast DDS's do. */
  readonly bytes: number;
}

/** Null where there is no such word from the kernel. */
export function readReceiveBuffers(): ReceiveBuffers | null {
  try {
    const dropped = droppedIn(readFileSync('/proc/net/snmp', 'utf8'));
    const bytes = Number(readFileSync('/proc/sys/net/core/rmem_default', 'utf8'));
    return dropped === null || !Number.isSafeInteger(bytes) ? null : { dropped, bytes };
  } catch {
    return null;
  }
}

/** `RcvbufErrors` of /proc/net/snmp: a line of names, and under it one of numbers. */
export function droppedIn(text: string): number | null {
  const [names, numbers] = text
    .split('\n')
    .filter((line) => line.startsWith('Udp: '))
    .map((line) => line.split(' '));
  const dropped = Number(numbers?.[names?.indexOf('RcvbufErrors') ?? -1]);
  return Number.isSafeInteger(dropped) ? dropped : null;
}
