import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { systemClock } from '../seams/Clock.js';
import { LaptopLink } from './LaptopLink.js';
import type { RobotSession } from './RobotSession.js';
import { robotConfig, SessionBench } from './SessionBench.test-support.js';

/** A robot on a metered link, as the page and `tether status` are told of it. */
const quietMs = 400;

let folder: string;
let link: LaptopLink;
let bench: SessionBench;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-metered-'));
  const file = path.join(folder, 'link.json');
  link = new LaptopLink({ file, clock: systemClock, readMetered: () => Promise.resolve(true), log: () => undefined });
  await link.start();
  bench = await SessionBench.make();
  bench.laptopLink = link;
});

afterEach(async () => {
  link.stop();
  await bench.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Going to AWS, whose place a fake has. */
function awsConfig(sending: Partial<RobotConfig['sending']> = {}): RobotConfig {
  const config = robotConfig();
  const account = { ...config.account, cloud: 'aws', region: 'us-west-2' } as const;
  return { ...config, account, sending: { ...config.sending, ...sending } };
}

async function recording(config: RobotConfig): Promise<RobotSession> {
  const session = await bench.open(config);
  session.startUploading('auto');
  await session.connect();
  bench.giveLogs('path found', 'path lost', { severity: 'ERROR', message: 'motor hot' });
  await session.intake.drain();
  return session;
}

function sent(): readonly string[] {
  return bench.sink.events.map(({ message }) => message.replace(/^.*\] /, '').trimEnd());
}

test('the status says why nothing is sent and how much waits, and the ladder says it again', async () => {
  const session = await recording(awsConfig({ sendsWhenMetered: [] }));
  await new Promise((resolve) => setTimeout(resolve, quietMs));
  expect(sent()).toEqual([]);
  await vi.waitFor(async () => {
    const { upload, ladder } = await session.status();
    expect(upload).toMatchObject({
      state: 'manual',
      mode: 'auto',
      words: 'metered link: waits for you. 3 records',
      metered: { sends: [], waitingRecords: 3 },
    });
    expect(ladder.find(({ id }) => id === 'internet')).toMatchObject({
      state: 'waiting',
      words: 'metered link',
      reason: 'Metered link: waits for you. 3 records.',
    });
  }, patient);
});

test('a robot file that says nothing lets errors go by themselves, at once', async () => {
  const config = awsConfig();
  const session = await bench.open({ ...config, logs: { ...config.logs, publishPeriodMs: 3_600_000 } });
  session.startUploading('auto');
  await session.connect();
  // The first look, at the start, finds nothing: what comes now would wait for the period.
  await new Promise((resolve) => setTimeout(resolve, quietMs));
  bench.giveLogs('path found', { severity: 'ERROR', message: 'motor hot' });
  await session.intake.drain();
  await vi.waitFor(() => {
    expect(sent()).toEqual(['motor hot']);
  }, patient);
});

test('what the robot file names goes by itself and is not counted as waiting', async () => {
  const session = await recording(awsConfig({ sendsWhenMetered: ['ERROR', 'FATAL'] }));
  await vi.waitFor(() => {
    expect(sent()).toEqual(['motor hot']);
  }, patient);
  await vi.waitFor(async () => {
    expect((await session.status()).upload.metered).toEqual({ sends: ['ERROR', 'FATAL'], waitingRecords: 2 });
  }, patient);
});

test("a person's switch on the laptop lets everything go, and so does the robot's own", async () => {
  const session = await recording(awsConfig());
  await link.set({ choice: 'unmetered' });
  await vi.waitFor(() => {
    expect(sent()).toHaveLength(3);
  }, patient);
  await link.set({ choice: 'metered' });
  bench.giveLogs('held up');
  await session.intake.drain();
  await new Promise((resolve) => setTimeout(resolve, quietMs));
  expect(sent()).toHaveLength(3);
  await session.apply(awsConfig({ metered: 'never' }));
  await vi.waitFor(() => {
    expect(sent()).toHaveLength(4);
  }, patient);
  expect((await session.status()).upload.metered).toBeNull();
});

test('a flush goes anyway', async () => {
  const session = await recording(awsConfig({ sendsWhenMetered: [] }));
  const flushed = await session.uploader.flush({}, { signal: new AbortController().signal, wait: false });
  expect(flushed).toMatchObject({ ok: true, value: { sentLogs: 3, remaining: 0 } });
});

test('the CloudWatch on this laptop costs nothing to reach, unless the robot file says always', async () => {
  const session = await recording(robotConfig());
  await vi.waitFor(() => {
    expect(sent()).toHaveLength(3);
  }, patient);
  const config = robotConfig();
  await session.apply({ ...config, sending: { ...config.sending, metered: 'always' } });
  // What was sent is taken off the disk's books a moment after it has come.
  await vi.waitFor(async () => {
    expect((await session.status()).upload).toMatchObject({ state: 'manual', metered: { waitingRecords: 0 } });
  }, patient);
});

test("the lower of the robot's limit and the laptop's is the one that holds", async () => {
  const session = await recording(awsConfig({ limitBytesPerS: 80_000 }));
  expect((await session.status()).upload.limitBytesPerS).toBe(80_000);
  await link.set({ limitBytesPerS: 50_000 });
  expect((await session.status()).upload.limitBytesPerS).toBe(50_000);
  await session.apply(awsConfig({ limitBytesPerS: 20_000 }));
  expect((await session.status()).upload.limitBytesPerS).toBe(20_000);
});

test('what was in CloudWatch although its answer was lost is in the ledger of uploads', async () => {
  await link.set({ choice: 'unmetered' });
  const session = await bench.open(awsConfig());
  bench.sink.mayRead = true;
  bench.sink.faults.push('reset-after-accept');
  session.startUploading('auto');
  await session.connect();
  bench.giveLogs('one', 'two');
  await session.intake.drain();
  await vi.waitFor(() => {
    expect(session.uploader.status()).toMatchObject({ sentLogs: 2, unresolvedLogs: 0, maybeTwiceLogs: 0 });
    expect(session.uploads.list()).toMatchObject([{ kind: 'log', events: 2, requests: 1 }]);
  }, patient);
});
