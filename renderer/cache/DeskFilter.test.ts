import { describe, expect, it } from 'vitest';
import { filterSchema } from '../../main/contract/calls.js';
import { formatFilterTerms, parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import { everything, filterMessageOf, isEverything, rangeWords, toggled } from './DeskFilter.js';

describe('filterMessageOf', () => {
  it('says nothing for everything', () => {
    expect(filterMessageOf(everything)).toEqual({});
    expect(isEverything(everything)).toBe(true);
  });
  it('tells metrics and severities apart', () => {
    expect(filterMessageOf({ ...everything, metrics: false })).toEqual({ kind: 'log' });
    expect(filterMessageOf({ ...everything, severities: [] })).toEqual({ severities: [] });
    expect(filterMessageOf({ ...everything, metrics: false, severities: ['ERROR', 'FATAL'] })).toEqual({
      kind: 'log',
      severities: ['ERROR', 'FATAL'],
    });
  });
  it('sends the words of the filter box as terms, those that were kept and those being typed, but no marks', () => {
    const terms = parseFilterExpression('-node:/nav/** mark:hot');
    const message = filterMessageOf({ ...everything, terms, text: '"low cell" text:/a+/ -' });
    expect(formatFilterTerms(message.terms ?? [])).toBe('-node:/nav/** "low cell" text:/a+/');
    expect(filterSchema.parse(message)).toEqual(message);
    expect(isEverything({ ...everything, text: 'mark:hot' })).toBe(true);
  });
  it('carries all the rest, in the form that the engine checks', () => {
    const message = filterMessageOf({
      ...everything,
      labels: ['nav'],
      states: ['held'],
      destination: { key: '["log"]', words: 'group / stream' },
      range: { fromMs: 5, untilMs: 9 },
    });
    expect(message).toEqual({ nodes: ['nav'], states: ['held'], destinations: ['["log"]'], sinceMs: 5, untilMs: 9 });
    expect(filterSchema.parse(message)).toEqual(message);
  });
});

describe('rangeWords', () => {
  const noon = new Date(2026, 10, 21, 12, 0, 0).getTime();
  it('shows seconds only where minutes would say the same twice', () => {
    expect(rangeWords({ fromMs: noon, untilMs: noon + 30_000 })).toBe('12:00:00 to 12:00:30');
    expect(rangeWords({ fromMs: noon, untilMs: noon + 3_600_000 })).toBe('12:00 to 13:00');
  });
  it('shows the days when they differ', () => {
    expect(rangeWords({ fromMs: noon, untilMs: noon + 86_400_000 })).toBe('11-21 12:00 to 11-22 12:00');
  });
});

it('toggled puts in and takes out', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
});
