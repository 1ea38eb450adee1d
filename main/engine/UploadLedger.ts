import { z } from 'zod';
import { destinationKey } from '../model/Destination.js';
import type { SinkOutcome, SinkRequest } from '../seams/CloudSink.js';
import { logEventOverheadBytes } from '../upload/limits.js';
import { accountWords, placeWords } from '../upload/estimateFlush.js';
import { JsonLinesFile, type JsonLinesPlace } from './JsonLinesFile.js';
import { type SentRequest, SentRequests } from './SentRequests.js';

/**
 * What a robot's uploads sent: when, what, where, how much, and by which requests (SentRequests). A file of JSON lines beside the caches
 * (`uploads/<robot>.jsonl`), each line a stretch of at most a minute to one place; stretches that touch are read as one.
 *
 * It is for people. What the cache may forget is decided by the cache's own ledger alone: a sudden death may cost this
 * file its last minute, and the file is kept to `stretchesMax`, the oldest going first.
 */
const stretchSchema = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  kind: z.enum(['log', 'metric']),
  goesTo: z.string(),
  account: z.string(),
  /** Log events or metric data that CloudWatch accepted. */
  events: z.number().int().min(0),
  requests: z.number().int().min(0),
  /** Of log events, as CloudWatch counts them; 0 for metrics, whose size nobody charges. */
  bytes: z.number().min(0),
  refused: z.number().int().min(0),
  /** As `destinationKey`; empty in lines of earlier versions. */
  destination: z.string().default(''),
  /** The robot's time of the first and last event, ms since the epoch; null in lines of earlier versions. */
  eventsFromMs: z.number().nullable().default(null),
  eventsToMs: z.number().nullable().default(null),
});
export type UploadStretch = z.infer<typeof stretchSchema>;

/** Two stretches to one place with less than this between them are one. */
const gapMsMax = 60_000;
/** A stretch grows no longer than this, so that the list says when. */
const stretchMsMax = 3_600_000;
const stretchesMax = 500;
const linesMax = 5_000;
/** A longer file is not ours. */
const fileBytesMax = 16 * 1024 * 1024;

export class UploadLedger {
  /** In the order of their beginnings. */
  private stretches: UploadStretch[] = [];
  /** Not in the file yet. */
  private unwritten: UploadStretch[] = [];
  private readonly book: JsonLinesFile<UploadStretch>;

  private constructor(
    private readonly place: JsonLinesPlace,
    private readonly sent: SentRequests,
  ) {
    this.book = new JsonLinesFile(place, {
      schema: stretchSchema,
      called: 'the ledger of uploads',
      bytesMax: fileBytesMax,
      save: () => this.save(),
    });
  }

  /** A file that cannot be read is a ledger that begins anew; the log says so. */
  static async open(place: JsonLinesPlace): Promise<UploadLedger> {
    const file = place.file.replace(/\.jsonl$/, '.requests.jsonl');
    const ledger = new UploadLedger(place, await SentRequests.open({ ...place, file }));
    await ledger.load();
    return ledger;
  }

  /** The answer to one request. */
  add(request: SinkRequest, outcome: SinkOutcome): void {
    if (outcome.type !== 'accepted' && outcome.type !== 'partly') return;
    const refused = outcome.type === 'partly' ? outcome.rejected.length : 0;
    const atMs = Number(this.place.clock.nowNs() / 1_000_000n);
    const stretch: UploadStretch = {
      fromMs: atMs,
      toMs: atMs,
      kind: request.kind,
      goesTo: placeWords(request.destination),
      account: accountWords(request.destination.account),
      events: eventCount(request) - refused,
      requests: 1,
      bytes: request.kind === 'log' ? logBytes(request) : 0,
      refused,
      destination: destinationKey(request.destination),
      ...eventTimes(request),
    };
    join(this.stretches, stretch);
    join(this.unwritten, stretch);
    this.stretches.splice(0, this.stretches.length - stretchesMax);
    this.book.writeSoon();
    const { requestId } = outcome;
    if (requestId === undefined) return;
    const { kind, goesTo, account, events } = stretch;
    this.sent.add({ requestId, atMs, kind, goesTo, account, events, refused });
  }

  /** The last requests by CloudWatch's names for them, newest first; at most `sentRequestsMax`. */
  requests(): readonly SentRequest[] {
    return this.sent.list();
  }

  /** Newest first. */
  list(): readonly UploadStretch[] {
    return this.stretches.toReversed();
  }

  /** When this laptop last sent there; null when the ledger knows of no time. */
  lastSentMs(goesTo: string, account: string): number | null {
    return this.stretches.findLast((one) => one.goesTo === goesTo && one.account === account)?.toMs ?? null;
  }

  /** What is in memory only goes to disk. */
  async write(): Promise<void> {
    await Promise.all([this.book.write(), this.sent.write()]);
  }

  private async save(): Promise<void> {
    const stretches = this.unwritten;
    this.unwritten = [];
    await this.book.add(stretches, this.stretches, linesMax);
  }

  private async load(): Promise<void> {
    for (const stretch of await this.book.read()) join(this.stretches, stretch);
    this.stretches.splice(0, this.stretches.length - stretchesMax);
  }
}

function join(stretches: UploadStretch[], next: UploadStretch): void {
  const index = stretches.findLastIndex(
    ({ kind, goesTo, account }) => kind === next.kind && goesTo === next.goesTo && account === next.account,
  );
  const last = stretches[index];
  const isNear =
    last !== undefined &&
    next.fromMs >= last.fromMs &&
    next.fromMs - last.toMs <= gapMsMax &&
    next.toMs - last.fromMs <= stretchMsMax;
  if (!isNear) {
    stretches.push(next);
    return;
  }
  stretches[index] = {
    ...last,
    toMs: Math.max(last.toMs, next.toMs),
    events: last.events + next.events,
    requests: last.requests + next.requests,
    bytes: last.bytes + next.bytes,
    refused: last.refused + next.refused,
    destination: next.destination,
    eventsFromMs: least(last.eventsFromMs, next.eventsFromMs),
    eventsToMs: most(last.eventsToMs, next.eventsToMs),
  };
}

type LogRequest = Extract<SinkRequest, { kind: 'log' }>;

function eventCount(request: SinkRequest): number {
  // What is written already is not read back.
  if (request.written !== undefined) return request.written.count;
  return request.kind === 'log' ? request.events.length : request.data.length;
}

function logBytes(request: LogRequest): number {
  if (request.written !== undefined) return request.written.bytes;
  return request.events.reduce((bytes, { message }) => bytes + Buffer.byteLength(message) + logEventOverheadBytes, 0);
}

function eventTimes(request: SinkRequest): Pick<UploadStretch, 'eventsFromMs' | 'eventsToMs'> {
  const { written } = request;
  if (written !== undefined) return { eventsFromMs: written.fromMs, eventsToMs: written.toMs };
  let eventsFromMs: number | null = null;
  let eventsToMs: number | null = null;
  for (const { timestampMs } of request.kind === 'log' ? request.events : request.data) {
    eventsFromMs = least(eventsFromMs, timestampMs);
    eventsToMs = most(eventsToMs, timestampMs);
  }
  return { eventsFromMs, eventsToMs };
}

function least(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.min(left, right);
}

function most(left: number | null, right: number | null): number | null {
  return left === null || right === null ? (left ?? right) : Math.max(left, right);
}
