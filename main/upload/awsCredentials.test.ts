import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { patient } from '../model/patient.test-support.js';
import { systemClock, type Clock } from '../seams/Clock.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { MemoryIntentBook } from './intents/MemoryIntentBook.js';
import { MemoryCache } from './MemoryCache.test-support.js';
import { logDestination, logRecord, logsConfig, metricsConfig, sendingConfig } from './records.test-support.js';
import { Uploader } from './Uploader.js';

/** With the AWS files of a home folder of its own; only AWS's sign-in services are stood in for, on loopback. */
const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 4 };
const group = 'field/team';
/** What waits a minute for a person is tried again each 200 ms. */
const speed = 300;
const quickClock: Clock = {
  nowNs: () => systemClock.nowNs(),
  monotonicMs: () => systemClock.monotonicMs() * speed,
  after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
};
const hourMs = 3_600_000;

let home: string;
let cloud: LocalCloudWatch;
let cache: MemoryCache;
let uploader: Uploader;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-aws-'));
  await mkdir(path.join(home, '.aws', 'sso', 'cache'), { recursive: true });
  vi.stubEnv('HOME', home);
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_CONFIG_FILE']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  cloud = await LocalCloudWatch.start();
  cache = new MemoryCache();
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await cloud.stop();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

function start(profile: string): void {
  const account = { cloud: 'aws', region: 'us-east-1', profile, endpoint: cloud.url } as const;
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => null });
  const settings = { logs: logsConfig, metrics: metricsConfig, sending: sendingConfig };
  const parts = { cache, sink, settings, clock: quickClock, intents: new MemoryIntentBook(), random: () => 0 };
  uploader = new Uploader(parts);
  closers.push(async () => {
    await uploader.stop();
    sink.close();
  });
  const destination = { ...logDestination, account };
  let added = 0;
  record = () => {
    cache.add(destination, logRecord(systemClock.nowNs(), { message: `line ${added++}` }));
  };
  record();
  uploader.start();
}

let record: () => void;

/** Stays blocked with this problem while records come in; then, after the mending, all of them are sent, by themselves. */
async function expectHeld(problem: object, mend: () => Promise<void>): Promise<void> {
  await vi.waitFor(() => {
    expect(uploader.status()).toMatchObject({ state: 'blocked', problem });
  }, patient);
  for (let index = 0; index < 5; index += 1) record();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(uploader.status()).toMatchObject({ state: 'blocked', sentLogs: 0 });
  expect(cache.inState('pending').length + cache.inState('sending').length).toBe(6);
  expect(cloud.logEventCount(group)).toBe(0);
  await mend();
  await expectAllSent();
}

async function expectAllSent(): Promise<void> {
  const waiting = (): number => cache.inState('pending').length + cache.inState('sending').length;
  await vi.waitFor(() => {
    expect(waiting()).toBe(0);
    expect(uploader.status()).toMatchObject({ state: 'idle', refused: 0 });
  }, patient);
  expect(cloud.logEventCount(group)).toBe(cache.inState('acknowledged').length);
}

