// @ts-check
/** Stores log lines as they come from the demo robot, a few a commit as on a robot that says about twelve a second. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openCache, settle } from '../openCache.mjs';
import { Random, toRecord } from '../records.mjs';
import { serve } from './serve.mjs';

const commitRecords = 4;

serve(async ({ folder, file }) => {
  const cache = await openCache(folder, { commitRecordsMax: commitRecords });
  const random = new Random(5);
  /** @type {import('../records.mjs').RecordToCache[]} */
  let batch = [];
  let dataBytes = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { stampNs, ...log } = JSON.parse(line);
    const record = toRecord(log, BigInt(stampNs));
    batch.push({ ...record, receivedNs: record.stampNs + BigInt(200_000 + random.below(1_500_000)) });
    dataBytes += record.data.byteLength;
    if (batch.length < commitRecords) continue;
    await cache.append(batch);
    batch = [];
  }
  if (batch.length > 0) await cache.append(batch);
  const packs = await settle(cache);
  const closed = (await cache.segments()).filter(({ open }) => !open);
  await cache.close();
  const sum = (/** @type {'bytes' | 'records'} */ key) => closed.reduce((all, segment) => all + segment[key], 0);
  return { packs, dataBytes, segments: closed.length, records: sum('records'), bytes: sum('bytes') };
});
