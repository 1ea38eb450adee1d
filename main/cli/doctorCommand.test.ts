import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDiskCache } from '../cache/openDiskCache.js';
import { testLog } from '../cache/testRecords.js';
import { cacheFolder } from '../config/home.js';
import { newRobotText } from '../config/newRobotText.js';
import type { Finding } from '../model/Finding.js';
import { systemClock } from '../seams/Clock.js';
import { runInProcess } from './TestOutput.test-support.js';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-doctor-'));
  // Without ROS: networks, domains and what is on disk are looked at all the same.
  vi.stubEnv('TETHER_TOOLCHAIN', path.join(home, 'none'));
  vi.stubEnv('ROS_DISTRO', '');
  vi.stubEnv('AMENT_PREFIX_PATH', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

async function robotFile(text: string): Promise<string> {
  const file = path.join(home, 'rover.yaml');
  await writeFile(file, text);
  return file;
}

test('looks at the domain of the robot file, and at when something of it came last', async () => {
  const file = await robotFile(newRobotText({ name: 'rover', domainId: 77, cloud: 'local' }));
  const cache = await openDiskCache({
    ...{ folder: cacheFolder(home, 'rover'), robot: 'rover', owner: { kind: 'a test', controlSocket: null } },
    ...{ limits: { bytesMax: 1e8, segmentBytesMax: 1e6 }, clock: systemClock },
  });
  if (!cache.ok) throw new Error(cache.problem.message);
  await cache.value.append([{ ...testLog({ message: 'kept' }), receivedNs: systemClock.nowNs() - 300_000_000_000n }]);
  await cache.value.close();
  const [json, words] = await Promise.all([
    runInProcess(home, ['doctor', '--robot', file, '--json']),
    runInProcess(home, ['doctor', '--robot', file, '--domain', '78']),
  ]);
  expect(json.code).toBe(1);
  const { domain, findings } = JSON.parse(json.output.lines.join('')) as { domain: number; findings: Finding[] };
  expect(domain).toBe(77);
  expect(findings.find(({ id }) => id === 'last-message')).toMatchObject({
    ...{ state: 'note', words: 'The newest that waits on this disk came 5 min ago.' },
  });
  const text = words.output.lines.join('\n');
  expect(words.code).toBe(1);
  expect(text).toMatch(/^FAIL ROS 2 on this laptop: /m);
  expect(text).toMatch(/^note Time since the last message: The newest that waits/m);
  expect(text).toMatch(/^ {7}→ /m);
});

test('says of other kinds of robot, and of a file that is not valid, what to do', async () => {
  const foxglove = { by: 'foxglove', address: 'ws://rover:8765' } as const;
  const bridged = await robotFile(newRobotText({ name: 'rover', domainId: 0, cloud: 'local', reached: foxglove }));
  const { code, output } = await runInProcess(home, ['doctor', '--robot', bridged]);
  expect([code, output.notes.join(' ')]).toEqual([1, expect.stringContaining('ROS 2 robots only') as string]);
  const broken = await runInProcess(home, ['doctor', '--robot', await robotFile('tether: 1')]);
  expect(broken.code).toBe(1);
  expect(broken.output.notes.join(' ')).toContain('not valid');
});
