import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GapRow, LogRow } from '../../main/contract/frames.js';
import { severities } from '../../main/model/Severity.js';
import { allSeveritiesMask, compileFilter } from '../filter/compileFilter.js';
import { parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import { FilteredRows } from './FilteredRows.js';
import { MatchedRows } from './MatchedRows.js';
import { RowRing } from './RowRing.js';
import { SecondBins, secondsMax } from './SecondBins.js';

function log(id: number, changes: Partial<LogRow> = {}): LogRow {
  return {
    type: 'log',
    id,
    stampMs: 1000 + id,
    receivedMs: 1000 + id,
    severity: severities[id % 5] ?? 'INFO',
    node: `n${id % 3}`,
    message: `message ${id}`,
    file: 'a.cpp',
    function: 'run()',
    line: id % 7,
    topic: '/rosout',
    state: 'received',
    ...changes,
  };
}

const gap = (id: number): GapRow => ({
  type: 'gap',
  id,
  receivedMs: 1000 + id,
  stage: 'dds',
  count: 41,
  reason: 'DDS history',
});

function matchedIds(ring: RowRing, rows: FilteredRows): number[] {
  return Array.from({ length: rows.matched.length }, (_, index) => ring.idAt(rows.matched.at(index)));
}

/** Gaps, lines of their own, and lines that repeat. */
function sameOrNot(id: number): GapRow | LogRow {
  if (id % 11 === 0) return gap(id);
  const number = Math.abs(id);
  return number % 20 < 8 ? log(id, { message: 'again', node: 'n1', severity: 'WARN' }) : log(number, { id });
}

const everything = compileFilter([], allSeveritiesMask);
const refillAll = (rows: FilteredRows): void => {
  rows.refill(() => 0, 1);
};

describe('RowRing', () => {
  it('gives back what was put in, over growth', () => {
    const ring = new RowRing(1 << 16);
    for (let id = 0; id < 40_000; id += 1) ring.append(id === 20_000 ? gap(id) : log(id));
    expect(ring.rowAt(3)).toEqual(log(3));
    expect(ring.rowAt(39_999)).toEqual(log(39_999));
    expect(ring.rowAt(20_000)).toEqual(gap(20_000));
    expect([...ring.counts]).toEqual([7999, 8000, 8000, 8000, 8000, 1]);
  });
  it('lets the oldest go at its limit and keeps counts true', () => {
    const ring = new RowRing(16);
    for (let id = 0; id < 100; id += 1) ring.append(log(id));
    expect([ring.first, ring.end, ring.length]).toEqual([84, 100, 16]);
    expect(ring.rowAt(84)).toEqual(log(84));
    expect(ring.counts.reduce((sum, count) => sum + count)).toBe(16);
  });
  it('finds ids over holes, and sets the states of rows that the engine follows', () => {
    const ring = new RowRing(16);
    for (const id of [10, 11, 20, 21]) ring.append(log(id));
    ring.setStates(11, 20, 'sent');
    expect([0, 1, 2, 3].map((position) => ring.stateAt(position))).toEqual(['received', 'sent', 'sent', 'received']);
    ring.setStates(0, 1_000_000, 'cached');
    expect(ring.stateAt(3)).toBe('cached');
    expect(ring.prepend(log(9.75))).toBe(true);
    ring.setStates(0, 1_000_000, 'sent');
    expect([ring.stateAt(-1), ring.stateAt(0)]).toEqual(['received', 'sent']);
  });
  it('takes older rows in front until it is full, and counts lines and errors by node', () => {
    const ring = new RowRing(1 << 15);
    ring.append(log(0));
    let id = -1;
    while (ring.prepend(log(id, { severity: 'ERROR' }))) id -= 1;
    expect([ring.length, ring.first, ring.full]).toEqual([1 << 15, 1 - (1 << 15), true]);
    expect(ring.rowAt(-5)).toEqual(log(-5, { severity: 'ERROR' }));
    expect(ring.nodeCounts.reduce((sum, count) => sum + count)).toBe(1 << 15);
    expect(ring.nodeErrors.reduce((sum, count) => sum + count)).toBe((1 << 15) - 1);
    for (const [number, arrivals] of ring.nodeArrivals.entries())
      if (arrivals > 0) expect(ring.nodeNames.textOf(number)).toBe('n0');
    ring.append(log(1));
    expect([ring.length, ring.first]).toEqual([1 << 15, 2 - (1 << 15)]);
  });
  it('weighs no more than its messages may', () => {
    const ring = new RowRing(64, 100);
    for (let id = 0; id < 10; id += 1) ring.append(log(id, { message: 'x'.repeat(40) }));
    expect([ring.length, ring.end]).toEqual([2, 10]);
    ring.append(log(10, { message: 'x'.repeat(500) }));
    expect([ring.length, ring.full, ring.prepend(log(-1))]).toEqual([1, true, false]);
  });
});

describe('MatchedRows', () => {
  it('is an array with room at both ends', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('append', 'prepend', 'drop')), (steps) => {
        const rows = new MatchedRows();
        const model: number[] = [];
        let high = 0;
        let low = -1;
        for (const step of steps) {
          if (step === 'append') {
            rows.append(high);
            model.push(high);
            high += 1;
          } else if (step === 'prepend') {
            rows.prepend(low);
            model.unshift(low);
            low -= 1;
          } else if (model.length > 0) {
            expect(rows.dropFirst()).toBe(model.shift());
          }
        }
        expect(Array.from({ length: rows.length }, (_, index) => rows.at(index))).toEqual(model);
        for (const [index, position] of model.entries()) expect(rows.indexOf(position)).toBe(index);
      }),
    );
  });
  it('grows in both directions', () => {
    const rows = new MatchedRows();
    for (let count = 0; count < 10_000; count += 1) {
      rows.append(count);
      rows.prepend(-1 - count);
    }
    expect([rows.length, rows.at(0), rows.at(19_999), rows.originShift]).toEqual([20_000, -10_000, 9999, -10_000]);
  });
});