async function writeAwsFile(name: string, lines: readonly string[]): Promise<void> {
  await writeFile(path.join(home, '.aws', name), `${lines.join('\n')}\n`);
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('single sign-on', () => {
  async function writeToken(accessToken: string, expiresAtMs: number): Promise<void> {
    const file = `${createHash('sha1').update('fleet').digest('hex')}.json`;
    const expiresAt = new Date(expiresAtMs).toISOString();
    const token = { startUrl: 'https://fleet.awsapps.com/start', region: 'us-east-1', accessToken, expiresAt };
    await writeFile(path.join(home, '.aws', 'sso', 'cache', file), JSON.stringify(token));
  }

  /** What the sign-in page of AWS hands out for a token that it knows. */
  async function serveRoles(): Promise<void> {
    const url = await serve((request, response) => {
      const isKnown = request.headers['x-amz-sso_bearer_token'] === 'new token';
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      const roleCredentials = {
        ...{ accessKeyId: 'ASIAFIELD', secretAccessKey: 'secret', sessionToken: 'session' },
        expiration: Date.now() + hourMs,
      };
      response.end(JSON.stringify(isKnown ? { roleCredentials } : { message: 'Session token not found or invalid' }));
    });
    vi.stubEnv('AWS_ENDPOINT_URL_SSO', url);
  }

  beforeEach(async () => {
    await writeAwsFile('config', [
      '[profile field]',
      'sso_session = fleet',
      'sso_account_id = 000000000000',
      'sso_role_name = Uploader',
      '[sso-session fleet]',
      'sso_start_url = https://fleet.awsapps.com/start',
      'sso_region = us-east-1',
      'sso_registration_scopes = sso:account:access',
    ]);
    await serveRoles();
  });

  const signIn = {
    code: 'no-credentials',
    nextStep: expect.stringContaining('aws sso login --profile field') as string,
  };

  test('expired: says with which command to sign in, keeps everything, and sends it once the person has', async () => {
    await writeToken('old token', Date.now() - hourMs);
    start('field');
    await expectHeld(signIn, () => writeToken('new token', Date.now() + 8 * hourMs));
  });

  test('never signed in: the same', async () => {
    start('field');
    await expectHeld(signIn, () => writeToken('new token', Date.now() + 8 * hourMs));
  });

  test('a token that the sign-in service calls off: the same', async () => {
    await writeToken('called off', Date.now() + 8 * hourMs);
    start('field');
    await expectHeld(signIn, () => writeToken('new token', Date.now() + 8 * hourMs));
  });
});

test('credentials from a process of its own, which fails at first', async () => {
  const [script, keys] = [path.join(home, 'keys.mjs'), path.join(home, 'keys.json')];
  await writeFile(script, `process.stdout.write((await import('node:fs')).readFileSync(${JSON.stringify(keys)}))`);
  await writeAwsFile('config', ['[profile field]', `credential_process = "${process.execPath}" "${script}"`]);
  start('field');
  await expectHeld({ code: 'no-credentials' }, () =>
    writeFile(keys, JSON.stringify({ Version: 1, AccessKeyId: 'AKIAFIELD', SecretAccessKey: 'secret' })),
  );
});

test('a role that the keys of another profile may take on, after it was allowed', async () => {
  let isAllowed = false;
  const url = await serve((_, response) => {
    const credentials = `<Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>${new Date(Date.now() + hourMs).toISOString()}</Expiration></Credentials>`;
    const answer = isAllowed
      ? `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>${credentials}</AssumeRoleResult></AssumeRoleResponse>`
      : '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:iam::000000000000:user/field is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/Uploader</Message></Error></ErrorResponse>';
    response.writeHead(isAllowed ? 200 : 403, { 'content-type': 'text/xml' }).end(answer);
  });
  vi.stubEnv('AWS_ENDPOINT_URL_STS', url);
  await writeAwsFile('credentials', ['[keys]', 'aws_access_key_id = AKIAFIELD', 'aws_secret_access_key = secret']);
  await writeAwsFile('config', [
    '[profile field]',
    'role_arn = arn:aws:iam::000000000000:role/Uploader',
    'source_profile = keys',
    'region = us-east-1',
  ]);
  start('field');
  const problem = { message: expect.stringContaining('sts:AssumeRole') as string };
  await expectHeld(problem, () => {
    isAllowed = true;
    return Promise.resolve();
  });
});

test('keys that are written into the AWS files while Tether runs are found', async () => {
  await writeAwsFile('credentials', ['[other]', 'aws_access_key_id = AKIAOTHER', 'aws_secret_access_key = secret']);
  start('field');
  await expectHeld({ code: 'no-credentials' }, () =>
    writeAwsFile('credentials', ['[field]', 'aws_access_key_id = AKIAFIELD', 'aws_secret_access_key = secret']),
  );
});

test('keys that are refused, and then written anew, are found', async () => {
  const url = await serve((request, response) => {
    const isOld = request.headers.authorization?.includes('AKIAOLD') === true;
    const refusal = { __type: 'UnrecognizedClientException', message: 'The security token is invalid.' };
    response.writeHead(isOld ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(isOld ? refusal : {}));
  });
  const write = (key: string): Promise<void> =>
    writeAwsFile('credentials', ['[field]', `aws_access_key_id = ${key}`, 'aws_secret_access_key = secret']);
  const account = { cloud: 'aws', region: 'us-east-1', profile: 'field', endpoint: url } as const;
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => null });
  const events = [{ timestampMs: Date.now(), message: 'line' }];
  const send = () =>
    sink.send({ kind: 'log', destination: { ...logDestination, account }, events }, new AbortController().signal);
  await write('AKIAOLD');
  expect(await send()).toMatchObject({ type: 'not-authorised', problem: { code: 'not-authorised' } });
  await write('AKIANEW');
  expect(await send()).toMatchObject({ type: 'accepted' });
  sink.close();
});
