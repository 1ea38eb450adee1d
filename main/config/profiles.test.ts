import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fleetName } from '../model/fleetFile.js';
import { corpus } from './corpus.test-support.js';
import { DiskRobotFiles } from './DiskRobotFiles.js';
import { importProfile, planProfileImport } from './importProfile.js';
import { newRobotText } from './newRobotText.js';
import { entryKeyOf } from './text/meantBy.js';
import { parameters } from './text/parameters.js';
import { parseProfile } from './text/parseProfile.js';
import { parseRobotFile } from './text/parseRobotFile.js';
import { profileParameters } from './text/profileKeys.js';
import { profileText } from './text/profileText.js';

let folder: string;
let files: DiskRobotFiles;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-profiles-'));
  files = new DiskRobotFiles(folder);
});

afterEach(() => rm(folder, { recursive: true }));

const robotText = `# ours
tether:
  ros__parameters:
    domain_id: 7
    namespace: "/rover_1"
    network_interface: "eth0"
    profile: "field"
    static_peers: ["10.0.0.7", "10.0.0.8"]
    redact: ["secret => x"]
cloudwatch_logger:
  ros__parameters:
    log_group_name: "team"
    aws_client_configuration:
      region: "eu-west-1"
      proxy_user_name: "ada"
      proxy_password: "hunter2"
`;

function exported(text: string, name = 'rover', fleetText: string | null = null): string {
  const fleet = fleetText === null ? null : parseRobotFile(fleetName, fleetText);
  const profile = profileText(name, parseRobotFile(name, text, fleet));
  if (!profile.ok) throw new Error(profile.problem.message);
  return profile.value.text;
}

const onDisk = (name: string): Promise<string> => readFile(path.join(folder, `${name}.yaml`), 'utf8');
const asked = (text: string) => ({ text, name: null, replace: false });

describe('export', () => {
  test('name, colour and connection, and nothing else', () => {
    const text = exported(robotText);
    const { issues, profile } = parseProfile(text);
    expect(issues).toEqual([]);
    expect(profile?.name).toBe('rover');
    expect(Object.fromEntries(profile?.values ?? [])).toEqual({
      'tether domain_id': 7,
      'tether namespace': '/rover_1',
      'tether network_interface': 'eth0',
      'tether profile': 'field',
      'tether static_peers': ['10.0.0.7', '10.0.0.8'],
      'tether colour': parseRobotFile('rover', robotText).config?.colour,
      'cloudwatch_logger aws_client_configuration.region': 'eu-west-1',
    });
    for (const word of ['hunter2', 'ada', 'secret', 'team']) expect(text).not.toContain(word);
  });

  test.each([
    ['foxglove_url: "ws://ada:hunter2@10.0.0.7:8765"', 'ws://10.0.0.7:8765'],
    ['ros_master_uri: "http://ada@10.0.0.7:11311"', 'http://10.0.0.7:11311'],
    ['discovery_server: "10.0.0.7:11811"', '10.0.0.7:11811'],
  ])('what names a user or password in an address stays here: %s', (line, kept) => {
    const parsed = parseRobotFile('r', `tether:\n  ros__parameters:\n    ${line}\n`);
    const profile = profileText('r', parsed);
    expect(profile).toMatchObject({ ok: true });
    if (!profile.ok) return;
    expect(profile.value.text).toContain(kept);
    expect(profile.value.text).not.toMatch(/hunter2|ada/);
    expect(profile.value.withoutCredentials).toHaveLength(line.includes('@') ? 1 : 0);
  });

  test('no parameter that holds a credential is one of a profile', () => {
    const keys = profileParameters.map(({ key }) => key);
    expect(keys.filter((key) => /password|user|secret|token|proxy|ca_/.test(key))).toEqual([]);
    expect(parameters.some(({ key }) => key.includes('proxy_password'))).toBe(true);
  });

  test('what counts is written, also where the fleet says it', () => {
    const text = exported('tether:\n  ros__parameters:\n    domain_id: 3\n', 'arm', robotText);
    expect([...(parseProfile(text).profile?.values ?? [])]).toEqual(
      expect.arrayContaining([
        ['tether domain_id', 3],
        ['tether profile', 'field'],
      ]),
    );
  });

  test('a file that is not valid has no profile', () => {
    const parsed = parseRobotFile('r', 'tether:\n  ros__parameters:\n    domain_id: 900\n');
    expect(profileText('r', parsed)).toMatchObject({ ok: false, problem: { code: 'bad-config' } });
  });
});

