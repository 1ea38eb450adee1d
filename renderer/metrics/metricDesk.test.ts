import { describe, expect, it } from 'vitest';
import { LiveRobot } from '../stores/LiveRobot.js';
import { Series } from '../stores/Series.js';
import { showRange } from '../stores/timeCursor.js';
import { cardWords } from './cardWords.js';
import { roomyRange } from './chartOptions.js';
import { customMetricsOf } from './customMetrics.js';
import { dimensionNames, groupSeries, matchesFilter } from './groupSeries.js';
import { lateWords, leftOutWords, notHereWords } from './leftOutWords.js';
import { csvField } from './seriesAsCsv.js';
import { timeView, zoomBy } from './timeView.js';

function series(name: string, dimensions: Record<string, string> = {}): Series {
  const list = Object.entries(dimensions).map(([key, value]) => ({ name: key, value }));
  return new Series({ key: `${name} ${JSON.stringify(dimensions)}`, name, unit: 'None', dimensions: list });
}

const all = [
  series('battery', { robot: 'a' }),
  series('core', { core: '10', robot: 'a' }),
  series('core', { core: '9', robot: 'a' }),
  series('uptime'),
];

describe('what is not drawn', () => {
  it('is said with how much it is, and nothing is said when all is drawn', () => {
    expect([leftOutWords(0), lateWords(0)]).toEqual(['', '']);
    expect(leftOutWords(1_200)).toBe(
      'More series came than are shown at once: 1,200 samples of further ones are recorded, but on no chart.',
    );
    expect(lateWords(1)).toBe('1 sample came too late to be put in its place, and is recorded, but not drawn.');
  });
});

describe('what CloudWatch has from earlier starts', () => {
  it('is said where the charts begin, and only where there is something', () => {
    expect([notHereWords(0, '10:41'), notHereWords(-3, '10:41')]).toEqual(['', '']);
    expect(notHereWords(44_000, '10:41')).toBe(
      'Charts begin at 10:41: not here from earlier starts is what CloudWatch has, 44,000 samples.',
    );
    expect(notHereWords(1, '')).toMatch(/^Charts begin with the next sample: .*1 sample\.$/u);
  });
});

describe('groups and filter', () => {
  it('by name: single series stand together, several have a heading', () => {
    expect(groupSeries(all, '').map(({ heading, series: own }) => [heading, own.length])).toEqual([
      ['', 2],
      ['core', 2],
    ]);
  });
  it('by a dimension: in the order of numbers, those without it last', () => {
    expect(groupSeries(all, 'core').map(({ heading }) => heading)).toEqual(['core 9', 'core 10', 'without core']);
    expect(dimensionNames(all)).toEqual(['robot', 'core']);
  });
  it('filters by words in name and dimensions, and excludes', () => {
    const names = (filter: string) => all.filter((one) => matchesFilter(one, filter)).map(({ name }) => name);
    expect(names('core:9')).toEqual(['core']);
    expect(names('robot:a -core')).toEqual(['battery']);
    expect(names('')).toHaveLength(4);
  });
});

/** Nothing is on disk. */
const newRobot = (): LiveRobot => new LiveRobot(() => Promise.reject(new Error('charts read no lines')));

describe('cardWords', () => {
  const live = newRobot();
  const none = { above: null, below: null };
  const cpu = series('cpu');
  for (let second = 0; second < 10; second += 1) cpu.append({ stampMs: second * 1000, value: second });
  it('says nothing of a moment in a silence, and how old the newest value is', () => {
    expect(cardWords(cpu, live, null, 'value', 4500, none).value).toBe('4');
    expect(cardWords(cpu, live, null, 'value', 60_000, none).value).toBe('–');
    expect(cardWords(cpu, live, null, 'value', null, none)).toMatchObject({ value: '9', stale: true });
  });
  it('marks a value beyond its threshold', () => {
    expect(cardWords(cpu, live, null, 'value', null, { above: 8, below: null }).breached).toBe(true);
    expect(cardWords(cpu, live, null, 'value', null, { above: 9, below: null }).breached).toBe(false);
  });
});

describe('the time shown', () => {
  it('zooms about a moment, which stays where it is', () => {
    zoomBy({ fromMs: 0, untilMs: 10_000, live: true }, 0.5, 2500);
    expect(timeView(newRobot(), null, null)).toEqual({ fromMs: 1250, untilMs: 6250, live: false });
    showRange(null);
  });
});

describe('what is drawn and written', () => {
  it('takes a threshold that is near into the scale, and leaves a far one out', () => {
    expect(roomyRange(40, 60, 'None', [70])[1]).toBeGreaterThan(70);
    expect(roomyRange(40, 60, 'None', [500])[1]).toBeLessThan(70);
    expect(roomyRange(90, 98, 'Percent')[1]).toBe(98 + 8 * 0.15);
    expect(roomyRange(19.5, 19.75, 'Percent')).toEqual([18.625, 20.625]);
    expect(roomyRange(0, 0.5, 'Percent')).toEqual([0, 1.25]);
    expect(roomyRange(101_325, 101_325.5, 'None')[1]).toBeLessThan(101_326);
  });
  it('writes fields that a spreadsheet reads as text', () => {
    expect([csvField('a,"b"'), csvField('=1+1'), csvField('plain')]).toEqual(['"a,""b"""', "'=1+1", 'plain']);
  });
});

describe('customMetricsOf', () => {
  it('counts names with their dimensions, not units, and tells the new ones', () => {
    const battery = series('battery', { robot: 'a' });
    const other = new Series({ key: 'another unit', name: 'battery', unit: 'Percent', dimensions: battery.dimensions });
    const sent = [battery.key];
    expect(customMetricsOf([...all, other], sent)).toMatchObject({ count: 4, fresh: 3 });
    expect(customMetricsOf(all, sent).freshUsdAMonth).toBeCloseTo(0.9, 9);
  });
});
