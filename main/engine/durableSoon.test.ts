import { expect, test } from 'vitest';
import { openDiskCache } from '../cache/openDiskCache.js';
import { SimulatedDisk } from '../cache/SimulatedDisk.test-support.js';
import { testLog, testStartNs } from '../cache/testRecords.js';
import type { FileSystem } from '../cache/FileSystem.js';
import type { OpenFile } from '../cache/OpenFile.js';
import type { Clock } from '../seams/Clock.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';

/** What a commit may take of the 20 ms; the rest is the wait for company. */
const syncMs = 4;
const durableWithinMs = 20;
const runMs = 300;

/** A disk whose `fdatasync` takes its time on the test's clock. */
function slowly(disk: SimulatedDisk, clock: Clock): FileSystem {
  const slow = (file: OpenFile): OpenFile => ({
    ...file,
    datasync: async () => {
      await new Promise<void>((resolve) => clock.after(syncMs, resolve));
      await file.datasync();
    },
  });
  const opens: Pick<FileSystem, 'open' | 'createSynced'> = {
    open: async (path, flags) => slow(await disk.open(path, flags)),
    createSynced: async (path) => slow(await disk.createSynced(path)),
  };
  return new Proxy(disk, {
    get: (target, name) => {
      if (name === 'open' || name === 'createSynced') return opens[name];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Messages that a cache would have again after the power went at this moment. */
async function afterPowerCut(disk: SimulatedDisk): Promise<string[]> {
  const left = disk.afterPowerCut(() => 0);
  left.discard('/rover/owner.json');
  const opened = await openDiskCache({ ...options(left, new ManualClock(testStartNs)) });
  if (!opened.ok) throw new Error(opened.problem.message);
  const found: string[] = [];
  for await (const { record } of opened.value.read({}, 'oldest')) {
    if (record.kind === 'log') found.push(record.message);
  }
  return found;
}

function options(files: FileSystem, clock: Clock) {
  return {
    ...{ folder: '/rover', robot: 'rover', owner: { kind: 'a test', controlSocket: null } },
    ...{ limits: { bytesMax: 64e6, segmentBytesMax: 1e6 }, clock, files, diskFreeBytesMin: 0 },
  };
}

/** For what asks the real system too (who owns a cache), which takes a real moment. */
async function whileTimePasses<T>(clock: ManualClock, under: Promise<T>): Promise<T> {
  const state = { isOver: false };
  const over = under.finally(() => {
    state.isOver = true;
  });
  while (!state.isOver) await clock.advance(1);
  return await over;
}

/** What was promised, in a time that only the test moves: nothing here depends on how fast the machine is. */
test('every record is on the disk 20 ms after it came, at the usual commit interval', async () => {
  const clock = new ManualClock(testStartNs);
  const disk = new SimulatedDisk();
  const opened = await whileTimePasses(clock, openDiskCache(options(slowly(disk, clock), clock)));
  if (!opened.ok) throw new Error(opened.problem.message);
  // A segment's file is made with its first commit, which takes more than one `fdatasync`.
  await whileTimePasses(clock, opened.value.append([testLog({ message: 'line 0' })]));
  const cameAtMs: number[] = [clock.monotonicMs()];
  let called = 1;
  for (let ms = 0; ms < runMs; ms += 1) {
    // One after the other, then several at once, then a pause.
    const count = ms % 60 < 40 ? (ms % 7 === 0 ? 3 : 1) : 0;
    for (let index = 0; index < count; index += 1) {
      const message = `line ${cameAtMs.length}`;
      cameAtMs.push(clock.monotonicMs());
      void opened.value.append([testLog({ message })]).then(([place]) => {
        if (place !== null) called += 1;
      });
    }
    await clock.advance(1);
    const due = cameAtMs.filter((atMs) => atMs <= clock.monotonicMs() - durableWithinMs).length;
    expect({ ms, isInTime: called >= due }).toEqual({ ms, isInTime: true });
    if (ms % 37 > 0) continue;
    const durable = await afterPowerCut(disk);
    expect(durable.length).toBeGreaterThanOrEqual(Math.max(due, called));
    expect(durable).toEqual(cameAtMs.slice(0, durable.length).map((_, number) => `line ${number}`));
  }
  expect(cameAtMs.length).toBeGreaterThan(200);
  await clock.advance(durableWithinMs);
  expect(called).toBe(cameAtMs.length);
});
