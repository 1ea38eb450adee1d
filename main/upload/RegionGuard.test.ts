import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { CloudAccount } from '../model/Destination.js';
import type { SinkOutcome } from '../seams/CloudSink.js';
import { CloudWatchSink } from './CloudWatchSink.js';
import { account, logDestination } from './records.test-support.js';

const connection = { connectTimeoutMs: 10_000, requestTimeoutMs: 10_000, connectionsMax: 4 };
const never = new AbortController().signal;

let cloud: LocalCloudWatch;
let sink: CloudWatchSink;

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIATEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_PROFILE', undefined);
  cloud = await LocalCloudWatch.start();
  sink = new CloudWatchSink({
    ...{ account: aws('eu-west-1'), connection, localEndpoint: () => cloud.url, onlyRegion: 'eu-west-1' },
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  sink.close();
  await cloud.stop();
});

function aws(region: string, endpoint = cloud.url): CloudAccount {
  return { cloud: 'aws', region, profile: '', endpoint };
}

function send(to: CloudAccount): Promise<SinkOutcome> {
  const events = [{ timestampMs: Date.now(), message: 'one' }];
  return sink.send({ kind: 'log', destination: { ...logDestination, account: to }, events }, never);
}

const otherRegion = (words: RegExp) => ({
  type: 'not-authorised',
  problem: {
    code: 'other-region',
    message: expect.stringMatching(words) as string,
    nextStep: expect.stringContaining('only_region') as string,
  },
});

test('records that were taken for another region stay', async () => {
  expect(await send(aws('eu-west-1'))).toMatchObject({ type: 'accepted' });
  expect(await send(aws('us-west-2'))).toEqual(
    otherRegion(/go to us-west-2, .*allows eu-west-1 alone.*when the robot/),
  );
  expect(cloud.logEventCount(logDestination.group)).toBe(1);
});

test('records that name no region go where this laptop would send them: that is what is asked', async () => {
  vi.stubEnv('AWS_REGION', 'us-east-2');
  expect(await send(aws(''))).toEqual(otherRegion(/go to us-east-2, .*this laptop chose it/));
});

test('records that name no region, on a laptop of the right one', async () => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  expect(await send(aws(''))).toMatchObject({ type: 'accepted' });
});

test("an endpoint of AWS's own says where it is, whatever the region beside it", async () => {
  expect(await send(aws('eu-west-1', 'https://logs.us-west-1.amazonaws.com'))).toEqual(otherRegion(/go to us-west-1/));
});

test('nor is CloudWatch elsewhere asked what it holds; the CloudWatch on this laptop is in no region', async () => {
  const destination = { ...logDestination, account: aws('us-west-2') };
  expect(await sink.findEvents(destination, [], never)).toMatchObject({ problem: { code: 'other-region' } });
  expect(await send(account)).toMatchObject({ type: 'accepted' });
});

test('a robot whose own region is not the allowed one is told before anything is sent', async () => {
  const wrong = new CloudWatchSink({
    ...{ account: aws('us-west-2'), connection, localEndpoint: () => null, onlyRegion: 'eu-west-1' },
  });
  expect(await wrong.probe(never)).toMatchObject({ reachable: true, problem: { code: 'other-region' } });
  wrong.close();
});
