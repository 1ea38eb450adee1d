import { describe, expect, it } from 'vitest';
import type { LogRow } from '../../main/contract/frames.js';
import { planBars } from './histogramBars.js';
import { formatElapsed } from '../format/formatTime.js';
import { RowRing } from '../stores/RowRing.js';
import { buildNodeTree, nodeRule, ruleOf } from './nodeTree.js';
import { prettyJson } from './prettyJson.js';
import { gapWords, rowAsJson, rowAsMarkdown, rowAsText, rowsAs } from './rowText.js';
import { rowTime } from './rowTime.js';

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
    expect([gapWords(1, 'dds'), gapWords(41, 'link'), gapWords(0, 'link'), gapWords(1_200, 'page')]).toEqual([
      '1 message lost here',
      '41 messages lost here',
      'Messages may be missing here',
      '1,200 lines not shown here',
    ]);
  });
  it('writes a line', () => {
    expect(rowAsText(row, 'local')).toMatch(
      /^2026-11-21T10:41:19\.482[+-]\d\d:\d\d WARN {2}battery\.monitor: Cell 3 sags$/u,
    );
    expect(Date.parse(rowAsText(row, 'local').split(' ')[0] ?? '')).toBe(row.stampMs);
    expect(rowAsText(row, 'utc')).toBe(`${new Date(row.stampMs).toISOString()} WARN  battery.monitor: Cell 3 sags`);
    expect(
      rowAsText({ type: 'gap', id: 2, receivedMs: row.stampMs, stage: 'dds', count: 41, reason: 'DDS history' }, 'utc'),
    ).toBe(`${new Date(row.stampMs).toISOString()} --- 41 messages lost here: DDS history`);
  });
  it('writes JSON that reads back', () => {
    expect(JSON.parse(rowAsJson(row, 'rover-7'))).toMatchObject({ robot: 'rover-7', severity: 'WARN', line: 12 });
  });
  it('cannot be broken out of in Markdown', () => {
    const text = rowAsMarkdown({ ...row, message: 'a ```` b' }, 'rover-7', 'utc');
    expect(text).toContain('`````\na ```` b\n`````');
  });
});

describe('rowsAs', () => {
  const about = { robot: 'rover-7', zone: 'utc' } as const;
  const gap = { type: 'gap', id: 2, receivedMs: row.stampMs, stage: 'dds', count: 41, reason: 'DDS history' } as const;
  it('writes several rows, gaps too, and stops at the limit', () => {
    expect(rowsAs('text', [row, gap], about, 1e6)).toMatchObject({ rows: 2, cut: false });
    const lines = rowsAs('JSON', [row, gap], about, 1e6).text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ severity: 'WARN' }, { lost: 41 }]);
    expect(rowsAs('Markdown', [row, gap], about, 1e6).text).toMatch(
      /^\*\*rover-7\*\*\n\n```\n2026-\d\d-\d\dT\S+Z WARN/u,
    );
    expect(rowsAs('text', [row, row, row], about, 140)).toMatchObject({ rows: 2, cut: true });
    expect(rowsAs('JSON', [row], about, 1e6).text).toBe(rowAsJson(row, 'rover-7'));
  });
});

describe('rowTime', () => {
  const zeroMs = row.stampMs - 187_002;
  it('is the robot time, the laptop time or how long after a line', () => {
    expect(rowTime(row, { base: 'robot', zone: 'local', zeroMs })).toBe('10:41:19.482');
    expect(rowTime(row, { base: 'laptop', zone: 'local', zeroMs })).toBe('10:41:19.513');
    expect(rowTime(row, { base: 'elapsed', zone: 'local', zeroMs })).toBe('+3:07.002');
    const utc = new Date(row.stampMs).toISOString();
    expect(utc).toContain(rowTime(row, { base: 'robot', zone: 'utc', zeroMs }));
  });
  it('counts backwards and over hours', () => {
    expect(formatElapsed(-1418)).toBe('-1.418 s');
    expect(formatElapsed(3_723_004)).toBe('+1:02:03.004');
    expect(formatElapsed(59_999.9)).toBe('+1:00.000');
  });
});

describe('prettyJson', () => {
  it('lays out the JSON of a message and leaves its numbers as they are', () => {
    const json = prettyJson('state: {"a":[1.10,{"b":"x, {y}"}],"id":12345678901234567890,"none":[]}');
    expect(json.words).toBe('state:');
    expect(json.json?.split('\n')).toEqual([
      '{',
      '  "a": [',
      '    1.10,',
      '    {',
      '      "b": "x, {y}"',
      '    }',
      '  ],',
      '  "id": 12345678901234567890,',
      '  "none": []',
      '}',
    ]);
  });
  it.each(['motor [0] hot', 'list [1, 2]', 'broken {"a": }', '{not json}', 'plain'])('leaves %j alone', (message) => {
    expect(prettyJson(message)).toEqual({ words: message, json: null });
  });
});

describe('the tree of nodes', () => {
  it('sums lines, errors and rates up to the namespaces, and knows the rules', () => {
    const ring = new RowRing(64);
    for (const node of ['nav.planner', '/nav/controller', 'arm', 'nav.planner']) ring.append({ ...row, node });
    ring.append({ ...row, node: 'nav.planner', severity: 'ERROR' });
    const tree = buildNodeTree(ring, { atMs: 0, arrivals: [] }, 2000);
    expect(tree).toMatchObject([
      { path: '/arm', lines: 1, errors: 0, children: [] },
      {
        ...{ path: '/nav', lines: 4, errors: 1, perS: 2 },
        children: [{ path: '/nav/controller' }, { path: '/nav/planner', lines: 3, errors: 1 }],
      },
    ]);
    const terms = [nodeRule('/nav', false), nodeRule('/nav/planner', true)];
    expect(['/nav', '/nav/planner', '/arm'].map((path) => ruleOf(path, terms))).toEqual(['solo', 'muted', 'none']);
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
