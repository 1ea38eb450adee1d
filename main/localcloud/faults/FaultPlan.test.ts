import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, startTestCloud, type TestCloud } from '../testClients.js';
import type { FaultInput } from './FaultPlan.js';

let test: TestCloud;

beforeEach(async () => {
  test = await startTestCloud();
  await test.logs.send(new CreateLogGroupCommand({ logGroupName: 'g' }));
  await test.logs.send(new CreateLogStreamCommand({ logGroupName: 'g', logStreamName: 's' }));
});

afterEach(() => test.stop());

interface Patience {
  readonly requestTimeout?: number;
}

function putEvent(patience: Patience = {}): Promise<unknown> {
  const logEvents = [{ timestamp: Date.now(), message: 'hello' }];
  return test.logs.send(new PutLogEventsCommand({ logGroupName: 'g', logStreamName: 's', logEvents }), patience);
}

function putDatum(patience: Patience = {}): Promise<unknown> {
  const MetricData = [{ MetricName: 'm', Value: 1 }];
  return test.metrics.send(new PutMetricDataCommand({ Namespace: 'n', MetricData }), patience);
}

interface Seen {
  readonly name: string;
  readonly status: unknown;
}

async function seenBy(answer: Promise<unknown>): Promise<Seen> {
  const error = await failureOf(answer);
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return { name: error.name, status };
}

describe('what the SDK makes of each fault', () => {
  // accepted: the data are in the store although the client saw a failure.
  const cases: readonly [fault: FaultInput, logs: Seen, metrics: Seen, accepted: boolean][] = [
    [{ kind: 'throttle' }, { name: 'ThrottlingException', status: 400 }, { name: 'Throttling', status: 400 }, false],
    [{ kind: 'status' }, { name: 'InternalFailure', status: 500 }, { name: 'InternalFailure', status: 500 }, false],
    [
      { kind: 'status', status: 503 },
      { name: 'ServiceUnavailableException', status: 503 },
      { name: 'ServiceUnavailable', status: 503 },
      false,
    ],
    [
      { kind: 'status', status: 429 },
      { name: 'TooManyRequestsException', status: 429 },
      { name: 'TooManyRequestsException', status: 429 },
      false,
    ],
    [
      { kind: 'access-denied' },
      { name: 'AccessDeniedException', status: 400 },
      { name: 'AccessDenied', status: 403 },
      false,
    ],
    [
      { kind: 'expired-token' },
      { name: 'ExpiredTokenException', status: 400 },
      { name: 'ExpiredToken', status: 403 },
      false,
    ],
    [
      { kind: 'unrecognized-client' },
      { name: 'UnrecognizedClientException', status: 400 },
      { name: 'InvalidClientTokenId', status: 403 },
      false,
    ],
    [
      { kind: 'clock-skew' },
      { name: 'InvalidSignatureException', status: 400 },
      { name: 'SignatureDoesNotMatch', status: 403 },
      false,
    ],
    // The SDK's HTTP handler names a reset connection TimeoutError too: its code, ECONNRESET, tells the two apart.
    [
      { kind: 'reset-before' },
      { name: 'TimeoutError', status: undefined },
      { name: 'TimeoutError', status: undefined },
      false,
    ],
    [
      { kind: 'reset-after-accept' },
      { name: 'TimeoutError', status: undefined },
      { name: 'TimeoutError', status: undefined },
      true,
    ],
    [{ kind: 'hang' }, { name: 'TimeoutError', status: undefined }, { name: 'TimeoutError', status: undefined }, false],
    // Status 200, and yet nothing is known: the answer broke off.
    [{ kind: 'half-body' }, { name: 'Error', status: 200 }, { name: 'Error', status: 200 }, true],
    [{ kind: 'html' }, { name: 'SyntaxError', status: 200 }, { name: 'SyntaxError', status: 200 }, false],
    [{ kind: 'redirect' }, { name: 'SyntaxError', status: 302 }, { name: 'SyntaxError', status: 302 }, false],
  ];
  it.each(cases)('%j', async (fault, logs, metrics, accepted) => {
    test.cloud.faults.add({ operation: 'PutLogEvents', ...fault }, { operation: 'PutMetricData', ...fault });
    // Long enough for a request to come to the server, on a busy machine too.
    const patience = fault.kind === 'hang' ? { requestTimeout: 2_000 } : {};
    expect(await seenBy(putEvent(patience))).toEqual(logs);
    expect(await seenBy(putDatum(patience))).toEqual(metrics);
    expect(test.cloud.logEvents('g')).toHaveLength(accepted ? 1 : 0);
    expect(test.cloud.metricData('n')).toHaveLength(accepted ? 1 : 0);
    expect(test.cloud.stats().faults).toEqual({ [fault.kind]: 2 });
    await putEvent();
    await putDatum();
  });
});

