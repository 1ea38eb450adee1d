import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RobotSource } from '../seams/RobotSource.js';
import { until } from './realRos.test-support.js';
import { SourceRecorder } from './SourceRecorder.test-support.js';

/** A source with its robot. */
export interface SourceUnderTest {
  readonly source: RobotSource;
  /** Where its logs come, and as what; /rosout and rcl_interfaces/msg/Log when left out. */
  readonly logs?: { readonly topic: string; readonly schemaName: string };
  /** A node of the robot logs `message N` on /rosout, for `first` <= N < `first + count`. Resolves when it has. */
  log(first: number, count: number): Promise<void>;
  /** The robot sends one list of `count` metrics `m0`, `m1`, ... on /metrics. */
  sendMetrics(count: number): Promise<void>;
  /** The robot is gone. */
  end(): Promise<void>;
}

function messages(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `message ${first + index}`);
}

const ros2Logs = { topic: '/rosout', schemaName: 'rcl_interfaces/msg/Log' };

/** What every RobotSource owes the engine, run on the fake and on the real thing. */
export function robotSourceContract(name: string, make: () => SourceUnderTest): void {
  describe(`RobotSource: ${name}`, () => {
    let under: SourceUnderTest;
    let heard: SourceRecorder;
    beforeEach(() => {
      under = make();
      heard = new SourceRecorder();
    });
    afterEach(async () => {
      await under.source.stop();
      await under.end();
    });

    test('gives every message once, in order, after its channel', async () => {
      await under.source.start(heard.listen);
      await under.log(0, 300);
      await until(() => heard.logs.length >= 300);
      expect(heard.texts).toEqual(messages(0, 300));
      expect([...heard.channels.values()].map(({ topic }) => topic)).toContain((under.logs ?? ros2Logs).topic);
      expect(heard.losses).toEqual([]);
    });

    test('gives every metric of a list', async () => {
      await under.source.start(heard.listen);
      await under.sendMetrics(3);
      await until(() => heard.metrics.length >= 3);
      expect(heard.metrics.map((metric) => metric.topic)).toEqual(['/metrics', '/metrics', '/metrics']);
      expect(new Set(heard.metrics.map((metric) => metric.name)).size).toBe(3);
    });

    test('counts messages in its status, which it also tells', async () => {
      await under.source.start(heard.listen);
      expect(['starting', 'waiting']).toContain(under.source.status().state);
      await under.log(0, 20);
      await until(() => heard.logs.length >= 20 && heard.statuses.some(({ state }) => state === 'receiving'));
      const logs = under.logs ?? ros2Logs;
      const rosout = under.source.status().topics.find(({ topic }) => topic === logs.topic);
      expect(rosout).toMatchObject({ schemaName: logs.schemaName, messages: 20 });
      expect(rosout?.lastReceivedNs).toBe(heard.logs.at(-1)?.receivedNs);
    });

    test('says nothing after it has stopped, and can be started again with the same channel ids', async () => {
      await under.source.start(heard.listen);
      await under.log(0, 5);
      await until(() => heard.logs.length >= 5);
      await under.source.stop();
      expect(under.source.status().state).toBe('stopped');
      const eventsAtStop = heard.events;
      const again = new SourceRecorder();
      await under.source.start(again.listen);
      await under.log(5, 5);
      await until(() => again.texts.includes('message 9'));
      expect(heard.events).toBe(eventsAtStop);
      expect(again.texts).toEqual(messages(5, 5));
      for (const [channelId, channel] of again.channels)
        expect(heard.channels.get(channelId) ?? channel).toEqual(channel);
    });

    test('refuses to be started twice', async () => {
      await under.source.start(heard.listen);
      expect(() => under.source.start(heard.listen)).toThrow('runs already');
    });
  });
}
