import { describe, expect, it, vi } from 'vitest';
import type { RobotFrame } from '../contract/frames.js';
import type { LogRecord } from '../model/Record.js';
import type { Clock } from '../seams/Clock.js';
import { leftOutRow } from './leftOutRow.js';
import { LiveWindow } from './LiveWindow.js';
import { MetricWindow } from './MetricWindow.js';
import { PageFeed } from './PageFeed.js';
import { RowTracker } from './RowTracker.js';

/** A clock that runs only when told to. */
class HandClock implements Clock {
  private timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  private ms = 0;
  nowNs(): bigint {
    return BigInt(this.ms) * 1_000_000n;
  }
  monotonicMs(): number {
    return this.ms;
  }
  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.ms + delayMs, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
  advance(ms: number): void {
    this.ms += ms;
    const due = this.timers.filter((timer) => timer.atMs <= this.ms);
    this.timers = this.timers.filter((timer) => timer.atMs > this.ms);
    for (const timer of due) timer.callback();
  }
}

/** What is due at once is sent when what came with it is in the window. */
async function settle(): Promise<void> {
  await Promise.resolve();
}

const log: LogRecord = {
  kind: 'log',
  stampNs: 1n,
  receivedNs: 1n,
  severity: 'WARN',
  node: 'n',
  message: 'm',
  file: '',
  function: '',
  line: 0,
  topic: '/rosout',
  nodeTopics: [],
};

function setUp(rowsMax: number): {
  logs: LiveWindow;
  metrics: MetricWindow;
  clock: HandClock;
  frames: RobotFrame[];
  feed: PageFeed;
} {
  const logs = new LiveWindow(rowsMax);
  const metrics = new MetricWindow();
  const clock = new HandClock();
  const frames: RobotFrame[] = [];
  logs.addLog(log, 'received');
  const feed = new PageFeed('rover', logs, metrics, clock, (frame) => frames.push(frame));
  return { logs, metrics, clock, frames, feed };
}