it.each(['reset-before', 'reset-after-accept', 'half-body'] as const)(
  '%s carries the code ECONNRESET',
  async (kind) => {
    test.cloud.faults.add({ kind });
    expect(await failureOf(putEvent())).toMatchObject({ code: 'ECONNRESET' });
  },
);

it('sends a slow answer whole, byte by byte', async () => {
  test.cloud.faults.add({ kind: 'slow-body', delayMs: 1 });
  await putEvent();
  expect(test.cloud.stats().eventsAccepted).toBe(1);
});

it('delays a request', async () => {
  test.cloud.faults.add({ kind: 'delay', delayMs: 100 });
  const start = performance.now();
  await putEvent();
  expect(performance.now() - start).toBeGreaterThan(95);
});

it('a skewed clock shows in Date, so that a client can correct itself', async () => {
  test.cloud.faults.add({ kind: 'clock-skew', skewMs: 3_600_000 });
  const response = await fetch(test.cloud.url, {
    method: 'POST',
    headers: { 'x-amz-target': 'Logs_20140328.PutLogEvents' },
    body: '{}',
  });
  const aheadMs = Date.parse(response.headers.get('date') ?? '') - Date.now();
  expect(Math.abs(aheadMs - 3_600_000)).toBeLessThan(5000);
  expect(await response.json()).toMatchObject({ __type: 'InvalidSignatureException' });
});

it('fires as often as asked, after as many as asked, for the operation asked', async () => {
  test.cloud.faults.add({ operation: 'PutLogEvents', kind: 'throttle', times: 2, skip: 1, retryAfterSeconds: 7 });
  await putEvent();
  await putDatum();
  expect((await seenBy(putEvent())).name).toBe('ThrottlingException');
  expect((await seenBy(putEvent())).name).toBe('ThrottlingException');
  await putEvent();
  expect(test.cloud.faults.waiting).toBe(0);
});

it('times: null fires until it is cleared', async () => {
  test.cloud.faults.add({ kind: 'status', status: 500, times: null });
  for (let index = 0; index < 3; index += 1) await failureOf(putEvent());
  test.cloud.faults.clear();
  await putEvent();
});

describe('over HTTP', () => {
  const control = (path: string, method: string, body?: unknown): Promise<Response> =>
    fetch(`${test.cloud.url}/_tether/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('takes, fires and clears faults, and gives counts', async () => {
    const taken = await control('faults', 'POST', {
      faults: [{ operation: 'PutLogEvents', kind: 'throttle', retryAfterSeconds: 7, times: 5 }],
    });
    expect(await taken.json()).toEqual({ waiting: 1 });
    const error = await failureOf(putEvent());
    expect(error).toMatchObject({ name: 'ThrottlingException', $response: { headers: { 'retry-after': '7' } } });
    expect(await (await control('faults', 'DELETE')).json()).toEqual({ waiting: 0 });
    await putEvent();
    const stats: unknown = await (await control('stats', 'GET')).json();
    expect(stats).toMatchObject({
      requests: { PutLogEvents: 2, CreateLogGroup: 1, CreateLogStream: 1 },
      faults: { throttle: 1 },
      eventsAccepted: 1,
    });
    expect(stats).toEqual(test.cloud.stats());
  });

  it.each([{ faults: [{ kind: 'earthquake' }] }, { faults: [{ kind: 'hang', times: 0 }] }, { faults: 'all' }, 17])(
    'refuses %j',
    async (body) => {
      expect((await control('faults', 'POST', body)).status).toBe(400);
      expect(test.cloud.faults.waiting).toBe(0);
    },
  );

  it('knows nothing else', async () => {
    expect((await control('anything', 'GET')).status).toBe(404);
  });
});
