import type { LogDestination } from '../model/Destination.js';
import type { CachedRecord } from '../seams/Cache.js';
import type { LogEventToSend, WrittenBody } from '../seams/CloudSink.js';
import { eventOfEachRecord } from './eventOfEachRecord.js';
import type { LogWriting } from './logEventTexts.js';
import { eventsOfBody, LogBodyWriter } from './LogBodyWriter.js';
import type { Parcel } from './Parcel.js';

/**
 * The same parcels that the general way makes of these records, with their requests written at once. Null when one of them wants the
 * general way, or the settings want another text than the originals'.
 */
export function writeLogBatch(
  destination: LogDestination,
  records: readonly CachedRecord[],
  packing: LogWriting,
): readonly Parcel[] | null {
  if (!isOriginalText(packing)) return null;
  const writer = new LogBodyWriter(destination);
  const parcels: Parcel[] = [];
  let from = 0;
  const close = (to: number): void => {
    const packed = from === 0 && to === records.length ? records : records.slice(from, to);
    parcels.push(parcelOf(destination, packed, writer.finish()));
    from = to;
  };
  for (let place = 0; place < records.length; place += 1) {
    const record = records[place];
    if (record === undefined) return null;
    let added = writer.add(record);
    if (added === 'full') {
      close(place);
      added = writer.add(record);
    }
    if (added !== 'taken') return null;
  }
  if (writer.count > 0) close(records.length);
  return parcels;
}

/** ROS 2's logs know no topics of their node and their text no robot, so that these two make no difference here. */
function isOriginalText({ format, redactions }: LogWriting): boolean {
  return format === 'text' && redactions.length === 0;
}

function parcelOf(destination: LogDestination, records: readonly CachedRecord[], written: WrittenBody): Parcel {
  const request = new WrittenLogRequest(destination, written);
  return {
    records,
    requests: [{ request, recordOfEvent: eventOfEachRecord(records.length), bytes: written.bytes, samples: [] }],
  };
}

class WrittenLogRequest {
  readonly kind = 'log';
  private made: readonly LogEventToSend[] | null = null;

  constructor(
    readonly destination: LogDestination,
    readonly written: WrittenBody,
  ) {}

  get events(): readonly LogEventToSend[] {
    return (this.made ??= eventsOfBody(this.written.body));
  }
}
