import type { LogDestination } from '../model/Destination.js';
import type { LogRecord } from '../model/Record.js';
import type { CachedRecord, StoredRecords } from '../seams/Cache.js';
import { ListedRecords } from '../seams/ListedRecords.js';
import type { LogEventToSend } from '../seams/CloudSink.js';
import { logEventOverheadBytes, logRequestBytesMax } from './limits.js';
import { logRequestEventsMax, logRequestSpanMsMax } from './limits.js';
import { logEventTexts, type LogWriting } from './logEventTexts.js';
import { writeLogBatch } from './writeLogBatch.js';
import { type PackedRequest, Parcel } from './Parcel.js';

export type LogPacking = LogWriting;

/**
 * Records of one log stream as PutLogEvents requests within the API's limits: events, bytes, span, ascending times.
 *
 * The time of an event is the message's own, in whole milliseconds. An over-long text becomes several numbered events with
 * the same time, never a shorter one. Every record lands in exactly one parcel.
 */
export function packLogBatch(
  destination: LogDestination,
  records: StoredRecords,
  packing: LogPacking,
): readonly Parcel[] {
  const written = writeLogBatch(destination, records, packing);
  if (written !== null) return written;
  const packer = new LogPacker(destination);
  for (const cached of inTimeOrder(records.records)) {
    if (cached.record.kind !== 'log') throw new Error('a metric in a batch of logs');
    packer.add(cached, eventsOf(cached.record, packing));
  }
  return packer.finish();
}

interface SizedEvent extends LogEventToSend {
  /** As the API counts it. */
  readonly bytes: number;
}

/** The events of one record: one, or the numbered pieces of an over-long text. */
export function eventsOf(record: LogRecord, packing: LogPacking): readonly SizedEvent[] {
  const timestampMs = timestampMsOf(record.stampNs);
  return logEventTexts(record, packing).map(({ text, textBytes }) => ({
    timestampMs,
    message: text,
    bytes: textBytes + logEventOverheadBytes,
  }));
}

/** Whole milliseconds, rounded down also before 1970. */
export function timestampMsOf(stampNs: bigint): number {
  const ms = Number(stampNs / 1_000_000n);
  return stampNs < 0n && stampNs % 1_000_000n !== 0n ? ms - 1 : ms;
}

/** The cache gives them in order; a clock that jumped between two stamps must not cost a whole request. */
function inTimeOrder(records: readonly CachedRecord[]): readonly CachedRecord[] {
  const ordered = records.every(
    (cached, index) => index === 0 || (records[index - 1]?.record.stampNs ?? 0n) <= cached.record.stampNs,
  );
  if (ordered) return records;
  return records.toSorted((a, b) => compareStamps(a.record.stampNs, b.record.stampNs));
}

function compareStamps(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Fills one parcel after the other. */
class LogPacker {
  private readonly parcels: Parcel[] = [];
  private records: CachedRecord[] = [];
  private events: LogEventToSend[] = [];
  private recordOfEvent: number[] = [];
  private bytes = 0;
  private firstMs = 0;

  constructor(private readonly destination: LogDestination) {}

  add(cached: CachedRecord, events: readonly SizedEvent[]): void {
    const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
    const [first] = events;
    if (first === undefined) throw new Error('a record without events');
    if (!this.fits(events.length, bytes, first.timestampMs)) this.close();
    if (bytes > logRequestBytesMax) {
      this.parcels.push(this.parcelOfLongRecord(cached, events));
      return;
    }
    if (this.events.length === 0) this.firstMs = first.timestampMs;
    for (const event of events) {
      this.events.push(event);
      this.recordOfEvent.push(this.records.length);
    }
    this.records.push(cached);
    this.bytes += bytes;
  }

  finish(): readonly Parcel[] {
    this.close();
    return this.parcels;
  }

  private fits(eventCount: number, bytes: number, timestampMs: number): boolean {
    if (this.events.length === 0) return true;
    return (
      this.events.length + eventCount <= logRequestEventsMax &&
      this.bytes + bytes <= logRequestBytesMax &&
      timestampMs - this.firstMs <= logRequestSpanMsMax
    );
  }

  private close(): void {
    if (this.events.length === 0) return;
    const request = this.request(this.events, this.recordOfEvent, this.bytes);
    this.parcels.push(new Parcel(new ListedRecords(this.records), [request]));
    this.records = [];
    this.events = [];
    this.recordOfEvent = [];
    this.bytes = 0;
  }

  /** A text of more than one request: each piece but the last nearly fills one. */
  private parcelOfLongRecord(cached: CachedRecord, events: readonly SizedEvent[]): Parcel {
    const requests = events.map((event) => this.request([event], [0], event.bytes));
    return new Parcel(new ListedRecords([cached]), requests);
  }

  private request(events: readonly LogEventToSend[], recordOfEvent: readonly number[], bytes: number): PackedRequest {
    return { request: { kind: 'log', destination: this.destination, events }, recordOfEvent, bytes, samples: [] };
  }
}
