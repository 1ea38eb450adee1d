import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocalCloudWatch } from '../../localcloud/LocalCloudWatch.js';
import type { CloudConnection } from '../../model/RobotConfig.js';
import type { SinkOutcome } from '../../seams/CloudSink.js';
import { CloudWatchSink } from '../CloudWatchSink.js';
import { logDestination } from '../records.test-support.js';
import { TestAuthority } from './TestAuthority.test-support.js';
import { TestNetwork } from './TestNetwork.test-support.js';
import { trustedCertificates, TrustedRoots } from './TrustedRoots.js';

const account = { cloud: 'aws', region: 'eu-west-1', profile: '', endpoint: '' } as const;
const group = logDestination.group;
let authority: TestAuthority;
let cloud: LocalCloudWatch;
let network: TestNetwork;
let home: string;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  authority = await TestAuthority.make();
});

afterAll(async () => {
  await authority.remove();
});

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-way-'));
  await mkdir(path.join(home, '.aws'));
  vi.stubEnv('HOME', home);
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY']) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  for (const name of ['AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAFIELD');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  cloud = await LocalCloudWatch.start();
  network = await TestNetwork.start(cloud.url, await authority.issue('*.eu-west-1.amazonaws.com'));
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await network.stop();
  await cloud.stop();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

function sinkWith(changes: Partial<CloudConnection> = {}, profile = ''): (endpoint?: string) => Promise<SinkOutcome> {
  const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 4, ...changes };
  const sink = new CloudWatchSink({ account: { ...account, profile }, connection, localEndpoint: () => null });
  closers.push(() => {
    sink.close();
  });
  return (endpoint = '') => {
    const destination = { ...logDestination, account: { ...account, profile, endpoint } };
    const events = [{ timestampMs: Date.now(), message: 'line' }];
    return sink.send({ kind: 'log', destination, events }, AbortSignal.timeout(30_000));
  };
}

const offline = (code: string, message: string) => ({
  ...{ type: 'retry', cause: 'offline', unknownOutcome: false },
  problem: { code, message: expect.stringContaining(message) as string },
});

