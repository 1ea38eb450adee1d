import { describe, expect, it } from 'vitest';
import type { LogRow } from '../../main/contract/frames.js';
import { planBars } from './histogramBars.js';
import { gapWords, rowAsJson, rowAsMarkdown, rowAsText } from './rowText.js';

const row: LogRow = {
  type: 'log',
  id: 1,
  stampMs: new Date(2026, 10, 21, 10, 41, 19, 482).getTime(),
  receivedMs: new Date(2026, 10, 21, 10, 41, 19, 513).getTime(),
  severity: 'WARN',
  node: 'battery.monitor',
  message: 'Cell 3 sags',
  file: 'battery.cpp',
  function: 'check()',
  line: 12,
  topic: '/rosout',
  state: 'cached',
};

describe('row texts', () => {
  it('says of a gap how many it knows of, and when it knows nothing', () => {
    expect([gapWords(1), gapWords(41), gapWords(0)]).toEqual([
      '1 message lost here',
      '41 messages lost here',
      'Messages may be missing here',
    ]);
  });

  it('writes a line', () => {
    expect(rowAsText(row)).toBe('10:41:19.482 WARN  battery.monitor: Cell 3 sags');
    expect(
      rowAsText({ type: 'gap', id: 2, receivedMs: row.stampMs, stage: 'dds', count: 41, reason: 'DDS history' }),
    ).toBe('10:41:19.482 --- 41 messages lost here: DDS history');
  });
  it('writes JSON that reads back', () => {
    expect(JSON.parse(rowAsJson(row, 'rover-7'))).toMatchObject({ robot: 'rover-7', severity: 'WARN', line: 12 });
  });
  it('cannot be broken out of in Markdown', () => {
    const text = rowAsMarkdown({ ...row, message: 'a ```` b' }, 'rover-7');
    expect(text).toContain('`````\na ```` b\n`````');
  });
});

describe('planBars', () => {
  it('shows everything in the finest round bucket, at round times', () => {
    for (const seconds of [1, 80, 1000, 14_000]) {
      const span = planBars(1_000_003, 1_000_003 + seconds - 1, 1200);
      expect(span.firstS).toBeLessThanOrEqual(1_000_003);
      expect(span.firstS + span.columns * span.bucketS).toBeGreaterThan(1_000_003 + seconds - 1);
      expect(span.firstS % span.bucketS).toBe(0);
    }
    expect(planBars(0, 50, 1200).bucketS).toBe(1);
  });
});
