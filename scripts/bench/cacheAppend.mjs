// Durable appends a second, in commits of 1, 100 and 1,000, against raw fdatasync of the same bytes on the same disk in
// the same run. Needs `npx tsc -b main`. Usage: node scripts/bench/cacheAppend.mjs [SECONDS] [FOLDER]
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskCache } from '../../build/main/cache/openDiskCache.js';
import { encodeLog } from '../../build/main/codec/logMessage.js';
import { ros2LogChannel } from '../../build/main/codec/schemas.js';
import { systemClock } from '../../build/main/seams/Clock.js';

const seconds = Number(process.argv[2] ?? 3);
const parent = await mkdtemp(join(process.argv[3] ?? tmpdir(), 'tether-bench-'));
const channel = ros2LogChannel('/rosout');
const account = { cloud: 'local', region: 'us-east-1', profile: '', endpoint: '' };
const destination = { kind: 'log', account, group: 'bench', stream: 'rover' };

function makeRecord(number) {
  const stampNs = systemClock.nowNs();
  const message = `Passing new path to controller: ${number} poses, goal (3.${number % 100}, 1.20)`;
  const data = encodeLog({ stampNs, severity: 'INFO', node: 'nav.controller_server', message });
  return { channel, destination, receivedNs: stampNs, stampNs, data, kind: 'log', severity: 'INFO', label: 'nav' };
}

/** Runs `step` for a while; gives steps a second and their times. */
async function measure(step) {
  const timesMs = [];
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const before = performance.now();
    await step();
    timesMs.push(performance.now() - before);
  }
  const elapsedS = (performance.now() - start) / 1000;
  timesMs.sort((a, b) => a - b);
  const at = (part) => Number(timesMs[Math.floor(timesMs.length * part)].toFixed(2));
  return { stepsPerS: timesMs.length / elapsedS, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function raw(batch) {
  const bytes = Buffer.concat(batch.map(({ data }) => data));
  const file = await open(join(parent, 'raw'), 'w');
  let position = 0;
  const result = await measure(async () => {
    await file.write(bytes, 0, bytes.byteLength, position);
    await file.datasync();
    position += bytes.byteLength;
  });
  await file.close();
  return result;
}

async function cached(batch) {
  const opened = await openDiskCache({
    folder: join(parent, `cache-${batch.length}`),
    robot: 'bench',
    owner: { kind: 'bench', controlSocket: null },
    limits: { bytesMax: 8e9, segmentBytesMax: 16 * 1024 * 1024 },
    clock: systemClock,
    commitRecordsMax: batch.length,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  const result = await measure(() => opened.value.append(batch));
  const { bytes, cachedRecords } = await opened.value.usage();
  await opened.value.close();
  return { ...result, bytesPerRecord: bytes / cachedRecords };
}

try {
  for (const size of [1, 100, 1000]) {
    const batch = Array.from({ length: size }, (_, number) => makeRecord(number));
    const disk = await raw(batch);
    const cache = await cached(batch);
    console.log(
      JSON.stringify({
        commit: size,
        recordsPerS: Math.round(cache.stepsPerS * size),
        p50Ms: cache.p50Ms,
        p99Ms: cache.p99Ms,
        rawRecordsPerS: Math.round(disk.stepsPerS * size),
        rawP50Ms: disk.p50Ms,
        partOfRaw: Number((cache.stepsPerS / disk.stepsPerS).toFixed(2)),
        bytesPerRecord: Math.round(cache.bytesPerRecord),
        messageBytes: batch[0].data.byteLength,
      }),
    );
  }
} finally {
  await rm(parent, { recursive: true, force: true });
}
