import { describe, expect, it } from 'vitest';
import type { LogRecord } from '../model/Record.js';
import { LiveWindow } from './LiveWindow.js';

const logOf = (index: number): LogRecord => ({
  kind: 'log',
  stampNs: BigInt(index) * 1_000_000n,
  receivedNs: BigInt(index) * 1_000_000n + 500_000n,
  severity: 'INFO',
  node: 'nav.planner',
  message: `message ${index}`,
  file: '',
  function: '',
  line: 0,
  topic: '/rosout',
  nodeTopics: [],
});

describe('LiveWindow', () => {
  it('keeps the newest rows and says from where on', () => {
    const window = new LiveWindow(100);
    for (let index = 0; index < 250; index++) window.addLog(logOf(index), 'received');
    expect(window.firstId).toBe(150);
    expect(window.nextId).toBe(250);
    const rows = window.rowsFrom(0, 1_000);
    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 100 }, (_, index) => 150 + index));
    expect(rows[0]).toMatchObject({ type: 'log', stampMs: 150, receivedMs: 150.5, message: 'message 150' });
  });

  it('finds rows by their place on disk and gives changes as runs', () => {
    const window = new LiveWindow(100);
    window.onNews(() => undefined);
    for (let index = 0; index < 6; index++) window.addLog(logOf(index), 'received');
    // Ordinals 3 and 4 of segment 9 belong to metrics: they are no rows.
    [0, 1, 2, 5, 6, 7].forEach((ordinal, id) => {
      window.place(id, { segment: 9, ordinal });
    });
    expect(window.takeChanges()).toEqual([{ fromId: 0, toId: 5, state: 'cached' }]);
    window.change([{ segment: 9, from: 1, to: 5 }], 'sent');
    window.change([{ segment: 8, from: 0, to: 9 }], 'sent');
    expect(window.takeChanges()).toEqual([{ fromId: 1, toId: 3, state: 'sent' }]);
    expect(window.rowsFrom(0, 10).map((row) => (row.type === 'log' ? row.state : row.type))).toEqual([
      'cached',
      'sent',
      'sent',
      'sent',
      'cached',
      'cached',
    ]);
  });

  it('marks what the disk could not take as gone, and keeps gaps out of the states', () => {
    const window = new LiveWindow(100);
    window.onNews(() => undefined);
    const lost = window.addLog(logOf(1), 'received');
    window.addGap(2_000_000n, 41, 'DDS history overflowed', 'dds');
    window.place(lost, null);
    expect(window.takeChanges()).toEqual([{ fromId: 0, toId: 0, state: 'gone' }]);
    expect(window.rowsFrom(1, 1)).toEqual([
      { type: 'gap', id: 1, receivedMs: 2, stage: 'dds', count: 41, reason: 'DDS history overflowed' },
    ]);
  });

  it('does not take a record back from sent to cached when the placing comes late', () => {
    const window = new LiveWindow(100);
    const id = window.addLog(logOf(1), 'received');
    window.place(id, { segment: 1, ordinal: 0 });
    window.change([{ segment: 1, from: 0, to: 0 }], 'sent');
    window.place(id, { segment: 1, ordinal: 0 });
    expect(window.rowsFrom(0, 1)[0]).toMatchObject({ state: 'sent' });
  });
});
