// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CachedRow, CallOutput } from '../../main/contract/calls.js';
import type { LogRow, StateChange } from '../../main/contract/frames.js';
import { patient } from '../../main/model/patient.test-support.js';
import { formatTimeMs, formatTimeS } from '../format/formatTime.js';
import { PageBench } from '../PageBench.test-support.js';
import { getPage, setPage } from '../stores/pageStore.js';
import { MetricsDesk } from '../metrics/MetricsDesk.js';
import { forgetTimes, getTimeCursor, goToLines, lookedAtMs, showRange } from '../stores/timeCursor.js';
import { LogsDesk } from './LogsDesk.js';
import { sentPlaces, type UploadStretch } from './sentPlaces.js';

const startMs = Date.UTC(2026, 10, 21, 10, 41, 19, 482);
const zeroView = { base: 'robot', zone: 'local', zeroMs: 0 } as const;

let bench: PageBench;
beforeEach(() => {
  bench = new PageBench();
  bench.answers['logs.older'] = () => ({ rows: [], gaps: [], after: null });
  bench.session.start();
  bench.session.live.reset(bench.robot.name);
});
afterEach(() => {
  forgetTimes();
  setPage({ timeView: zeroView });
  bench.close();
});

function line(id: number, changes: Partial<LogRow> = {}): LogRow {
  return {
    ...{ type: 'log', id, stampMs: startMs + id * 1000, receivedMs: startMs + id * 1000 + 31, severity: 'INFO' },
    ...{ node: 'nav.planner', message: `line ${id}`, file: '', function: '', line: 0, topic: '/rosout' },
    ...{ state: 'cached' },
    ...changes,
  };
}

function come(rows: readonly LogRow[], states: readonly StateChange[] = []): void {
  const { name } = bench.robot;
  const none = { rowsLeftOut: 0, series: [] };
  bench.session.live.take({ type: 'robot', robot: name, sequence: 1, fresh: false, rows, states, ...none });
}

async function rowOf(id: number): Promise<HTMLElement> {
  return await vi.waitFor(() => {
    const row = bench.queryAll('log-row').find((each) => each.dataset['rowId'] === String(id));
    if (row === undefined) throw new Error(`line ${id} is not drawn`);
    return row;
  }, patient);
}

const ten = Array.from({ length: 10 }, (_, id) => line(id));

describe('a range of time that charts or the histogram show', () => {
  it('is a chip above the list, which keeps to it until the chip is closed', async () => {
    come(ten);
    bench.show(<LogsDesk />);
    await rowOf(0);
    expect(bench.query('range-chip')).toBeNull();
    showRange({ fromMs: startMs + 3000, untilMs: startMs + 6000 });
    const chip = await bench.find('range-chip');
    await vi.waitFor(() => {
      expect(bench.queryAll('log-row').map((row) => row.dataset['rowId'])).toEqual(['3', '4', '5']);
    }, patient);
    chip.querySelector('button')?.click();
    await rowOf(9);
    expect(bench.query('range-chip')).toBeNull();
  });
});

describe('UTC, once chosen', () => {
  it('is on the chip of a range and in the words of the histogram too', async () => {
    come(ten);
    showRange({ fromMs: startMs, untilMs: startMs + 6000 });
    bench.show(<LogsDesk />);
    const chip = await bench.find('range-chip');
    expect(chip.textContent).toBe(`${formatTimeS(startMs)} – ${formatTimeS(startMs + 6000)}`);
    setPage({ timeView: { ...zeroView, zone: 'utc' } });
    await vi.waitFor(() => {
      expect(chip.textContent).toBe('10:41:19 – 10:41:25 UTC');
    }, patient);
    // Without a layout it is one column, a day wide.
    const histogram = await bench.find('log-histogram');
    histogram.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    await vi.waitFor(() => {
      expect(histogram.getAttribute('aria-valuetext')).toMatch(/^2026-11-21 00:00:00 UTC · 10 lines in 1 d/u);
    }, patient);
  });
});