describe('import', () => {
  test('a new robot, from the template, connected as the other one was', async () => {
    const done = await importProfile(files, asked(exported(robotText)));
    expect(done).toMatchObject({ ok: true, value: { robot: 'rover', isNew: true } });
    const config = parseRobotFile('rover', await onDisk('rover')).config;
    const before = parseRobotFile('rover', robotText).config;
    expect(config?.source).toEqual(before?.source);
    expect(config?.account).toEqual(before?.account);
    expect(config?.colour).toBe(before?.colour);
    expect(config?.logs).toMatchObject({ stream: 'rover', group: 'robots' });
    expect(await onDisk('rover')).toContain('# longest wait of a live line');
  });

  test('each valid file of the corpus: exported and imported, it is reached and sends as before', async () => {
    const texts = [...corpus(), { name: 'template', text: newRobotText({ name: 'r', domainId: 1, cloud: 'aws' }) }];
    let number = 0;
    for (const { name, text } of texts) {
      const before = parseRobotFile('r', text);
      // In ROS 1's form, which names no sections, the source is ROS 1 without being said.
      if (before.config === null || before.dialect === 'ros1') continue;
      number += 1;
      const done = await planProfileImport(files, asked(exported(text, 'r')));
      if (!done.ok) throw new Error(`${name}: ${done.problem.message}\n${text}`);
      const after = parseRobotFile('r', done.value.text).config;
      const of = (config: typeof after) => [
        config?.source.kind,
        config?.source.domainId,
        config?.account,
        // The proxy and the authorities are of the laptop's network and do not travel.
        { ...config?.connection, proxy: null, caFile: null, caPath: null },
      ];
      expect(of(after), name).toEqual(of(before.config));
    }
    expect(number).toBeGreaterThan(150);
  }, 120_000);

  test('a robot of this name is left alone, with a way out', async () => {
    await writeFile(path.join(folder, 'rover.yaml'), 'tether:\n  ros__parameters:\n    domain_id: 1 # mine\n');
    const before = await onDisk('rover');
    const done = await importProfile(files, asked(exported(robotText)));
    expect(done).toMatchObject({ ok: false, problem: { code: 'robot-exists' } });
    expect(done.ok ? '' : done.problem.nextStep).toMatch(/another name.*replaced/);
    expect(await onDisk('rover')).toBe(before);
    expect(await importProfile(files, { ...asked(exported(robotText)), name: 'rover-b' })).toMatchObject({ ok: true });
  });

  test('replaced: the connection settings and no other line; the earlier text is in the history', async () => {
    const before = robotText.replace('domain_id: 7', 'domain_id: 1 # mine\n    ros_ip: "10.1.1.1"');
    await writeFile(path.join(folder, 'rover.yaml'), before);
    const done = await importProfile(files, { ...asked(exported(robotText)), replace: true });
    expect(done).toMatchObject({ ok: true, value: { isNew: false, before } });
    const after = await onDisk('rover');
    expect(after.replace(/ *colour: .*\n/, '')).toBe(
      before.replace('domain_id: 1', 'domain_id: 7').replace(/ *ros_ip.*\n/, ''),
    );
    const [, earlier] = await files.history('rover');
    expect(await files.version('rover', earlier?.id ?? 0)).toEqual({ ok: true, value: before });
  });

  test('planned: nothing is written', async () => {
    expect(await planProfileImport(files, asked(exported(robotText)))).toMatchObject({
      ok: true,
      value: { isNew: true },
    });
    expect(await files.list()).toEqual([]);
  });

  test.each([
    ['name: "rover"', 'name: "../rover"', 7, 11, /no robot name/],
    ['version: 1', 'version: 9', 6, 14, /newer Tether/],
    ['domain_id: 7', 'domain_id: "7"', 11, 16, /number/],
    ['domain_id: 7', 'domain_id: 7\n    demo: true', 12, 5, /does not belong/],
    ['domain_id: 7', 'domain_id: 7\n    password: "x"', 12, 5, /does not belong/],
    ['domain_id: 7', 'domain_id: [7', 12, 5, /./],
    ['tether_profile:', 'tether_profil:', 1, 1, /no connection profile/],
  ])('%s as %s is refused with its place', async (right, wrong, line, column, words) => {
    const text = exported(robotText).replace(right, wrong);
    const errors = parseProfile(text).issues.filter(({ severity }) => severity === 'error');
    expect(errors.map((issue) => [issue.line, issue.column])).toContainEqual([line, column]);
    expect(errors.map(({ message }) => message).join('\n')).toMatch(words);
    const done = await importProfile(files, asked(text));
    expect(done).toMatchObject({ ok: false, problem: { code: 'bad-profile' } });
    expect(done.ok ? '' : done.problem.message).toMatch(/Line \d+, column \d+/);
    expect(await files.list()).toEqual([]);
  });

  test('a robot file is no profile', () => {
    expect(parseProfile(robotText)).toMatchObject({ profile: null });
    expect(parseProfile('')).toMatchObject({ profile: null, issues: [{ line: 1, column: 1 }] });
  });

  test('the names of the table are those that are exported', () => {
    for (const { section, key } of profileParameters) expect(entryKeyOf(section, key)).toMatch(/^[a-z_]+ \S+$/);
    expect(profileParameters.length).toBe(22 + 2 * 5);
  });
});