describe('a proxy', () => {
  test('named by HTTPS_PROXY takes requests to AWS, with its user and password, and keeps connections', async () => {
    vi.stubEnv('HTTPS_PROXY', network.proxyUrl.replace('http://', 'http://ana:p%40ss@'));
    const send = sinkWith({ caFile: authority.caFile });
    expect(await send()).toMatchObject({ type: 'accepted' });
    expect(await send()).toMatchObject({ type: 'accepted' });
    expect(cloud.logEventCount(group)).toBe(2);
    expect(network.asked).toEqual(['logs.eu-west-1.amazonaws.com:443']);
    expect(network.authorizations).toEqual([`Basic ${Buffer.from('ana:p@ss').toString('base64')}`]);
  });

  test('named by the robot file takes them too', async () => {
    const { hostname, port } = new URL(network.proxyUrl);
    const proxy = { host: hostname, port: Number(port), user: 'ana', password: 'secret word' };
    expect(await sinkWith({ caFile: authority.caFile, proxy })()).toMatchObject({ type: 'accepted' });
    expect(network.authorizations).toEqual([`Basic ${Buffer.from('ana:secret word').toString('base64')}`]);
  });

  test('a plain endpoint goes through HTTP_PROXY as a whole address, and NO_PROXY keeps it from that', async () => {
    const { port } = new URL(cloud.url);
    vi.stubEnv('HTTP_PROXY', network.proxyUrl);
    const endpoint = `http://cloudwatch.field:${port}`;
    expect(await sinkWith()(endpoint)).toMatchObject({ type: 'accepted' });
    expect(network.asked[0]).toBe(`${endpoint}/`);
    vi.stubEnv('NO_PROXY', '.field');
    const asked = network.asked.length;
    expect(await sinkWith()(endpoint)).toMatchObject({ type: 'retry', cause: 'offline' });
    expect(network.asked.length).toBe(asked);
  });

  test.each([
    [407, 'wants a user name and a password'],
    [403, 'does not let anything through to logs.eu-west-1.amazonaws.com:443'],
    [502, 'did not get through to logs.eu-west-1.amazonaws.com:443'],
  ])(
    'that answers %i is told of; nothing is taken for sent, and its answer not for that of CloudWatch',
    async (status, words) => {
      vi.stubEnv('https_proxy', network.proxyUrl);
      network.refusal = { status, body: '{}' };
      const send = sinkWith({ caFile: authority.caFile });
      expect(await send()).toMatchObject(offline('proxy', words));
      network.refusal = null;
      expect(await send()).toMatchObject({ type: 'accepted' });
    },
  );

  test('whose password is wrong, or that is not there, is named without the password', async () => {
    vi.stubEnv('HTTPS_PROXY', network.proxyUrl.replace('http://', 'http://ana:topsecret@'));
    network.refusal = { status: 407, body: '' };
    const refused = await sinkWith()();
    expect(refused).toMatchObject(offline('proxy', 'refused the user or password'));
    vi.stubEnv('HTTPS_PROXY', 'http://ana:topsecret@127.0.0.1:9');
    const absent = await sinkWith()();
    expect(absent).toMatchObject(offline('proxy', 'The proxy 127.0.0.1:9 cannot be reached'));
    expect(JSON.stringify([refused, absent])).not.toContain('topsecret');
  });

  test('that says nothing is given up after the time for connections', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(() => silent.close());
    const address = silent.address();
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`);
    const outcome = await sinkWith({ connectTimeoutMs: 300 })();
    expect(outcome).toMatchObject({ type: 'retry', cause: 'offline', unknownOutcome: false });
    expect(cloud.logEventCount(group)).toBe(0);
  });
});

describe("a network's own authority", () => {
  beforeEach(() => {
    vi.stubEnv('HTTPS_PROXY', network.proxyUrl);
  });

  test('is not trusted by itself; AWS_CA_BUNDLE, the profile or the folder of the robot file makes it so', async () => {
    expect(await sinkWith()()).toMatchObject({ type: 'retry', cause: 'offline', unknownOutcome: false });
    expect(cloud.logEventCount(group)).toBe(0);

    vi.stubEnv('AWS_CA_BUNDLE', authority.caFile);
    expect(await sinkWith()()).toMatchObject({ type: 'accepted' });
    vi.stubEnv('AWS_CA_BUNDLE', undefined);

    const keys = ['aws_access_key_id = AKIAFIELD', 'aws_secret_access_key = secret'];
    await writeFile(
      path.join(home, '.aws', 'config'),
      ['[default]', 'ca_bundle = /of/another', '[profile field]', `ca_bundle = ${authority.caFile}`, ...keys, ''].join(
        '\n',
      ),
    );
    expect(await sinkWith({}, 'field')()).toMatchObject({ type: 'accepted' });
    await rm(path.join(home, '.aws', 'config'));

    const folder = path.join(home, 'authorities');
    await mkdir(folder);
    await writeFile(path.join(folder, 'README.txt'), 'no certificate');
    await writeFile(path.join(folder, 'field.crt'), await readFile(authority.caFile));
    expect(await sinkWith({ caPath: folder })()).toMatchObject({ type: 'accepted' });
  });

  test('a file that is not there, or no PEM, is named with its path; once it is mended, sending goes on by itself', async () => {
    const caFile = path.join(home, 'ca.pem');
    const send = sinkWith({ caFile });
    expect(await send()).toMatchObject(
      offline('ca-file', `${caFile} (ca_file in the robot file) is not on this laptop`),
    );
    await writeFile(caFile, 'not a certificate');
    expect(await send()).toMatchObject(offline('ca-file', 'holds no certificate in PEM form'));
    await appendFile(caFile, `\n${await readFile(authority.caFile, 'utf8')}`);
    expect(await send()).toMatchObject({ type: 'accepted' });
    vi.stubEnv('AWS_CA_BUNDLE', path.join(home, 'nowhere.pem'));
    expect(await sinkWith()()).toMatchObject(offline('ca-file', 'AWS_CA_BUNDLE'));
  });

  test('is added to the others: what Node trusts stays trusted, and is read once', async () => {
    const source = { path: authority.caFile, isFolder: false, namedBy: 'a test' };
    const own = (await readFile(authority.caFile, 'utf8')).trim();
    vi.stubEnv('NODE_EXTRA_CA_CERTS', authority.caFile);
    expect(await trustedCertificates([source])).toEqual([...rootCertificates, own, own]);
    const roots = new TrustedRoots(() => Promise.resolve([source]));
    expect(await roots.secureContext()).toBe(await roots.secureContext());
    expect(await new TrustedRoots(() => Promise.resolve([])).secureContext()).toBeNull();
  });
});
