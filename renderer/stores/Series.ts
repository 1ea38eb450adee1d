import type { MetricSample, MetricSeriesUpdate } from '../../main/contract/frames.js';

/**
 * The samples of one metric and dimension set, ascending in robot time, in two typed arrays. Bounded: the oldest sample
 * goes when `samplesMax` is reached. A sample that comes late is put in its place if that is near the end, else counted.
 */
export class Series {
  private times = new Float64Array(samplesAtStart);
  private values = new Float64Array(samplesAtStart);
  private head = 0;
  private tail = 0;
  /** Samples that came too late to be placed. */
  lateCount = 0;

  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: MetricSeriesUpdate['dimensions'];

  constructor(
    description: Omit<MetricSeriesUpdate, 'samples'>,
    private readonly samplesMax: number = seriesSamplesMax,
  ) {
    this.key = description.key;
    this.name = description.name;
    this.unit = description.unit;
    this.dimensions = description.dimensions;
  }

  get length(): number {
    return this.tail - this.head;
  }

  /** Stamp of the oldest sample kept, or null. */
  get firstMs(): number | null {
    return this.length === 0 ? null : (this.times[this.head] ?? null);
  }

  get last(): MetricSample | null {
    if (this.length === 0) return null;
    return { stampMs: this.times[this.tail - 1] ?? 0, value: this.values[this.tail - 1] ?? 0 };
  }

  append(sample: MetricSample): void {
    if (this.length === this.samplesMax) this.head += 1;
    if (this.tail === this.times.length) this.makeRoom();
    let slot = this.tail;
    const slotMin = Math.max(this.head, this.tail - lateSamplesMax);
    while (slot > slotMin && (this.times[slot - 1] ?? 0) > sample.stampMs) slot -= 1;
    if (slot > this.head && (this.times[slot - 1] ?? 0) > sample.stampMs) {
      this.lateCount += 1;
      return;
    }
    this.times.copyWithin(slot + 1, slot, this.tail);
    this.values.copyWithin(slot + 1, slot, this.tail);
    this.times[slot] = sample.stampMs;
    this.values[slot] = sample.value;
    this.tail += 1;
  }

  /** Samples from the last one before `fromMs` to the first one after `untilMs`, as views that are valid until the next append. */
  between(fromMs: number, untilMs: number): { readonly times: Float64Array; readonly values: Float64Array } {
    const from = Math.max(this.head, this.slotAt(fromMs) - 1);
    const until = Math.min(this.tail, this.slotAt(untilMs) + 1);
    return { times: this.times.subarray(from, until), values: this.values.subarray(from, until) };
  }

  /** The value that was in force at a time: the last sample at or before it. */
  valueAt(timeMs: number): number | null {
    const slot = this.slotAt(timeMs + 0.001) - 1;
    return slot < this.head ? null : (this.values[slot] ?? null);
  }

  /** Milliseconds between samples, as the median of the last ones; null while unknown. */
  get periodMs(): number | null {
    const count = Math.min(this.length - 1, periodSamplesMax);
    if (count < 2) return null;
    const steps: number[] = [];
    for (let back = 0; back < count; back += 1) {
      const slot = this.tail - 1 - back;
      steps.push((this.times[slot] ?? 0) - (this.times[slot - 1] ?? 0));
    }
    steps.sort((left, right) => left - right);
    return steps[steps.length >> 1] ?? null;
  }

  private slotAt(timeMs: number): number {
    let low = this.head;
    let high = this.tail;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.times[middle] ?? 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private makeRoom(): void {
    const room = this.length * 2 > this.times.length ? this.times.length * 2 : this.times.length;
    const times = new Float64Array(room);
    const values = new Float64Array(room);
    times.set(this.times.subarray(this.head, this.tail));
    values.set(this.values.subarray(this.head, this.tail));
    this.tail -= this.head;
    this.head = 0;
    this.times = times;
    this.values = values;
  }
}

/** One hour at 10 Hz. */
export const seriesSamplesMax = 36_000;
const samplesAtStart = 256;
const lateSamplesMax = 64;
const periodSamplesMax = 32;
