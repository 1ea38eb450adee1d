import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newRobotText } from '../config/newRobotText.js';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { runInProcess } from './TestOutput.test-support.js';

let home: string;
let cloud: LocalCloudWatch;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-permissions-'));
  cloud = await LocalCloudWatch.start();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
  await rm(home, { recursive: true });
});

async function run(text: string, ...options: string[]): Promise<{ code: number; out: string; notes: string }> {
  const file = path.join(home, 'rover.yaml');
  await writeFile(file, text);
  const { code, output } = await runInProcess(home, ['permissions', file, ...options]);
  return { code, out: output.lines.join('\n'), notes: output.notes.join('\n') };
}

const onAws = (): string => `
tether:
  ros__parameters:
    cloud: aws
cloudwatch_logger:
  ros__parameters:
    log_group_name: team
    aws_client_configuration:
      region: eu-west-1
      endpoint_override: "${cloud.url}"
`;

test('names what is missing, prints the policy, and ends with 1', async () => {
  cloud.faults.add({ kind: 'access-denied', operation: 'PutLogEvents', times: null });
  const { code, out } = await run(onAws());
  expect(code).toBe(1);
  expect(out).toMatch(/^rover: account 000000000000\nMISS logs:PutLogEvents/);
  expect(out).toContain('"arn:aws:logs:eu-west-1:000000000000:log-group:team:*"');
});

test('with all of them it ends with 0; the policy alone, and all of it as JSON, are for other programs', async () => {
  expect(await run(onAws())).toMatchObject({ code: 0, notes: '' });
  const policy: unknown = JSON.parse((await run(onAws(), '--policy')).out);
  expect(policy).toHaveProperty('Statement');
  const { policy: same, ...report } = JSON.parse((await run(onAws(), '--json')).out) as { policy: string };
  expect(JSON.parse(same)).toEqual(policy);
  expect(report).toMatchObject({ robot: 'rover', accountId: '000000000000' });
});

test('a robot of the local CloudWatch needs none, and an invalid file is said to be', async () => {
  const local = await run(newRobotText({ name: 'rover', domainId: 7, cloud: 'local' }));
  expect(local).toMatchObject({ out: '', notes: expect.stringContaining('needs no permission') as string });
  expect(await run('tether: 1')).toMatchObject({ notes: expect.stringContaining('config check') as string });
});
