import { beforeEach, expect, test, vi } from 'vitest';
import type { SinkProbe } from '../seams/CloudSink.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { GatedSink } from './GatedSink.test-support.js';
import { LinkWatch } from './LinkWatch.js';

let clock: ManualClock;
let sink: GatedSink;
const onBack = vi.fn();
let watch: LinkWatch;
let isMetered = false;

const there: SinkProbe = { reachable: true, accountId: '123456789012', region: 'eu-west-1', problem: null };
const away: SinkProbe = {
  ...{ reachable: false, accountId: null },
  problem: { code: 'offline', message: 'Nothing answers.', nextStep: '' },
};

function withProblem(code: string): SinkProbe {
  return { reachable: true, accountId: null, problem: { code, message: `It said ${code}.`, nextStep: '' } };
}

beforeEach(() => {
  clock = new ManualClock(1_800_000_000_000_000_000n);
  sink = new GatedSink(() => Number(clock.nowNs() / 1_000_000n));
  onBack.mockReset();
  isMetered = false;
  watch = new LinkWatch(sink, clock, { onBack, isMetered: () => isMetered });
});

test('nothing is known before the first answer', async () => {
  sink.probeAnswer = there;
  expect(watch.now()).toEqual({ reachable: null, accountId: null, region: '', problem: null, notAuthorised: false });
  watch.start();
  await clock.settle();
  expect(watch.now()).toEqual({ ...there, notAuthorised: false });
});

test('asks by itself, oftener while it is unwell', async () => {
  sink.probeAnswer = there;
  watch.start();
  await clock.advance(14_900);
  expect(sink.probes).toBe(1);
  sink.probeAnswer = away;
  await clock.advance(200);
  expect(sink.probes).toBe(2);
  expect(watch.now().reachable).toBe(false);
  await clock.advance(4_000);
  expect(sink.probes).toBe(3);
});

test('asked for again and again, the question is not put off', async () => {
  sink.probeAnswer = there;
  watch.start();
  await clock.advance(5_000);
  expect(sink.probes).toBe(1);
  for (let step = 0; step < 4; step++) {
    watch.askSoon();
    await clock.advance(100);
  }
  expect(sink.probes).toBe(2);
});

test('asked for all the time, it asks every two seconds, and goes on by itself when nobody does', async () => {
  sink.probeAnswer = there;
  watch.start();
  for (let step = 0; step < 200; step++) {
    watch.askSoon();
    await clock.advance(100);
  }
  expect(sink.probes).toBeGreaterThanOrEqual(10);
  expect(sink.probes).toBeLessThanOrEqual(11);
  const before = sink.probes;
  await clock.advance(40_000);
  expect(sink.probes - before).toBeGreaterThanOrEqual(2);
  expect(sink.probes - before).toBeLessThanOrEqual(4);
});

test('tells that the link is back exactly when it was away', async () => {
  sink.probeAnswer = there;
  watch.start();
  await clock.advance(15_000);
  expect(onBack).not.toHaveBeenCalled();
  sink.probeAnswer = away;
  await clock.advance(30_000);
  expect(onBack).not.toHaveBeenCalled();
  sink.probeAnswer = withProblem('throttled');
  await clock.advance(4_000);
  expect(onBack).toHaveBeenCalledTimes(1);
  sink.probeAnswer = there;
  await clock.advance(60_000);
  expect(onBack).toHaveBeenCalledTimes(1);
});

test('a first answer is no return', async () => {
  sink.probeAnswer = away;
  watch.start();
  await clock.settle();
  expect(onBack).not.toHaveBeenCalled();
});

test.each(['clock', 'throttled', 'server'])('%s says nothing about credentials', async (code) => {
  sink.probeAnswer = withProblem(code);
  watch.start();
  await clock.settle();
  expect(watch.now()).toMatchObject({ reachable: true, notAuthorised: false, problem: { code } });
});

test('refused credentials are known, and forgotten when they are mended', async () => {
  sink.probeAnswer = withProblem('not-authorised');
  watch.start();
  await clock.settle();
  expect(watch.now()).toMatchObject({ reachable: true, notAuthorised: true });
  sink.probeAnswer = there;
  await clock.advance(15_000);
  expect(watch.now()).toMatchObject({ notAuthorised: false, accountId: '123456789012' });
});

test('offline is no matter of credentials', async () => {
  sink.probeAnswer = away;
  watch.start();
  await clock.settle();
  expect(watch.now()).toMatchObject({ reachable: false, notAuthorised: false });
});

test('stopped, it asks no more', async () => {
  sink.probeAnswer = there;
  watch.start();
  await clock.settle();
  watch.stop();
  watch.askSoon();
  await clock.advance(60_000);
  expect(sink.probes).toBe(1);
});

test('credentials that are accepted again are news, as a link that is back: at once also where asking costs', async () => {
  isMetered = true;
  sink.probeAnswer = withProblem('expired-token');
  watch.start();
  await clock.settle();
  expect(watch.now().notAuthorised).toBe(true);
  expect(onBack).not.toHaveBeenCalled();
  await clock.advance(15_100);
  expect(sink.probes).toBe(2);
  expect(onBack).not.toHaveBeenCalled();
  sink.probeAnswer = there;
  await clock.advance(15_100);
  expect(onBack).toHaveBeenCalledTimes(1);
});
