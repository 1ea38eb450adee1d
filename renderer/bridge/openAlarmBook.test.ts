// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AlarmStatus } from '../../main/contract/frames.js';
import { PageBench } from '../PageBench.test-support.js';
import { setMetricChoices } from '../stores/metricChoices.js';

/** The nodes of the graph by what they are joined to; happy-dom has no sound. */
interface Tone {
  readonly frequency: { value: number };
  into: unknown;
  readonly starts: number[];
  readonly stops: number[];
}

let tones: Tone[] = [];
let closed = 0;
const speaker = { name: 'speaker' };

class RecordedAudio {
  readonly currentTime = 10;
  readonly destination = speaker;
  createOscillator(): object {
    const tone: Tone = { frequency: { value: 0 }, into: null, starts: [], stops: [] };
    tones.push(tone);
    return Object.assign(tone, {
      connect: (next: object) => {
        tone.into = next;
        return next;
      },
      start: (atS: number) => tone.starts.push(atS),
      stop: (atS: number) => tone.stops.push(atS),
    });
  }
  createGain(): object {
    const gain = {
      gain: { highest: 0, setValueAtTime: () => 0, setTargetAtTime: () => 0, linearRampToValueAtTime: ramp },
      into: null as unknown,
      connect: (next: object) => {
        gain.into = next;
        return next;
      },
    };
    return gain;
  }
  close(): Promise<void> {
    closed += 1;
    return Promise.resolve();
  }
}

function ramp(this: { highest: number }, value: number): void {
  this.highest = Math.max(this.highest, value);
}

const alarm: AlarmStatus = {
  ...{ key: 'battery {}', name: 'battery', unit: 'Percent', dimensions: [{ name: 'robot', value: 'rover' }] },
  ...{ side: 'below', threshold: 20, worst: 12, sinceMs: 1_000, isOver: false },
};

let bench: PageBench;
beforeEach(() => {
  tones = [];
  closed = 0;
  vi.stubGlobal('AudioContext', RecordedAudio);
  vi.useFakeTimers();
  bench = new PageBench();
});
afterEach(() => {
  setMetricChoices({ alarmSound: true });
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  bench.close();
});

it('an alarm that begins sounds on the speaker, once, and tells the desktop which robot and what', () => {
  setMetricChoices({ alarmSound: true });
  const told = vi.spyOn(bench.session.bridge, 'notifyDesktop');
  bench.tell({ alarms: [alarm] });
  // The same crossing, told of again.
  bench.tell({ alarms: [{ ...alarm, worst: 11 }] });
  expect(told.mock.calls).toEqual([[`${bench.robot.name}: battery is below 20.0 %`, '12.0 % · robot rover']]);
  expect(tones.map(({ frequency, starts }) => [frequency.value, starts])).toEqual([
    [880, [10]],
    [1175, [10.22]],
  ]);
  for (const { into, starts, stops } of tones) {
    const { into: end, gain } = into as { into: unknown; gain: { highest: number } };
    expect(end).toBe(speaker);
    expect(gain.highest).toBeGreaterThan(0);
    expect(stops[0]).toBeGreaterThan(starts[0] ?? Infinity);
  }
  vi.advanceTimersByTime(10_000);
  expect(closed).toBe(1);
});

it('is silent where the sound is off, and tells the desktop all the same', () => {
  setMetricChoices({ alarmSound: false });
  const told = vi.spyOn(bench.session.bridge, 'notifyDesktop');
  bench.tell({ alarms: [alarm] });
  expect(told).toHaveBeenCalledOnce();
  expect(tones).toEqual([]);
});
