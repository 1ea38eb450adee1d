import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Cable, onTheCable } from './Cable.test-support.js';
import { Publisher, testDomain, until } from './realRos.test-support.js';
import { realSource } from './realSource.test-support.js';
import type { Ros2Source } from './Ros2Source.js';
import { SourceRecorder } from './SourceRecorder.test-support.js';

/** A laptop and robots as network namespaces, with a cable that is pulled and that loses packets. */
const domainId = testDomain(20);

describe.skipIf(!Cable.canBeMade())('over a cable', () => {
  const cable = new Cable();
  const sources: Ros2Source[] = [];
  const publishers: Publisher[] = [];

  beforeAll(async () => {
    await cable.lay();
  });
  afterAll(async () => {
    await cable.remove();
  });
  afterEach(async () => {
    await Promise.all(sources.splice(0).map((source) => source.stop()));
    await Promise.all(publishers.splice(0).map((publisher) => publisher.stop()));
    await cable.lose(0);
  });

  async function listen(domain = domainId): Promise<SourceRecorder> {
    return (await connect(domain)).heard;
  }

  async function connect(domain = domainId): Promise<{ readonly heard: SourceRecorder; readonly source: Ros2Source }> {
    const heard = new SourceRecorder();
    const source = realSource(
      { domainId: domain, environment: onTheCable },
      { robot: `robot-${domain}`, metricTopics: [], runtime: cable.runtime },
    );
    sources.push(source);
    await source.start(heard.listen);
    return { heard, source };
  }

  function robot(domain: number, ...args: readonly string[]): Publisher {
    const place = { prefix: cable.on('robot'), environment: onTheCable };
    const publisher = new Publisher(domain, ['--wait-for-subscribers', '1', ...args], place);
    publishers.push(publisher);
    return publisher;
  }

  function numbersOf({ texts }: SourceRecorder): readonly number[] {
    return texts.map((text) => Number(text.split(' ')[1]));
  }

  /** Each message is there, or said to be missing, at its place. */
  function expectNoSilentLoss(heard: SourceRecorder): void {
    let expected: number | null = null;
    for (const event of heard.order) {
      if (event.type === 'loss') expected = (expected ?? 0) + event.count;
      else {
        const number = Number(event.text.split(' ')[1]);
        if (expected !== null) expect(number).toBe(expected);
        expected = number + 1;
      }
    }
  }

  async function silence(heard: SourceRecorder): Promise<void> {
    let last = -1;
    let sinceMs = performance.now();
    await until(() => {
      if (heard.logs.length !== last) sinceMs = performance.now();
      last = heard.logs.length;
      return performance.now() - sinceMs > silenceMs;
    });
  }
  const silenceMs = 1_500;

  test('two robots on two domains do not mix', async () => {
    const [first, second] = [await listen(domainId), await listen(domainId + 9)];
    robot(domainId, '--count', '200', '--rate', '500', '--node', 'first');
    robot(domainId + 9, '--count', '200', '--rate', '500', '--node', 'second');
    await until(() => first.logs.length >= 200 && second.logs.length >= 200);
    expect(new Set(first.logs.map(({ node }) => node))).toEqual(new Set(['first']));
    expect(new Set(second.logs.map(({ node }) => node))).toEqual(new Set(['second']));
    expect([...first.losses, ...second.losses]).toEqual([]);
  });

  test('a cable that is pulled and plugged in again costs nothing that publishers still have, and the rest is counted', async () => {
    const [patient, hasty] = [await listen(domainId), await listen(domainId + 9)];
    robot(domainId, '--count', '0', '--rate', '100', '--depth', '5000');
    robot(domainId + 9, '--count', '0', '--rate', '100', '--depth', '20');
    await until(() => patient.logs.length > 50 && hasty.logs.length > 50);
    cable.pull();
    await Promise.all([silence(patient), silence(hasty)]);
    const before = [patient, hasty].map(({ logs }) => logs.length);
    cable.plug();
    await until(() => [patient, hasty].every(({ logs }, index) => logs.length > (before[index] ?? 0) + 200));
    expect(patient.losses).toEqual([]);
    expectNoSilentLoss(patient);
    expect(hasty.losses.length).toBeGreaterThan(0);
    expectNoSilentLoss(hasty);
  });

  test('a cable that stays pulled until DDS gives the robot up says so, and what was heard before does not come twice', async () => {
    const { heard, source } = await connect();
    robot(domainId, '--count', '0', '--rate', '50', '--depth', '5000');
    await until(() => heard.logs.length > 50);
    cable.pull();
    // Fast DDS waits 20 s for a participant that fell silent.
    await until(() => source.status().state === 'waiting');
    expect(source.status().reason).toBe(`nothing publishes logs or metrics on ROS domain ${domainId}`);
    expect(source.status().nextStep).toBe('Check that the robot is on, on this network, and on this domain.');
    const before = heard.logs.length;
    cable.plug();
    await until(() => heard.logs.length > before + 200);
    expect(source.status()).toMatchObject({ state: 'receiving', restarts: 0 });
    expectNoSilentLoss(heard);
    expect(new Set(heard.texts).size).toBe(heard.texts.length);
  });

  test('a robot that was rebooted, with its clock back in 1970, is heard on, each line with both times', async () => {
    const { heard, source } = await connect();
    const before = robot(domainId, '--count', '50', '--rate', '500', '--text', 'before {number}');
    await before.reached('done');
    await until(() => heard.logs.length === 50);
    cable.pull();
    await before.stop();
    cable.plug();
    robot(domainId, '--count', '50', '--rate', '500', '--text', 'after {number}', '--booted-at', '12');
    await until(() => heard.logs.length === 100);
    const numbers = Array.from({ length: 50 }, (_, number) => number);
    expect(heard.texts).toEqual([...numbers.map((n) => `before ${n}`), ...numbers.map((n) => `after ${n}`)]);
    expect(heard.losses).toEqual([]);
    for (const { message, stampNs, receivedNs } of heard.logs) {
      expect(receivedNs).toBeGreaterThan(thisCenturyNs);
      expect(stampNs > thisCenturyNs).toBe(message.startsWith('before'));
    }
    expect(source.status()).toMatchObject({ state: 'receiving', restarts: 0 });
  });
  const thisCenturyNs = 946_684_800_000_000_000n;

  test('on a cable that loses one packet in twenty, what is lost is sent again, or counted', async () => {
    const [reliable, bestEffort] = [await listen(domainId), await listen(domainId + 9)];
    await cable.lose(0.05);
    const count = 2_000;
    robot(domainId, '--count', String(count), '--rate', '500', '--depth', String(count));
    robot(domainId + 9, '--count', '0', '--rate', '500', '--best-effort');
    await until(() => numbersOf(reliable).at(-1) === count - 1 && bestEffort.logs.length > count);
    const lost = reliable.losses.reduce((sum, { count: each }) => sum + each, 0);
    expect(reliable.logs.length + lost).toBe(count);
    expectNoSilentLoss(reliable);
    expect(bestEffort.losses.length).toBeGreaterThan(0);
    expectNoSilentLoss(bestEffort);
    expect(new Set(bestEffort.losses.map(({ stage }) => stage))).toEqual(new Set(['dds']));
  });
});