describe('where a line goes, in its detail', () => {
  const record = (id: number, text = `line ${id}`): CachedRow => ({
    ...{ segment: 7, ordinal: id, kind: 'log', stampMs: startMs + id * 1000, receivedMs: startMs, severity: 'INFO' },
    ...{ label: 'nav.planner', text, state: 'pending', reason: '' },
  });
  const stretch = (changes: Partial<UploadStretch>): UploadStretch => ({
    ...{
      fromMs: 1,
      toMs: 2,
      kind: 'log',
      goesTo: 'first / rover',
      account: 'field, eu-west-1',
      events: 5,
      requests: 1,
    },
    ...{ bytes: 100, refused: 0, destination: 'x', eventsFromMs: startMs, eventsToMs: startMs + 3000 },
    ...changes,
  });
  const choose = async (id: number): Promise<void> => {
    bench.show(<LogsDesk />);
    (await rowOf(id)).click();
  };
  const says = async (words: string): Promise<void> => {
    await vi.waitFor(() => {
      expect(bench.query('log-detail')?.textContent).toContain(words);
    }, patient);
  };

  it('is what the record on disk says, not what waits first', async () => {
    const other = storedDetail(record(3), 'aimed / elsewhere');
    bench.answers['cache.read'] = () => ({ rows: [record(2, 'another line'), record(3)], more: false });
    bench.answers['cache.record'] = ({ ordinal }) => (ordinal === 3 ? other : storedDetail(record(2), 'first / rover'));
    come(ten);
    await choose(3);
    await says('will be sent toaimed / elsewhere');
    expect(bench.inputsOf('cache.read').at(-1)?.filter).toMatchObject({ kind: 'log' });
  });
  it('is what the ledger has of its time, once it was sent', async () => {
    bench.answers['upload.ledger'] = () => [
      stretch({ goesTo: 'second / rover', destination: 'y', eventsFromMs: startMs + 4000, eventsToMs: startMs + 9000 }),
      stretch({}),
    ];
    come(ten.map((row) => ({ ...row, state: 'sent' as const })));
    await choose(2);
    await says('was sent tofirst / rover field, eu-west-1');
    (await rowOf(5)).click();
    await says('was sent tosecond / rover');
  });
  it('is not known any more where the ledger has nothing of that time, or no record is left', async () => {
    bench.answers['upload.ledger'] = () => [stretch({ kind: 'metric' }), stretch({ eventsToMs: startMs + 500 })];
    bench.answers['cache.read'] = () => ({ rows: [], more: false });
    come(ten.map((row) => ({ ...row, state: row.id === 2 ? ('sent' as const) : ('cached' as const) })));
    await choose(2);
    await says('was sent tonot known any more');
    (await rowOf(5)).click();
    await says('will be sent tonot known any more');
  });
  it('is not said while nobody answers', async () => {
    const problem = { code: 'internal', message: 'The engine is busy.', nextStep: 'Wait.' } as const;
    bench.answers['upload.ledger'] = () => ({ ok: false, problem });
    bench.answers['cache.read'] = () => ({ ok: false, problem });
    come(ten.map((row) => ({ ...row, state: row.id === 2 ? ('sent' as const) : ('cached' as const) })));
    for (const id of [2, 5]) {
      await choose(id);
      await says(`line ${id}`);
      await vi.waitFor(() => {
        expect(bench.inputsOf(id === 2 ? 'upload.ledger' : 'cache.read')).not.toEqual([]);
      }, patient);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(bench.query('log-detail')?.textContent).not.toContain('not known any more');
    }
  });
  it('is each place that it may have gone to', () => {
    const ledger = [stretch({}), stretch({ goesTo: 'second / rover', destination: 'y' }), stretch({ events: 0 })];
    const placesAt = (timeMs: number) => sentPlaces([...ledger, stretch({})], timeMs).map(({ goesTo }) => goesTo);
    expect(placesAt(startMs + 3000.7)).toEqual(['first / rover', 'second / rover']);
    expect(placesAt(startMs + 3001)).toEqual([]);
  });
});

function storedDetail(row: CachedRow, goesTo: string): CallOutput<'cache.record'> {
  return {
    ...{ row, goesTo, account: 'field, eu-west-1', topic: '/rosout', schema: 'rcl_interfaces/msg/Log', source: '' },
    ...{ origin: '', bytesOnDisk: 80, bytesSent: 90, sends: [], redacted: false, cannotGo: '' },
  };
}

