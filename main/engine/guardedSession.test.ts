import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { patient } from '../model/patient.test-support.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { FakeSource } from '../ros/FakeSource.js';
import { systemClock } from '../seams/Clock.js';
import { CloudWatchSink } from '../upload/CloudWatchSink.js';
import { RobotSession } from './RobotSession.js';
import { robotConfig } from './SessionBench.test-support.js';
import { testLog } from '../cache/testRecords.js';
import { destinationsOf } from '../model/destinationsOf.js';

/** A robot whose file names another account, or allows another region, than the credentials have: through the real guards. */
let folder: string;
let cloud: LocalCloudWatch;
let session: RobotSession | null = null;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-guarded-'));
  cloud = await LocalCloudWatch.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  await session?.close();
  session = null;
  await cloud.stop();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

function awsConfig(sending: Partial<RobotConfig['sending']>): RobotConfig {
  const config = robotConfig();
  const account = { cloud: 'aws', region: 'us-east-1', profile: '', endpoint: cloud.url } as const;
  return { ...config, account, sending: { ...config.sending, metered: 'never', ...sending } };
}

async function sendingOne(config: RobotConfig): Promise<RobotSession> {
  const opened = await RobotSession.open(config, {
    ...{ clock: systemClock, cacheFolder: path.join(folder, 'cache'), exportsFolder: path.join(folder, 'exports') },
    ...{ uploadsFile: path.join(folder, 'uploads.jsonl'), owner: { kind: 'a test', controlSocket: null } },
    sinkFor: ({ account, connection, sending }) =>
      new CloudWatchSink({
        ...{ account, connection, accountId: sending.accountId, onlyRegion: sending.onlyRegion },
        localEndpoint: () => null,
      }),
    sourceFor: () => new FakeSource(),
    startDemo: () => ({ stop: () => Promise.resolve() }),
    log: () => undefined,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  session = opened.value;
  const stampNs = systemClock.nowNs();
  await session.cache.append([testLog({ message: 'held', stampNs, destination: destinationsOf(config).log })]);
  session.startUploading('auto');
  return session;
}

async function accountRung(of: RobotSession) {
  const { ladder, upload, cachedRecords } = await of.status();
  return { ...ladder.find(({ id }) => id === 'account'), uploadState: upload.state, cachedRecords };
}

test('another account: the ladder says which two, nothing is sent, and it goes when the file is mended', async () => {
  const held = await sendingOne(awsConfig({ accountId: '123456789012' }));
  await vi.waitFor(async () => {
    expect(await accountRung(held)).toMatchObject({
      ...{ state: 'failed', words: 'wrong account', uploadState: 'blocked', cachedRecords: 1 },
      reason: expect.stringMatching(/account 000000000000, but the robot file names 123456789012/) as string,
      nextStep: expect.stringContaining('aws sso login') as string,
    });
  }, patient);
  expect(await held.uploader.flush({}, { wait: false, signal: AbortSignal.timeout(30_000) })).toMatchObject({
    ok: false,
    problem: { code: 'other-account' },
  });
  expect(cloud.stats().requests['PutLogEvents'] ?? 0).toBe(0);

  await held.apply(awsConfig({ accountId: '000000000000' }));
  await vi.waitFor(async () => {
    expect(await accountRung(held)).toMatchObject({ state: 'ok', words: 'account 000000000000', cachedRecords: 0 });
  }, patient);
});

test('another region: the ladder names it, and nothing is sent', async () => {
  const held = await sendingOne(awsConfig({ onlyRegion: 'eu-west-1' }));
  await vi.waitFor(async () => {
    expect(await accountRung(held)).toMatchObject({
      ...{ state: 'failed', words: 'wrong region', uploadState: 'blocked', cachedRecords: 1 },
      reason: expect.stringMatching(/would go to us-east-1, but the robot file allows eu-west-1 alone/) as string,
    });
  }, patient);
  expect(cloud.stats().requests['PutLogEvents'] ?? 0).toBe(0);
});
