import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CloudSink, LogEventToSend, MetricDatumToSend, SinkRequest } from '../seams/CloudSink.js';
import type { FakeFault } from './FakeSink.test-support.js';
import { logDestination, metricDestination } from './records.test-support.js';

/** A sink with its service, and the means to break it. */
export interface SinkUnderTest {
  readonly sink: CloudSink;
  /** What the service holds of the log destination, in order. */
  messages(): readonly string[];
  values(): readonly number[];
  /** The next request fails so. */
  failNext(fault: FakeFault): void;
  /** A request that is never answered has come. */
  hasTakenHanging(): boolean;
  stop(): Promise<void>;
}

const never = new AbortController().signal;

/** What every CloudSink owes the uploader, run on the fake and on the real thing. */
export function cloudSinkContract(name: string, make: () => Promise<SinkUnderTest>): void {
  describe(`CloudSink: ${name}`, () => {
    let under: SinkUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(async () => {
      under.sink.close();
      await under.stop();
    });

    test('accepts logs, to a stream that was not there before', async () => {
      expect(await under.sink.send(logs('one', 'two'), never)).toMatchObject({ type: 'accepted' });
      expect(await under.sink.send(logs('three'), never)).toMatchObject({ type: 'accepted' });
      expect(under.messages()).toEqual(['one', 'two', 'three']);
    });

    test('accepts metrics', async () => {
      expect(await under.sink.send(metrics(1.5, -2), never)).toMatchObject({ type: 'accepted' });
      expect(under.values()).toEqual([1.5, -2]);
    });

    test('says which events were rejected, and that the rest was accepted', async () => {
      const events = [...eventsNow('fine'), { timestampMs: Date.now() + 3 * 3_600_000, message: 'ahead' }];
      const outcome = await under.sink.send({ kind: 'log', destination: logDestination, events }, never);
      expect(outcome).toMatchObject({ type: 'partly', rejected: [{ index: 1 }] });
      expect(under.messages()).toEqual(['fine']);
    });

    test('an invalid request is invalid, and nothing of it is kept', async () => {
      const events = eventsNow('late', 'early').map((event, index) => ({
        ...event,
        timestampMs: event.timestampMs - index * 1_000,
      }));
      const outcome = await under.sink.send({ kind: 'log', destination: logDestination, events }, never);
      expect(outcome).toMatchObject({ type: 'invalid' });
      expect(under.messages()).toEqual([]);
    });

    test.each<[FakeFault, object]>([
      ['throttle', { type: 'retry', cause: 'throttled', unknownOutcome: false }],
      ['server', { type: 'retry', cause: 'server', unknownOutcome: false }],
      ['html', { type: 'retry', cause: 'captive-portal', unknownOutcome: false }],
      ['expired-token', { type: 'not-authorised' }],
      ['offline', { type: 'retry', cause: 'offline', unknownOutcome: false }],
    ])('%s: nothing was sent, and it says what to do', async (fault, outcome) => {
      under.failNext(fault);
      expect(await under.sink.send(metrics(1), never)).toMatchObject(outcome);
      expect(under.values()).toEqual([]);
    });

    test('an answer that was lost is an unknown outcome', async () => {
      under.failNext('reset-after-accept');
      const outcome = await under.sink.send(metrics(1), never);
      expect(outcome).toMatchObject({ type: 'retry', unknownOutcome: true });
      expect(under.values()).toEqual([1]);
    });

    test.each(['reset-after-accept', 'lost-before'] as const)('%s: what it holds can be read', async (fault) => {
      const came = fault === 'reset-after-accept';
      // Else the fault would hit the making of the stream.
      await under.sink.send(logs('before'), never);
      const sent = logs('one', 'two');
      const events = sent.kind === 'log' ? sent.events : [];
      under.failNext(fault);
      await under.sink.send(sent, never);
      const other = { timestampMs: (events[1]?.timestampMs ?? 0) + 1, message: 'another' };
      const asked = [...events, other];
      expect(await under.sink.findEvents(logDestination, asked, never)).toEqual({
        type: 'found',
        present: [came, came, false],
      });
      const data = metrics(1, 2);
      const [datum] = data.kind === 'metric' ? data.data : [];
      if (datum === undefined) throw new Error('no datum');
      under.failNext(fault);
      await under.sink.send(data, never);
      const counted = { type: 'counted', samples: came ? 1 : 0 };
      expect(await under.sink.countSamples(metricDestination, datum, never)).toEqual(counted);
      const elsewhere = { ...datum, timestampMs: datum.timestampMs - 60_000 };
      expect(await under.sink.countSamples(metricDestination, elsewhere, never)).toMatchObject({ samples: 0 });
    });

    test('says what of a place is there already, and makes nothing by looking', async () => {
      const look = () =>
        Promise.all([under.sink.look(logDestination, never), under.sink.look(metricDestination, never)]);
      const nothing = [
        { type: 'log', group: false, stream: false },
        { type: 'metric', metrics: [], complete: true },
      ];
      expect(await look()).toEqual(nothing);
      expect(await look()).toEqual(nothing);
      const data = metrics(1);
      await under.sink.send(logs('one'), never);
      await under.sink.send(data, never);
      const [datum] = data.kind === 'metric' ? data.data : [];
      expect(await look()).toEqual([
        { type: 'log', group: true, stream: true },
        { type: 'metric', metrics: [{ name: datum?.name, dimensions: datum?.dimensions }], complete: true },
      ]);
    });

    test('a request that is given up resolves, with an unknown outcome', async () => {
      under.failNext('hang');
      const aborter = new AbortController();
      const answer = under.sink.send(metrics(1), aborter.signal);
      // Before it has left, nothing would be in doubt.
      await expect.poll(() => under.hasTakenHanging()).toBe(true);
      aborter.abort();
      expect(await answer).toMatchObject({ type: 'retry', unknownOutcome: true });
    });

    test('takes requests again after each fault', async () => {
      for (const fault of ['throttle', 'server', 'html', 'expired-token'] as const) {
        under.failNext(fault);
        await under.sink.send(metrics(1), never);
      }
      expect(await under.sink.send(metrics(2), never)).toMatchObject({ type: 'accepted' });
      expect(under.values()).toEqual([2]);
    });
  });
}

function eventsNow(...messages: readonly string[]): readonly LogEventToSend[] {
  const nowMs = Date.now();
  return messages.map((message) => ({ timestampMs: nowMs, message }));
}

function logs(...messages: readonly string[]): SinkRequest {
  return { kind: 'log', destination: logDestination, events: eventsNow(...messages) };
}

function metrics(...values: readonly number[]): SinkRequest {
  const data = values.map((value, index): MetricDatumToSend => ({
    timestampMs: Date.now(),
    name: `battery ${index}`,
    value,
    unit: 'Percent',
    dimensions: [{ name: 'robot', value: 'rover' }],
    storageResolutionS: 60,
  }));
  return { kind: 'metric', destination: metricDestination, data };
}
