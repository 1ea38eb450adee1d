/** What a worker of crash.test.ts tells its parent. */
export interface CrashReport {
  readonly what:
    | 'opened'
    | 'durable'
    | 'acknowledging'
    | 'acknowledged'
    | 'holding'
    | 'held'
    | 'deleting'
    | 'deleted'
    | 'packed'
    | 'editing'
    | 'redacted'
    | 'undoing'
    | 'undone'
    | 'redirected'
    | 'confirmed';
  readonly numbers: readonly number[];
}

/** What the worker opens the cache with, and what the test opens it with afterwards. */
export function crashTestOptions(bytesMax: number): {
  readonly limits: { readonly bytesMax: number; readonly segmentBytesMax: number };
  readonly commitIntervalMs: number;
  readonly ledgerCompactionBytesMin: number;
  readonly packBytesMin: number;
  readonly markGaps: boolean;
  readonly diskFreeBytesMin: number;
} {
  return {
    limits: { bytesMax, segmentBytesMax: 24_000 },
    commitIntervalMs: 0,
    ledgerCompactionBytesMin: 3000,
    packBytesMin: 1000,
    // Only the test's own records are counted.
    markGaps: false,
    diskFreeBytesMin: 0,
  };
}

export function crashTestMessage(number: number): string {
  return `<${number}> ${'the robot goes on '.repeat(number % 17)}`;
}

export function numberOf(message: string): number {
  const [, number, rest = ''] = /^<(\d+)> (.*)$/.exec(message) ?? [];
  if (!/^(?:the (?:robot|machine) goes on )*$/.test(rest)) throw new Error(`${message} is neither old nor new words`);
  return Number(number);
}

/** Only of a message that has words in it. */
export function isRedacted(message: string): boolean {
  return message.includes('machine');
}

/** Not in every life: an edit keeps takes, holds and deletes waiting. */
export function editsIn(round: number): boolean {
  return round % 4 < 2;
}

export const crashTestRedaction = { find: 'the robot', replace: 'the machine' };
