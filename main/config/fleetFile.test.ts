import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fleetName } from '../model/fleetFile.js';
import { DiskRobotFiles, readRobotFileAt } from './DiskRobotFiles.js';
import { newRobotText } from './newRobotText.js';
import { compareRobotTexts } from './text/compareRobotTexts.js';
import { leaveToFleet } from './text/leaveToFleet.js';
import { parseRobotFile } from './text/parseRobotFile.js';

function section(name: string, ...lines: string[]): string {
  return [`${name}:`, '  ros__parameters:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}
const logger = (...lines: string[]) => section('cloudwatch_logger', ...lines);

function together(fleet: string, robot: string) {
  return parseRobotFile('rover', robot, parseRobotFile(fleetName, fleet));
}

describe('two files, as ROS 2 reads them (tried with rclpy; rosJudge.test.ts holds it)', () => {
  test('the robot wins, the fleet fills in, the rest is default', () => {
    const fleet = logger('log_group_name: "fleet"', 'storage_limit: 2048');
    const { config, layered, issues } = together(fleet, logger('storage_limit: 4096'));
    expect(issues).toEqual([]);
    expect(config?.logs.group).toBe('fleet');
    expect(config?.cache.bytesMax).toBe(4096 * 1024);
    expect(layered.get('cloudwatch_logger storage_limit')?.from).toBe('robot');
    expect(layered.get('cloudwatch_logger log_group_name')?.from).toBe('fleet');
    expect(layered.has('cloudwatch_logger log_stream_name')).toBe(false);
  });

  test("a robot's value for every node loses to the node's own section, where the fleet's file names every node first", () => {
    const fleet = section('/**', 'storage_limit: 1024') + logger('storage_limit: 2048');
    const { config, issues } = together(fleet, section('/**', 'storage_limit: 4096'));
    expect(issues).toMatchObject([{ severity: 'warning', line: 3, column: 5 }]);
    expect(issues[0]?.message).toMatch(/does not count for cloudwatch_logger/);
    expect(config?.cache.bytesMax).toBe((2048 + 4096) * 1024);
    expect(together(logger('storage_limit: 2048'), section('/**', 'storage_limit: 4096')).issues).toEqual([]);
  });

  test("ROS 1's flat form is the robot's own word in any case", () => {
    expect(together(logger('log_group_name: "fleet"'), 'log_group_name: "own"\n').config?.logs.group).toBe('own');
  });

  test('what does not go together is said in the file that is read, at its own line', () => {
    const fleet = logger('batch_trigger_publish_size: 500');
    const { issues, config } = together(fleet, logger('# smaller', 'batch_max_queue_size: 100'));
    expect(issues).toMatchObject([{ severity: 'error', line: 4, column: 5 }]);
    expect(config).toBeNull();
  });

  test("no configuration over an invalid fleet's file, and none of its issues among the robot's", () => {
    const { issues, config } = together(logger('publish_frequency: 5'), logger('log_group_name: "own"'));
    expect([issues, config]).toEqual([[], null]);
  });

  test('a difference is one of what counts; what is taken over is what the other file itself says', () => {
    const fleet = parseRobotFile(fleetName, logger('log_group_name: "fleet"'));
    const [own, none] = [logger('log_group_name: "own"'), ''].map((text) => parseRobotFile('r', text, fleet));
    if (own === undefined || none === undefined) throw new Error('two texts');
    expect(compareRobotTexts(own, none)).toMatchObject([{ before: 'own', after: 'fleet', ownAfter: null }]);
    const same = parseRobotFile('r', logger('log_group_name: "fleet"'), fleet);
    expect(compareRobotTexts(same, none)).toEqual([]);
  });

  test("a new robot's text leaves to the fleet what the fleet says", () => {
    const fleet = parseRobotFile(fleetName, logger('log_group_name: "fleet"', 'log_stream_name: "all"'));
    const text = leaveToFleet(newRobotText({ name: 'rover', domainId: 7, cloud: 'local' }), fleet);
    const { config } = parseRobotFile('rover', text, fleet);
    expect(config?.logs).toMatchObject({ group: 'fleet', stream: 'rover' });
    expect(text).not.toContain('log_group_name');
  });
});

describe('on disk', () => {
  let folder: string;
  let files: DiskRobotFiles;
  const robot = logger('log_stream_name: "rover"');

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tether-fleet-'));
    files = new DiskRobotFiles(folder);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'rover.yaml'), robot);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is no robot, is read and written by its name, and has a history', async () => {
    const written = await files.write(fleetName, logger('log_group_name: "fleet"'), null);
    expect(written).toMatchObject({ ok: true, value: { fleet: null } });
    expect(await files.list()).toEqual(['rover']);
    expect(await files.history(fleetName)).toHaveLength(1);
    const read = await files.read('rover');
    expect(read).toMatchObject({ ok: true, value: { config: { logs: { group: 'fleet', stream: 'rover' } } } });
    expect(await readRobotFileAt(path.join(folder, 'rover.yaml'))).toEqual(read);
    expect(await files.remove(fleetName)).toMatchObject({ ok: false, problem: { code: 'bad-name' } });
  });

  test("an invalid fleet's file: the robot cannot be written either, and the words name file, line and column", async () => {
    await writeFile(path.join(folder, '@fleet.yaml'), logger('log_group_name: "fleet"', 'publish_frequency: 5'));
    const read = await files.read('rover');
    if (!read.ok) throw new Error(read.problem.message);
    expect(read.value).toMatchObject({ issues: [], config: null, fleet: { issues: [{ line: 4, column: 24 }] } });
    const refused = await files.write('rover', `${robot}# more\n`, read.value.revision);
    expect(refused).toMatchObject({ ok: false, problem: { code: 'bad-yaml' } });
    if (!refused.ok) expect(refused.problem.message).toMatch(/^@fleet\.yaml is not valid\. Line 4, column 24: /);
    expect(await readFile(path.join(folder, 'rover.yaml'), 'utf8')).toBe(robot);
  });

  test('a text that a robot could not use is refused, with the place in the file of that robot', async () => {
    await writeFile(path.join(folder, 'rover.yaml'), logger('batch_max_queue_size: 100'));
    const refused = await files.write(fleetName, logger('batch_trigger_publish_size: 500'), null);
    expect(refused).toMatchObject({ ok: false, problem: { code: 'bad-yaml' } });
    if (!refused.ok) expect(refused.problem.message).toMatch(/rover\.yaml is not valid\. Line 3, column 5: /);
  });

  test('that cannot be read is an error, not a fleet without a file', async () => {
    await mkdir(path.join(folder, '@fleet.yaml'));
    const read = await files.read('rover');
    expect(read).toMatchObject({ ok: true, value: { config: null, fleet: { issues: [{ severity: 'error' }] } } });
  });

  test('its change is noticed', async () => {
    const seen: string[] = [];
    const stop = files.watch((name) => seen.push(name));
    await writeFile(path.join(folder, '@fleet.yaml'), '# all\n');
    await expect.poll(() => seen, { timeout: 20_000 }).toContain(fleetName);
    stop();
  });
});
