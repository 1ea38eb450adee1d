import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fail, succeed } from '../../model/Problem.js';
import { realRos } from '../realRos.test-support.js';
import { networkProfile } from './networkProfile.js';
import { robotRosEnvironment } from './robotRosEnvironment.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tether-profile-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('an interface becomes its addresses for Fast DDS, and its name for Cyclone DDS', () => {
  const profile = networkProfile('a&b', false, {
    lo: [{ address: '127.0.0.1', family: 'IPv4' }],
    'a&b': [
      { address: '10.0.0.2', family: 'IPv4' },
      { address: 'fe80::1', family: 'IPv6' },
      { address: '10.0.1.2', family: 'IPv4' },
    ],
  });
  if (!profile.ok) throw new Error(profile.problem.message);
  expect(profile.value.fastDds.match(/<address>.*<\/address>/g)).toEqual([
    '<address>10.0.0.2</address>',
    '<address>10.0.1.2</address>',
  ]);
  expect(profile.value.fastDds).not.toContain('netmask_filter');
  expect(profile.value.cyclone).toContain('<NetworkInterface name="a&amp;b"/>');
});

test('one that is not up is named, with those that are', () => {
  const there = { lo: [{ address: '127.0.0.1', family: 'IPv4' }], wlan0: [{ address: 'fe80::1', family: 'IPv6' }] };
  for (const name of ['eth9', 'wlan0']) {
    expect(networkProfile(name, true, there)).toMatchObject({ ok: false, problem: { code: 'no-interface' } });
  }
});

test("the profile reaches the host's environment, and never stands beside one of the robot file's own", async () => {
  const profileFile = path.join(folder, 'deep', 'rover.xml');
  const parts = { found: succeed(realRos()), inherited: process.env, profileFile };
  const wishes = { ros: { distribution: '', workspaces: [] }, networkInterface: 'lo', environment: {} };
  const environment = await robotRosEnvironment(wishes, parts);
  expect(environment).toMatchObject({
    ok: true,
    value: { variables: { FASTDDS_DEFAULT_PROFILES_FILE: profileFile, FASTRTPS_DEFAULT_PROFILES_FILE: profileFile } },
  });
  expect(readFileSync(profileFile, 'utf8')).toContain('<address>127.0.0.1</address>');
  expect(readFileSync(profileFile, 'utf8')).toContain('<netmask_filter>ON</netmask_filter>');
  // Older ones would refuse the file for it; and a peer that is named may lie behind a router.
  const humble = succeed({ ...realRos(), distro: 'humble' });
  const named = { ...wishes, environment: { ROS_STATIC_PEERS: '10.1.0.2' } };
  for (const [other, found] of [
    [wishes, humble],
    [named, parts.found],
  ] as const) {
    expect(await robotRosEnvironment(other, { ...parts, found })).toMatchObject({ ok: true });
    expect(readFileSync(profileFile, 'utf8')).not.toContain('netmask_filter');
  }
  const own = { ...wishes, environment: { CYCLONEDDS_URI: 'file:///etc/cyclone.xml' } };
  expect(await robotRosEnvironment(own, parts)).toMatchObject({ ok: false, problem: { code: 'two-profiles' } });
  const none = fail('no-ros', 'there is none', '');
  expect(await robotRosEnvironment(wishes, { ...parts, found: none })).toEqual(none);
});
