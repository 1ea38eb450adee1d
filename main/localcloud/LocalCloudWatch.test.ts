import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createConnection } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalCloudWatch } from './LocalCloudWatch.js';
import { startTestCloud, type TestCloud } from './testClients.js';

let test: TestCloud;

beforeAll(async () => {
  test = await startTestCloud();
});

afterAll(() => test.stop());

type Body = string | Uint8Array<ArrayBuffer>;

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=AKIA/20260601/eu-west-1/logs/aws4_request, SignedHeaders=host, Signature=00';

async function call(headers: Record<string, string>, body: Body = '{}'): Promise<{ status: number; text: string }> {
  const response = await fetch(test.cloud.url, {
    method: 'POST',
    headers: { authorization: SIGNED, ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

const target = { 'x-amz-target': 'Logs_20140328.PutLogEvents' };

describe('bodies that are no requests', () => {
  const bodies: readonly [what: string, body: Body, headers?: Record<string, string>][] = [
    ['not JSON', '{"logGroupName":'],
    ['an array', '[]'],
    ['a number', '7'],
    ['null', 'null'],
    ['a member of a wrong type', '{"logGroupName":7}'],
    ['events that are no list', '{"logGroupName":"g","logStreamName":"s","logEvents":{}}'],
    ['an event that is no object', '{"logGroupName":"g","logStreamName":"s","logEvents":[1]}'],
    [
      'a timestamp that is text',
      '{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":"1","message":"m"}]}',
    ],
    [
      'a timestamp with a fraction',
      '{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1.5,"message":"m"}]}',
    ],
    ['a message that is no text', '{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":1}]}'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['gzip that is none', 'plain', { 'content-encoding': 'gzip' }],
    ['an encoding that is not known', 'x', { 'content-encoding': 'br' }],
  ];
  it.each(bodies)('%s: SerializationException', async (_what, body, headers = {}) => {
    const { status, text } = await call({ ...target, ...headers }, body);
    expect([status, (JSON.parse(text) as { __type: unknown }).__type]).toEqual([400, 'SerializationException']);
  });

  it('answers 413 to a body over the limit, plain or unpacked', async () => {
    const large = Buffer.alloc(17 * 1024 * 1024, 0x20);
    expect((await call(target, large)).status).toBe(413);
    expect((await call({ ...target, 'content-encoding': 'gzip' }, gzipSync(large))).status).toBe(413);
  });

  it('lives on after garbage on the socket', async () => {
    await new Promise<void>((resolve) => {
      const socket = createConnection(test.cloud.port, '127.0.0.1', () =>
        socket.write('\x16\x03\x01 not http\r\n\r\n'),
      );
      socket
        .on('error', () => undefined)
        .once('close', () => {
          resolve();
        });
      socket.resume();
    });
    expect((await call(target, '7')).status).toBe(400);
  });
});

describe('who may ask, and for what', () => {
  const unknown: readonly [what: string, headers: Record<string, string>, body?: string][] = [
    ['no target', {}],
    ['another service', { 'x-amz-target': 'DynamoDB_20120810.GetItem' }],
    ['another operation', { 'x-amz-target': 'Logs_20140328.StartQuery' }],
    [
      'the query protocol for metrics',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'Action=PutMetricData&Version=2010-08-01',
    ],
  ];
  it.each(unknown)('%s: UnknownOperationException', async (_what, headers, body) => {
    const { status, text } = await call(headers, body);
    expect(status).toBe(400);
    expect(text).toContain('UnknownOperationException');
  });

  it('refuses a request without a signature', async () => {
    const { status, text } = await call({ ...target, authorization: '' });
    expect([status, text]).toEqual([403, expect.stringContaining('MissingAuthenticationTokenException')]);
  });

  it('refuses web pages', async () => {
    const response = await fetch(`${test.cloud.url}/_tether/stats`, { headers: { origin: 'http://evil.example' } });
    expect(response.status).toBe(403);
  });

  it.each(['0.0.0.0', '192.168.1.4', '::', 'example.com'])('does not listen on %s', async (host) => {
    await expect(LocalCloudWatch.start({ host })).rejects.toThrow(/only listens on loopback/);
  });

  it('tells a port that is taken', async () => {
    await expect(LocalCloudWatch.start({ port: test.cloud.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

it('says who the caller is, with an account that no one has', async () => {
  const identity = await test.sts.send(new GetCallerIdentityCommand());
  expect(identity).toMatchObject({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:user/tether-local' });
});

it('stops with a connection hanging, twice if asked', async () => {
  const cloud = await LocalCloudWatch.start();
  cloud.faults.add({ kind: 'hang' });
  const hanging = fetch(cloud.url, { method: 'POST', headers: { ...target, authorization: SIGNED }, body: '{}' });
  const failure = expect(hanging).rejects.toThrow();
  while (cloud.stats().connections === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await cloud.stop();
  await cloud.stop();
  await failure;
});
