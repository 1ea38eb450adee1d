import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { LogGroups } from '../upload/LogGroups.js';
import { configChoices } from './configChoices.js';
import { testConfig } from './testConfig.js';

let home: string;
let cloud: LocalCloudWatch;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-test-'));
  cloud = await LocalCloudWatch.start({ port: 0 });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
  await rm(home, { recursive: true });
});

function configOf(text: string) {
  const { config } = parseRobotFile('rover', text);
  if (config === null) throw new Error('not valid');
  return config;
}

const text = newRobotText({ name: 'rover', domainId: 7, cloud: 'local' });

async function statesOf(endpoint: string | null, folder = home): Promise<Record<string, string>> {
  const config = configOf(text);
  const answers = await testConfig({ config, session: null, home: folder, localEndpoint: () => endpoint });
  return Object.fromEntries(answers.map(({ id, state }) => [id, state]));
}

test('a group that is not there is said, not made; made when asked, it is there', async () => {
  expect(await statesOf(cloud.url)).toMatchObject({
    topics: 'unknown',
    credentials: 'ok',
    permissions: 'ok',
    group: 'warning',
  });
  expect(await statesOf(cloud.url)).toMatchObject({ group: 'warning' });
  const { account, connection, logs } = configOf(text);
  const groups = new LogGroups({ account, connection, localEndpoint: () => cloud.url });
  expect(await groups.create(logs.group)).toMatchObject({ ok: true });
  expect(await statesOf(cloud.url)).toMatchObject({ group: 'ok' });
  expect(await groups.list('')).toEqual({ ok: true, value: [logs.group] });
});

test('without a link, and without a folder, each says so', async () => {
  const states = await statesOf('http://127.0.0.1:9', path.join(home, 'nowhere'));
  expect(states).toEqual({
    topics: 'unknown',
    // Whether they are good is not known while nobody answers.
    credentials: 'unknown',
    permissions: 'ok',
    group: 'unknown',
    disk: 'failed',
  });
});

test('a missing permission is named, with the policy that would give it; and so is an account that is not the one', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const account = { cloud: 'aws', region: 'eu-west-1', profile: '', endpoint: cloud.url } as const;
  const config = { ...configOf(text), account };
  const ask = async (accountId: string) => {
    const asked = { ...config, sending: { ...config.sending, accountId } };
    return await testConfig({ config: asked, session: null, home, localEndpoint: () => null });
  };
  cloud.faults.add({ kind: 'access-denied', operation: 'PutMetricData', times: null });
  const permissions = (await ask('')).find(({ id }) => id === 'permissions');
  expect(permissions).toMatchObject({
    state: 'failed',
    words: expect.stringContaining('cloudwatch:PutMetricData') as string,
  });
  expect(permissions?.copy).toContain('"cloudwatch:PutMetricData"');
  const guarded = await ask('123456789012');
  expect(
    guarded.filter(({ words }) => words.includes('names 123456789012')).map(({ id, state }) => [id, state]),
  ).toEqual([
    ['credentials', 'failed'],
    ['permissions', 'unknown'],
  ]);
});

test('a region that is not the only one allowed is told as the engine would tell it', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const account = { cloud: 'aws', region: 'eu-west-1', profile: '', endpoint: cloud.url } as const;
  const config = configOf(text);
  const asked = { ...config, account, sending: { ...config.sending, onlyRegion: 'us-west-2' } };
  const answers = await testConfig({ config: asked, session: null, home, localEndpoint: () => null });
  expect(answers.find(({ id }) => id === 'credentials')).toMatchObject({
    state: 'failed',
    words: expect.stringContaining('us-west-2') as string,
  });
});

test('a robot that is not open still gets what the laptop knows', async () => {
  const choices = await configChoices(null, () => cloud.url);
  expect(choices).toMatchObject({ logTopics: [], nodes: [], logGroups: [] });
});
