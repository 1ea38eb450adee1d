import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  expect(await statesOf(cloud.url)).toMatchObject({ topics: 'unknown', credentials: 'ok', group: 'warning' });
  expect(await statesOf(cloud.url)).toMatchObject({ group: 'warning' });
  const { account, connection, logs } = configOf(text);
  const groups = new LogGroups({ account, connection, localEndpoint: () => cloud.url });
  expect(await groups.create(logs.group)).toMatchObject({ ok: true });
  expect(await statesOf(cloud.url)).toMatchObject({ group: 'ok' });
  expect(await groups.list('')).toEqual({ ok: true, value: [logs.group] });
});

test('without a link, and without a folder, each says so', async () => {
  const states = await statesOf('http://127.0.0.1:9', path.join(home, 'nowhere'));
  expect(states).toEqual({ topics: 'unknown', credentials: 'failed', group: 'unknown', disk: 'failed' });
});

test('a robot that is not open still gets what the laptop knows', async () => {
  const choices = await configChoices(null, () => cloud.url);
  expect(choices).toMatchObject({ logTopics: [], nodes: [], logGroups: [] });
});