describe('a line of the list', () => {
  it('has the time of the robot, of the laptop, and either in UTC, as it was chosen', async () => {
    come(ten);
    bench.show(<LogsDesk />);
    const timeOf = async (view: Partial<typeof zeroView | { base: 'laptop' } | { zone: 'utc' }>) => {
      setPage({ timeView: { ...getPage().timeView, ...view } });
      await Promise.resolve();
    };
    const shows = async (words: string): Promise<void> => {
      await vi.waitFor(async () => {
        expect((await rowOf(0)).querySelector('.log-time')?.textContent).toBe(words);
      }, patient);
    };
    await shows(formatTimeMs(startMs));
    await timeOf({ zone: 'utc' });
    await shows('10:41:19.482');
    await timeOf({ base: 'laptop' });
    await shows('10:41:19.513');
    await timeOf({ zone: 'local' });
    await shows(formatTimeMs(startMs + 31));
  });

  it('says in its gutter that it is being sent, and that it was', async () => {
    come(ten);
    bench.show(<LogsDesk />);
    const state = async (id: number): Promise<readonly (string | null | undefined)[]> => {
      const row = await rowOf(id);
      return [row.dataset['state'], row.querySelector('.log-state')?.getAttribute('aria-label')];
    };
    expect(await state(2)).toEqual(['cached', 'on disk, pending']);
    come([], [{ fromId: 2, toId: 3, state: 'sending' }]);
    await vi.waitFor(async () => {
      expect(await state(2)).toEqual(['sending', 'being sent to CloudWatch']);
    }, patient);
    expect((await rowOf(2)).querySelector('.state-sending svg')).not.toBeNull();
    expect(await state(4)).toEqual(['cached', 'on disk, pending']);
    come([], [{ fromId: 2, toId: 3, state: 'sent' }]);
    await vi.waitFor(async () => {
      expect(await state(3)).toEqual(['sent', 'in CloudWatch']);
    }, patient);
  });
});

describe('a recording', () => {
  it('has no skew, and a histogram of the time that it was recorded in', async () => {
    const recorded = ten.map((row) => ({ ...row, receivedMs: startMs + 30 * 86_400_000 }));
    bench.tell({ isReplay: true });
    come(recorded);
    bench.show(<LogsDesk />);
    const histogram = await bench.find('log-histogram');
    setPage({ timeView: { ...zeroView, zone: 'utc' } });
    histogram.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
    await vi.waitFor(() => {
      expect(histogram.getAttribute('aria-valuetext')).toBe('2026-11-21 00:00:00 UTC · 10 lines in 1 d · as recorded');
    }, patient);
    expect(bench.query('skew-badge')).toBeNull();
  });
  it('is told apart from a robot whose clock is off', async () => {
    come(ten.map((row) => ({ ...row, receivedMs: startMs + 30 * 86_400_000 })));
    bench.show(<LogsDesk />);
    expect((await bench.find('skew-badge')).textContent).toMatch(/^robot clock .* behind$/u);
  });
});

describe('a chosen line', () => {
  const pressOn = (element: HTMLElement, key: string): void => {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  };
  it('is where the charts stand, until another is chosen or the charts go on', async () => {
    come(ten);
    bench.show(<LogsDesk />);
    (await rowOf(3)).click();
    expect(lookedAtMs()).toBe(startMs + 3000);
    pressOn(await bench.find('log-list'), 'ArrowDown');
    await vi.waitFor(() => {
      expect(lookedAtMs()).toBe(startMs + 4000);
    }, patient);
    bench.show(<MetricsDesk robot={bench.robot.name} />);
    const strip = await bench.find('metrics-chosen');
    expect(strip.dataset['at']).toBe(String(startMs + 4000));
    strip.querySelector('button')?.click();
    await vi.waitFor(() => {
      expect(bench.query('metrics-chosen')).toBeNull();
    }, patient);
    expect(lookedAtMs()).toBeNull();
  });
  it('takes the place of what the histogram pointed at, which outlives its focus', async () => {
    come(ten);
    bench.show(<LogsDesk />);
    const histogram = await bench.find('log-histogram');
    histogram.focus();
    pressOn(histogram, 'ArrowLeft');
    const pointed = getTimeCursor().pointed;
    expect(pointed).toMatchObject({ by: 'logs' });
    histogram.blur();
    expect(getTimeCursor().pointed).toEqual(pointed);
    (await rowOf(3)).click();
    expect(lookedAtMs()).toBe(startMs + 3000);
    histogram.focus();
    pressOn(histogram, 'ArrowLeft');
    pressOn(histogram, 'Escape');
    expect(getTimeCursor().pointed).toBeNull();
  });
});

describe('from a chart', () => {
  it('the line of that moment is the chosen one, and only once', async () => {
    come(ten);
    goToLines(startMs + 4000);
    bench.show(<LogsDesk />);
    await vi.waitFor(async () => {
      expect((await rowOf(4)).getAttribute('aria-selected')).toBe('true');
    }, patient);
    expect(bench.queryAll('log-row').filter((row) => row.getAttribute('aria-selected') === 'true')).toHaveLength(1);
    expect((await bench.find('log-detail')).textContent).toContain('line 4');
    bench.show(null);
    await vi.waitFor(() => {
      expect(bench.queryAll('log-row')).toEqual([]);
    }, patient);
    bench.show(<LogsDesk />);
    expect((await rowOf(4)).getAttribute('aria-selected')).toBe('false');
  });
});