describe('PageFeed', () => {
  it.each([
    { linesPerMs: 0.5, framesInSecond: 250 },
    { linesPerMs: 2, framesInSecond: 30 },
  ])(
    'sends up to $framesInSecond frames a second at $linesPerMs lines a millisecond',
    ({ linesPerMs, framesInSecond }) => {
      const { logs, clock, frames, feed } = setUp(10_000);
      let lines = 0;
      let framesBefore = 0;
      for (let ms = 1; ms <= 1_100; ms++) {
        for (; lines < ms * linesPerMs; lines++) logs.addLog(log, 'received');
        clock.advance(1);
        feed.acknowledge(frames.length);
        // What comes is judged once it has come for a while.
        if (ms === 100) framesBefore = frames.length;
      }
      const sent = frames.slice(framesBefore);
      expect(sent.length).toBeGreaterThan(framesInSecond * 0.8);
      expect(sent.length).toBeLessThanOrEqual(framesInSecond * 1.05);
    },
  );

  it('sends the window at once, then coalesces what is new', () => {
    const { logs, clock, frames } = setUp(100);
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ fresh: true, sequence: 1, rows: [{ id: 0 }] });
    for (let index = 0; index < 10; index++) logs.addLog(log, 'received');
    clock.advance(33);
    expect(frames).toHaveLength(2);
    expect(frames[1]).toMatchObject({ fresh: false, rowsLeftOut: 0 });
    expect(frames[1]?.rows.map((row) => row.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('sends no more than two frames to a page that does not answer, and tells what it missed', async () => {
    const { logs, clock, frames, feed } = setUp(50);
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 40; index++) logs.addLog(log, 'received');
      clock.advance(33);
    }
    expect(frames).toHaveLength(2);
    feed.acknowledge(2);
    await settle();
    expect(frames).toHaveLength(3);
    // 201 rows came; 41 were sent, the window holds the newest 50, so 110 were left out.
    expect(frames[2]).toMatchObject({
      rowsLeftOut: 110,
      rows: { 0: { type: 'gap', stage: 'page', id: 150.5, count: 110 }, 1: { id: 151 } },
    });
    expect(frames[2]?.rows).toHaveLength(51);
    feed.acknowledge(3);
    logs.addLog(log, 'received');
    clock.advance(33);
    expect(frames[3]).toMatchObject({ rowsLeftOut: 0, rows: [{ id: 201 }] });
  });

  it('asks of those alone that are still followed', () => {
    const logs = new LiveWindow(5, new RowTracker(20));
    for (let index = 0; index < 1_000; index++) logs.addLog(log, 'received');
    const stateOf = vi.spyOn(logs.tracker, 'stateOf');
    expect(leftOutRow(logs, 100)).toMatchObject({
      count: 895,
      reason:
        'the page was too slow. Of them 880 losses, or too long ago to tell, 15 on disk (Cache & uploads shows them)',
    });
    expect(stateOf).toHaveBeenCalledTimes(15);
    expect(leftOutRow(logs, 995)).toBeNull();
  });

  it('says where the rows are that the page did not get', () => {
    const { logs, clock, frames, feed } = setUp(5);
    logs.addLog(log, 'received');
    clock.advance(33);
    expect(frames).toHaveLength(2);
    for (let ordinal = 0; ordinal < 1_000; ordinal++) logs.place(logs.addLog(log, 'received'), { segment: 1, ordinal });
    for (let index = 0; index < 3; index++) logs.addLog(log, 'skipped');
    logs.addGap(0n, 41, 'DDS history', 'dds');
    logs.place(logs.addLog(log, 'received'), null);
    for (let index = 0; index < 5; index++) logs.addLog(log, 'received');
    logs.change([{ segment: 1, from: 0, to: 399 }], 'sent');
    feed.acknowledge(frames.length);
    clock.advance(33);
    const frame = frames.at(-1);
    expect(frame?.rowsLeftOut).toBe(1_005);
    expect(frame?.rows[0]).toMatchObject({ id: 1_006.5, count: 1_005 });
    const [gap] = frame?.rows ?? [];
    expect(gap?.type === 'gap' && gap.reason).toBe(
      'the page was too slow. Of them 600 on disk (Cache & uploads shows them), 400 in CloudWatch, 3 not kept, as the robot file says, 1 losses, or too long ago to tell, 1 lost or deleted, and counted there',
    );
  });

  it('sends what is the first for a while at once, with what came with it, and what follows after an interval', async () => {
    const { logs, clock, frames, feed } = setUp(100);
    feed.acknowledge(1);
    clock.advance(1_000);
    logs.addLog(log, 'received');
    logs.addLog(log, 'received');
    await settle();
    expect(frames.map(({ rows }) => rows.length)).toEqual([1, 2]);
    logs.addLog(log, 'received');
    clock.advance(3);
    expect(frames).toHaveLength(2);
    logs.addLog(log, 'received');
    clock.advance(1);
    expect(frames.map(({ rows }) => rows.length)).toEqual([1, 2, 2]);
  });

  it('lets states wait for rows, and not rows for states', async () => {
    const { logs, clock, frames, feed } = setUp(100);
    const add = (): number => logs.addLog(log, 'received');
    const ids = [add(), add()];
    clock.advance(4);
    feed.acknowledge(2);
    expect(frames).toHaveLength(2);
    logs.place(ids[0] ?? 0, { segment: 1, ordinal: 0 });
    clock.advance(10);
    expect(frames).toHaveLength(2);
    // Sooner than the states alone would have gone; no timer of theirs is left behind.
    add();
    await settle();
    expect(frames[2]).toMatchObject({ rows: [{ id: 3 }], states: [{ fromId: 1, toId: 1, state: 'cached' }] });
    feed.acknowledge(3);
    logs.place(ids[1] ?? 0, { segment: 1, ordinal: 1 });
    clock.advance(15);
    expect(frames).toHaveLength(3);
    clock.advance(1);
    expect(frames[3]).toMatchObject({ rows: [], states: [{ fromId: 2, toId: 2, state: 'cached' }] });
  });

  it('does not take a few lines that were held up for many', async () => {
    const { logs, clock, frames, feed } = setUp(1_000);
    for (let round = 0; round < 40; round++) {
      // 500 lines a second, a tenth of them 20 ms late.
      if (round % 10 !== 0)
        for (let index = 0; index < (round % 10 === 1 ? 5 : 2); index++) logs.addLog(log, 'received');
      await settle();
      feed.acknowledge(frames.length);
      clock.advance(4);
    }
    expect(frames.length).toBeGreaterThanOrEqual(36);
  });

  it('catches up in several frames when more waits than one takes', () => {
    const { logs, clock, frames, feed } = setUp(20_000);
    for (let index = 0; index < 9_999; index++) logs.addLog(log, 'received');
    for (let round = 0; round < 5; round++) {
      clock.advance(33);
      feed.acknowledge(frames.at(-1)?.sequence ?? 0);
    }
    const ids = frames.flatMap((frame) => frame.rows.map((row) => row.id));
    expect(ids).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });

  it('carries metrics whole at first and then only what is new', () => {
    const { metrics, logs, clock, frames, feed } = setUp(100);
    const record = {
      kind: 'metric',
      receivedNs: 1n,
      name: 'cpu',
      unit: 'percent',
      dimensions: [],
      topic: '/metrics',
    } as const;
    metrics.add({ ...record, stampNs: 1_000_000n, value: 1 });
    clock.advance(33);
    feed.acknowledge(2);
    metrics.add({ ...record, stampNs: 2_000_000n, value: 2 });
    clock.advance(33);
    feed.acknowledge(3);
    logs.addLog(log, 'received');
    clock.advance(33);
    expect(frames.map((frame) => frame.series.flatMap(({ samples }) => samples.map(({ value }) => value)))).toEqual([
      [],
      [1],
      [2],
      [],
    ]);
    expect(frames[1]?.series).toMatchObject([{ name: 'cpu', unit: 'Percent', samples: [{ stampMs: 1, value: 1 }] }]);
  });
});
