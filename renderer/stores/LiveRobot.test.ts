import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { OlderRow } from '../../main/contract/calls.js';
import type { LogRow, RobotFrame, Row } from '../../main/contract/frames.js';
import { aboutWords, noteMessage, noteNode } from '../../main/model/note.js';
import { patient } from '../../main/model/patient.test-support.js';
import { fail, succeed } from '../../main/model/Problem.js';
import { LiveRobot } from './LiveRobot.js';
import type { ReadOlder } from './OlderRows.js';

/** Lines on disk, the oldest first; line n has the id n - 100 in an engine that has just started. */
const onDisk = 5000;

function older(number: number): OlderRow {
  const { id, stampMs, receivedMs, severity, node, message, file, line, topic, ...rest } = row(
    number - onDisk,
    `old ${number}`,
  );
  return {
    id,
    stampMs,
    receivedMs,
    severity,
    node,
    message,
    file,
    line,
    topic,
    function: rest.function,
    state: 'cached',
  };
}

function row(id: number, message = `line ${id}`): LogRow {
  return {
    ...{ type: 'log', id, stampMs: 1e6 + id, receivedMs: 1e6 + id, severity: 'INFO', node: 'nav', message },
    ...{ file: '', function: '', line: 0, topic: '/rosout', state: 'cached' },
  };
}

function frame(rows: readonly Row[], changes: Partial<RobotFrame> = {}): RobotFrame {
  return {
    ...{ type: 'robot', robot: 'rover', sequence: 1, fresh: false, rows, rowsLeftOut: 0, states: [], series: [] },
    ...changes,
  };
}

const fromDisk: ReadOlder = ({ beforeId, after, limit }) => {
  const end = after?.ordinal ?? Math.min(onDisk, beforeId + onDisk);
  const start = Math.max(0, end - limit);
  const rows = Array.from({ length: end - start }, (_, index) => older(end - 1 - index));
  return Promise.resolve(succeed({ rows, gaps: [], after: start === 0 ? null : { segment: 1, ordinal: start } }));
};

function messages({ ring }: LiveRobot): string[] {
  return Array.from({ length: ring.length }, (_, index) => ring.messageAt(ring.first + index));
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
    callback();
    return 0;
  });
});

describe('LiveRobot', () => {
  it('goes on from the live rows into the disk until its end, without a seam', async () => {
    const live = new LiveRobot(fromDisk);
    live.reset('rover');
    live.wantOlder();
    expect(live.older.state).toBe('more');
    live.take(frame([row(0), row(1)], { fresh: true }));
    for (let page = 0; !live.older.done; page += 1) {
      live.wantOlder();
      live.take(frame([row(2 + page)]));
      await vi.waitFor(() => {
        expect(live.older.state).not.toBe('reading');
      }, patient);
    }
    expect(live.older.state).toBe('end');
    expect(messages(live)).toEqual([
      ...Array.from({ length: onDisk }, (_, number) => `old ${number}`),
      ...Array.from({ length: 5 }, (_, number) => `line ${number}`),
    ]);
    expect(live.rows.matched.length).toBe(onDisk + 5);
    live.take(frame([], { states: [{ fromId: -2, toId: 0, state: 'sent' }] }));
    expect([-3, -2, -1, 0, 1].map((position) => live.ring.stateAt(position))).toEqual([
      'cached',
      'sent',
      'sent',
      'sent',
      'cached',
    ]);
  });

  it('keeps what it has where the engine had to leave rows out, and counts them in their place', () => {
    const live = new LiveRobot(fromDisk);
    live.reset('rover');
    live.take(frame([row(-2), row(-1)], { fresh: true }));
    const gap = { type: 'gap', id: 3997.5, receivedMs: 0, stage: 'page', count: 3998, reason: 'too slow' } as const;
    live.take(frame([gap, row(3998), row(3999)], { rowsLeftOut: 3998 }));
    expect(messages(live)).toEqual(['line -2', 'line -1', 'too slow', 'line 3998', 'line 3999']);
    expect(live.ring.rowAt(2)).toEqual(gap);
    expect(live.rowsNotShown).toBe(3998);
    live.take(frame([], { states: [{ fromId: -2, toId: 3998, state: 'sent' }] }));
    expect([0, 1, 2, 3, 4].map((position) => live.ring.stateAt(position))).toEqual([
      'sent',
      'sent',
      'received',
      'sent',
      'cached',
    ]);
    live.reset('rover');
    expect(live.rowsNotShown).toBe(0);
  });

  it('says why older lines cannot be read, and tries again only when asked', async () => {
    let works = false;
    const live = new LiveRobot((input) =>
      works ? fromDisk(input) : Promise.resolve(fail('x', 'Broken.', 'Mend it.')),
    );
    live.reset('rover');
    live.take(frame([row(0)], { fresh: true }));
    live.wantOlder();
    await vi.waitFor(() => {
      expect([live.older.state, live.older.problem]).toEqual(['failed', 'Broken. Mend it.']);
    }, patient);
    works = true;
    live.wantOlder();
    expect(live.older.state).toBe('failed');
    live.older.retry();
    await vi.waitFor(() => {
      expect(live.older.state).toBe('more');
    }, patient);
  });

  it('knows the notes about a line, and forgets one that was taken back', () => {
    const live = new LiveRobot(fromDisk);
    live.reset('rover');
    const line = row(0, 'Overcurrent\ntrip');
    const note = { ...row(1, noteMessage('the kerb', line)), stampMs: line.stampMs, node: noteNode };
    live.take(frame([line, note, { ...row(2), stampMs: line.stampMs }], { fresh: true }));
    expect(live.notes.about(line)).toEqual([{ position: 1, text: 'the kerb', about: aboutWords(line) }]);
    expect(live.notes.about({ ...row(2), stampMs: line.stampMs })).toEqual([]);
    live.take(frame([], { states: [{ fromId: 1, toId: 1, state: 'gone' }] }));
    expect(live.notes.about(line)).toEqual([]);
  });
});