describe('FilteredRows', () => {
  it('is what filtering everything would give, whatever the order of events', () => {
    const expressions = ['', 'n1', 'node:n2', '-node:n0', 'message 1', '-7'];
    const step = fc.oneof(
      fc.record({ type: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
      fc.record({
        type: fc.constant('filter' as const),
        expression: fc.constantFrom(...expressions),
        mask: fc.integer({ min: 0, max: 31 }),
      }),
      fc.record({ type: fc.constant('prepend' as const), count: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ type: fc.constant('collapse' as const), collapsing: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ring = new RowRing(64);
        const rows = new FilteredRows(ring, everything);
        let expression = '';
        let mask = allSeveritiesMask;
        let collapsing = false;
        let id = 0;
        let oldId = -1;
        for (const step of steps) {
          if (step.type === 'append') {
            for (let count = 0; count < step.count; count += 1, id += 1) ring.append(sameOrNot(id));
            rows.takeNewRows();
          } else if (step.type === 'prepend') {
            for (let count = 0; count < step.count; count += 1, oldId -= 1) ring.prepend(sameOrNot(oldId));
            refillAll(rows);
          } else {
            if (step.type === 'filter') ({ expression, mask } = step);
            else ({ collapsing } = step);
            rows.setFilter(compileFilter(parseFilterExpression(expression), mask), collapsing);
            refillAll(rows);
          }
        }
        const filter = compileFilter(parseFilterExpression(expression), mask);
        const fresh = new FilteredRows(ring, filter, collapsing);
        expect(matchedIds(ring, rows)).toEqual(matchedIds(ring, fresh));
        const passing = [...fresh.positionsBetween(ring.first, ring.end - 1)];
        expect(passing.length).toBe(fresh.matched.rowCount);
        // An entry whose oldest rows have left still counts them.
        const isWhole = rows.matched.length === 0 || rows.matched.beginAt(0) >= ring.first;
        if (isWhole) expect(rows.hiddenCount).toBe(ring.length - passing.length);
      }),
    );
  });
  it('never hides a gap', () => {
    const ring = new RowRing(64);
    ring.append(log(0));
    ring.append(gap(1));
    const rows = new FilteredRows(ring, compileFilter(parseFilterExpression('nothing-like-this'), 0));
    expect(matchedIds(ring, rows)).toEqual([1]);
  });
  it('refills from the newest back, in slices, without losing rows that come meanwhile', () => {
    const ring = new RowRing(1 << 14);
    for (let id = 0; id < 10_000; id += 1) ring.append(log(id));
    const rows = new FilteredRows(ring, everything);
    rows.setFilter(compileFilter([], 0b01000), false);
    rows.refill(() => 5, 5);
    expect(rows.refilling).toBe(true);
    expect(ring.idAt(rows.matched.at(rows.matched.length - 1))).toBe(9998);
    ring.append(log(10_003));
    rows.takeNewRows();
    refillAll(rows);
    expect(rows.refilling).toBe(false);
    expect(rows.matched.length).toBe(2001);
    expect(rows.hiddenCount).toBe(8000);
  });
  it('collapses what is said again and again into the newest of it, and keeps all of it', () => {
    const ring = new RowRing(64);
    const same = { message: 'again', node: 'n1', severity: 'WARN' } as const;
    const rows = new FilteredRows(ring, everything, true);
    for (const id of [0, 1, 2]) ring.append(log(id, same));
    ring.append(log(3));
    for (const id of [4, 5]) ring.append(log(id, same));
    rows.takeNewRows();
    ring.prepend(log(-1, same));
    refillAll(rows);
    const { matched } = rows;
    const entries = Array.from({ length: matched.length }, (_, index) => index);
    expect(entries.map((index) => [matched.beginAt(index), matched.at(index), matched.repeatsAt(index)])).toEqual([
      [-1, 2, 4],
      [3, 3, 1],
      [4, 5, 2],
    ]);
    expect([matched.rowCount, rows.hiddenCount]).toEqual([7, 0]);
    expect([...rows.positionsBetween(-1, 5)]).toHaveLength(7);
    // A paused view ends before position 6: what is said again after that is an entry of its own.
    rows.barrier = 6;
    ring.append(log(6, same));
    rows.takeNewRows();
    expect(matched.length).toBe(4);
  });
  it('makes one entry of losses of one kind that follow one another, and of others not', () => {
    const ring = new RowRing(64);
    const rows = new FilteredRows(ring, everything);
    const other: Partial<GapRow> = { stage: 'host', reason: 'robot host' };
    for (const row of [gap(0), gap(1), { ...gap(2), ...other }, gap(3), log(4), gap(5), { ...gap(6), count: 0 }]) {
      ring.append(row);
    }
    rows.takeNewRows();
    ring.prepend({ ...gap(-1), count: 9 });
    refillAll(rows);
    const { matched } = rows;
    const entries = (): number[][] =>
      Array.from({ length: matched.length }, (_, index) => [matched.repeatsAt(index), matched.lostAt(index)]);
    expect(entries()).toEqual([
      [3, 91],
      [1, 41],
      [1, 41],
      [1, 0],
      [1, 41],
      [1, 0],
    ]);
    // A filter that hides the line between brings more of them together.
    rows.setFilter(compileFilter([], 0), false);
    refillAll(rows);
    expect(entries()).toEqual([
      [3, 91],
      [1, 41],
      [2, 82],
      [1, 0],
    ]);
    ring.append({ ...gap(7), count: 0 });
    rows.takeNewRows();
    expect(entries().at(-1)).toEqual([2, 0]);
  });
  it('keeps to a range of the robot time, but shows in the histogram what else there is', () => {
    const ring = new RowRing(64);
    for (let id = 0; id < 10; id += 1) ring.append(log(id));
    const rows = new FilteredRows(ring, compileFilter([], allSeveritiesMask, { fromMs: 1003, untilMs: 1006 }));
    expect(matchedIds(ring, rows)).toEqual([3, 4, 5]);
    const sums = new Uint32Array(6);
    rows.bins.sum(0, 10, sums);
    expect(sums.reduce((sum, count) => sum + count)).toBe(10);
    expect(rows.indexAtStampMs(1005)).toBe(2);
  });
  it('counts a recording by the robot’s clock, with its losses where they were, also what was counted before', () => {
    const ring = new RowRing(64);
    const cameMs = 90_000_000;
    for (let id = 0; id < 10; id += 1) {
      ring.append(id === 5 ? { ...gap(id), receivedMs: cameMs } : log(id, { stampMs: id * 1000, receivedMs: cameMs }));
    }
    const rows = new FilteredRows(ring, everything);
    const perSecond = (): number[] =>
      Array.from({ length: 10 }, (_, second) => {
        const sums = new Uint32Array(6);
        rows.bins.sum(second, second + 1, sums);
        return sums.reduce((sum, count) => sum + count);
      });
    expect(perSecond()).toEqual(Array.from({ length: 10 }, () => 0));
    rows.setCountsByStamp(true);
    refillAll(rows);
    expect(perSecond()).toEqual([1, 1, 1, 1, 2, 0, 1, 1, 1, 1]);
    expect(rows.bins.newestSecond).toBe(9);
  });
  it('finds the next and the previous error', () => {
    const ring = new RowRing(64);
    for (let id = 0; id < 10; id += 1) ring.append(log(id));
    const rows = new FilteredRows(ring, everything);
    expect(rows.findBySeverity(4, 1, 3)).toBe(8);
    expect(rows.findBySeverity(4, -1, 3)).toBe(3);
    expect(rows.findBySeverity(9, 1, 3)).toBeNull();
    expect(rows.indexAtReceivedMs(1007)).toBe(7);
  });
});

describe('SecondBins', () => {
  it('sums seconds and forgets the old ones', () => {
    const bins = new SecondBins();
    const sums = new Uint32Array(6);
    bins.add(100, 3);
    bins.add(101, 3);
    bins.add(101, 1);
    bins.sum(100, 102, sums);
    expect([...sums]).toEqual([0, 1, 0, 2, 0, 0]);
    bins.add(100 + secondsMax, 2);
    bins.sum(0, 1_000_000, sums);
    expect([...sums]).toEqual([0, 1, 1, 1, 0, 0]);
    bins.add(99, 0);
    bins.sum(0, 1_000_000, sums);
    expect(sums[0]).toBe(0);
  });
});
