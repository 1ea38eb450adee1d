// @ts-check
/** The large backlog that the inspection parts share: always the same records, from a seed. */
import { LogMaker, Random, toRecord } from './records.mjs';

const hourNs = 3_600_000_000_000n;
const spanNs = 24n * hourNs;
/** What MCAP adds to a record. */
const messageHeadBytes = 31;
/** What one record is about, for spreading them over the day. */
const recordBytesExpected = 216;

/** Bytes of the records with their MCAP heads, uncompressed: about five million of them in the full run. */
export const backlogBytes = { full: 1024 ** 3, quick: 64 * 1024 ** 2 };

/**
 * Batches until they hold `bytes`: the stamps go over one day, evenly but for a jitter.
 * @param {number} bytes
 * @param {number} batchRecords
 */
export function* backlogBatches(bytes, batchRecords) {
  const maker = new LogMaker(11);
  const random = new Random(12);
  const startNs = BigInt(Date.now()) * 1_000_000n - spanNs;
  const stepNs = spanNs / BigInt(Math.ceil(bytes / recordBytesExpected));
  let stampNs = startNs;
  for (let left = bytes; left > 0;) {
    const logs = [];
    const records = [];
    for (let place = 0; place < batchRecords && left > 0; place += 1) {
      stampNs += (stepNs * BigInt(500 + random.below(1000))) / 1000n;
      const log = maker.next();
      const record = toRecord(log, stampNs);
      left -= record.data.byteLength + messageHeadBytes;
      logs.push(log);
      records.push(record);
    }
    yield { logs, records };
  }
}
