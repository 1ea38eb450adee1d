import type { LogDestination } from '../model/Destination.js';
import type { StoredRecords } from '../seams/Cache.js';
import type { LogEventToSend, WrittenBody } from '../seams/CloudSink.js';
import { eventOfEachRecord } from './eventOfEachRecord.js';
import type { LogWriting } from './logEventTexts.js';
import { eventsOfBody, LogBodyWriter } from './LogBodyWriter.js';
import { Parcel } from './Parcel.js';

/**
 * The same parcels that the general way makes of these records, with their requests written at once. Null when one of them wants the
 * general way, or the settings want another text than the originals'.
 */
export function writeLogBatch(
  destination: LogDestination,
  records: StoredRecords,
  packing: LogWriting,
): readonly Parcel[] | null {
  if (!isOriginalText(packing)) return null;
  const writer = new LogBodyWriter(destination);
  const parcels: Parcel[] = [];
  let from = 0;
  const close = (to: number): void => {
    parcels.push(parcelOf(destination, records.between(from, to), writer.finish()));
    from = to;
  };
  for (let place = 0; place < records.count; place += 1) {
    let added = writer.add(records, place);
    if (added === 'full') {
      close(place);
      added = writer.add(records, place);
    }
    if (added !== 'taken') return null;
  }
  if (writer.count > 0) close(records.count);
  return parcels;
}

/** ROS 2's logs know no topics of their node and their text no robot, so that these two make no difference here. */
function isOriginalText({ format, redactions }: LogWriting): boolean {
  return format === 'text' && redactions.length === 0;
}

function parcelOf(destination: LogDestination, records: StoredRecords, written: WrittenBody): Parcel {
  const request = new WrittenLogRequest(destination, written);
  const recordOfEvent = eventOfEachRecord(records.count);
  return new Parcel(records, [{ request, recordOfEvent, bytes: written.bytes, samples: [] }]);
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
