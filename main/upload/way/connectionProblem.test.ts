import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { LocalCloudWatch } from '../../localcloud/LocalCloudWatch.js';
import { systemClock } from '../../seams/Clock.js';
import type { SinkOutcome } from '../../seams/CloudSink.js';
import { CloudWatchSink, type CloudWatchSinkOptions } from '../CloudWatchSink.js';
import { logDestination } from '../records.test-support.js';
import { RobotWire } from '../RobotWire.js';
import { connectionProblem } from './connectionProblem.js';
import { TestAuthority, type TestCertificate } from './TestAuthority.test-support.js';
import { TestNetwork } from './TestNetwork.test-support.js';

const dayMs = 86_400_000;
let authority: TestAuthority;
let cloud: LocalCloudWatch;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  authority = await TestAuthority.make();
});

afterAll(async () => {
  await authority.remove();
});

beforeEach(async () => {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy', 'AWS_CA_BUNDLE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAFIELD');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_CONFIG_FILE', '/nowhere/config');
  cloud = await LocalCloudWatch.start();
});

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await cloud.stop();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

interface Sending {
  readonly endpoint?: string;
  readonly region?: string;
  readonly isTrusted?: boolean;
  readonly options?: Partial<CloudWatchSinkOptions>;
}

function sinkFor({ endpoint = '', region = 'eu-west-1', isTrusted = true, options = {} }: Sending) {
  const account = { cloud: 'aws', profile: '', endpoint, region } as const;
  const connection = {
    ...{ connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 4 },
    ...(isTrusted ? { caFile: authority.caFile } : {}),
  };
  const sink = new CloudWatchSink({ account, connection, localEndpoint: () => null, ...options });
  closers.push(() => {
    sink.close();
  });
  return { sink, account };
}

async function send(sending: Sending): Promise<SinkOutcome> {
  const { sink, account } = sinkFor(sending);
  const events = [{ timestampMs: Date.now(), message: 'line' }];
  return await sink.send(
    { kind: 'log', destination: { ...logDestination, account }, events },
    AbortSignal.timeout(30_000),
  );
}

/** The address of a real TLS server with this certificate. */
async function serve(certificate: TestCertificate): Promise<string> {
  const network = await TestNetwork.start(cloud.url, certificate);
  closers.push(() => network.stop());
  return `https://${network.tls.hostname}:${network.tls.port}`;
}

/** Waits and is tried again, as when there is no link: nothing was written. */
function waits(code: string, message: string, nextStep: string) {
  return {
    ...{ type: 'retry', cause: 'offline', unknownOutcome: false },
    problem: {
      code,
      message: expect.stringContaining(message) as string,
      nextStep: expect.stringContaining(nextStep) as string,
    },
  };
}

describe('a certificate', () => {
  test('that is right is no problem', async () => {
    expect(await send({ endpoint: await serve(await authority.issue('localhost')) })).toMatchObject({
      type: 'accepted',
    });
  });

  test('of an authority that nobody trusts: a sign-in page or a proxy, with ca_file as a way', async () => {
    const endpoint = await serve(await authority.issue('localhost'));
    const untrusted = waits('certificate', 'is not trusted', 'ca_file');
    expect(await send({ endpoint, isTrusted: false })).toMatchObject(untrusted);
    expect(cloud.logEventCount(logDestination.group)).toBe(0);
    const probe = await sinkFor({ endpoint, isTrusted: false }).sink.probe(AbortSignal.timeout(30_000));
    expect(probe).toMatchObject({ reachable: false, problem: { code: 'certificate' } });
  });

  test('of another name', async () => {
    const endpoint = await serve(await authority.issue('*.eu-west-1.amazonaws.com'));
    expect(await send({ endpoint })).toMatchObject(waits('certificate', 'of something else', 'Open a web page'));
  });

  test('that has expired, with the time that this laptop takes it to be', async () => {
    const endpoint = await serve(await authority.issue('localhost', Date.now() - 9 * dayMs, Date.now() - dayMs));
    // A day does not end in the middle of it.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const today = new Date().toISOString().slice(0, 10);
    expect(await send({ endpoint })).toMatchObject(waits('certificate', 'has expired', 'If the clock is wrong'));
    expect(await send({ endpoint })).toMatchObject(waits('certificate', today, 'sign in to this network'));
  });

  test('that has expired by a clock that is known to be off: the clock is told of', async () => {
    const endpoint = await serve(await authority.issue('localhost', Date.now() - 9 * dayMs, Date.now() - dayMs));
    const wire = new RobotWire('rover', systemClock, null);
    wire.skew.answered(new Date(Date.now() - 2 * dayMs).toUTCString(), Date.now());
    expect(await send({ endpoint, options: { wire } })).toMatchObject(
      waits('wrong-clock', "laptop's clock is wrong", 'timedatectl'),
    );
  });

  test('that is not valid yet: by a clock before Tether was written, the clock is told of', async () => {
    const endpoint = await serve(await authority.issue('localhost', Date.now() + dayMs, Date.now() + 9 * dayMs));
    expect(await send({ endpoint })).toMatchObject(waits('certificate', 'is not valid yet', 'If the clock is wrong'));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2020, 0, 1, 0, 3) });
    expect(await send({ endpoint })).toMatchObject(waits('wrong-clock', '2020-01-01 00:03 UTC', 'Set the clock'));
  });
});

describe('a name that is not found', () => {
  const found = { findsNames: () => Promise.resolve(true) };
  const lost = { findsNames: () => Promise.resolve(false) };

  test('while others are: the region is named, with those that there are', async () => {
    const outcome = await send({ region: 'eu-wset-1', options: found });
    expect(outcome).toMatchObject(waits('unknown-host', '"eu-wset-1" is probably no AWS region', 'eu-west-1'));
    const step = outcome.type === 'retry' ? outcome.problem.nextStep : '';
    expect(step).not.toContain('us-east-1');
  });

  test('of a region that there is: the network hides it', () => {
    const error = Object.assign(new Error('not found'), {
      code: 'ENOTFOUND',
      hostname: 'logs.eu-west-1.amazonaws.com',
    });
    const account = { cloud: 'aws', profile: '', endpoint: '', region: 'eu-west-1' } as const;
    const facts = { account, service: 'CloudWatch in eu-west-1', nowMs: Date.now(), clockAheadMs: null };
    expect(connectionProblem(error, { ...facts, onlyThisName: true })).toMatchObject({
      code: 'unknown-host',
      nextStep: expect.stringContaining('who looks after the network') as string,
    });
    expect(connectionProblem(error, { ...facts, onlyThisName: false })).toBeNull();
  });

  test('of an endpoint of one’s own: that is what to correct', async () => {
    expect(await send({ endpoint: 'https://logs.eu-west-1.invalid', options: found })).toMatchObject(
      waits('unknown-host', 'there is no logs.eu-west-1.invalid', 'endpoint_override'),
    );
  });

  test('as no other: there is no internet', async () => {
    expect(await send({ region: 'eu-wset-1', options: lost })).toMatchObject(
      waits('offline', 'cannot be reached', 'Connect this laptop to the internet'),
    );
  });
});
