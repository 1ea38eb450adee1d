import type { MetricSample, MetricSeriesUpdate } from '../../main/contract/frames.js';
import { gapMsOf, SampleColumns } from '../../main/model/SampleColumns.js';

export type SeriesDescription = Omit<MetricSeriesUpdate, 'samples'>;

/**
 * The samples of one metric and dimension set, ascending in robot time, in two typed arrays. Bounded: the oldest sample
 * goes when `samplesMax` is reached. A sample that comes late is put in its place if that is near the end, else counted.
 * `long` remembers the least and greatest values of a much longer time, in columns of ten seconds.
 */
export class Series {
  private times = new Float64Array(samplesAtStart);
  private values = new Float64Array(samplesAtStart);
  private head = 0;
  private tail = 0;
  private period: number | null = null;
  private appendsUntilPeriod = 0;
  /** Samples that came too late to be placed. */
  lateCount = 0;
  readonly long = new SampleColumns(longColumnMs, gapMsOf(null), longColumnsMax);

  readonly key: string;
  readonly name: string;
  readonly unit: string;
  readonly dimensions: MetricSeriesUpdate['dimensions'];

  constructor(
    description: SeriesDescription,
    private samplesMax: number = seriesSamplesMax,
  ) {
    this.key = description.key;
    this.name = description.name;
    this.unit = description.unit;
    this.dimensions = description.dimensions;
  }

  get length(): number {
    return this.tail - this.head;
  }

  /** From now on; the oldest go, and their memory with them. */
  keepAtMost(samplesMax: number): void {
    this.samplesMax = samplesMax;
    this.head = Math.max(this.head, this.tail - samplesMax);
    if (this.times.length > roomFor(samplesMax)) this.makeRoom();
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
    if (this.appendsUntilPeriod === 0 || this.length < periodSamplesMax) {
      this.period = this.medianStepMs();
      this.long.gapMs = gapMsOf(this.period);
      this.appendsUntilPeriod = periodSamplesMax;
    }
    this.appendsUntilPeriod -= 1;
    this.long.add(sample.stampMs, sample.value);
  }

  /** Samples from the last one before `fromMs` to the first one after `untilMs`, as views that are valid until the next append. */
  between(fromMs: number, untilMs: number): { readonly times: Float64Array; readonly values: Float64Array } {
    const from = Math.max(this.head, this.slotAt(fromMs) - 1);
    const until = Math.min(this.tail, this.slotAt(untilMs) + 1);
    return { times: this.times.subarray(from, until), values: this.values.subarray(from, until) };
  }

  /** The sample that was in force at a time: the last one at or before it. */
  sampleAt(timeMs: number): MetricSample | null {
    const slot = this.slotAt(timeMs + 0.001) - 1;
    return slot < this.head ? null : { stampMs: this.times[slot] ?? 0, value: this.values[slot] ?? 0 };
  }

  valueAt(timeMs: number): number | null {
    return this.sampleAt(timeMs)?.value ?? null;
  }

  /** Milliseconds between samples, as the median of some of the last ones; null while unknown. */
  get periodMs(): number | null {
    return this.period;
  }

  private medianStepMs(): number | null {
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
    const room = Math.min(Math.max(this.length * 2, samplesAtStart), roomFor(this.samplesMax));
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

/** A quarter more than the limit: a full series then moves its samples rarely, and takes no more memory than that. */
function roomFor(samplesMax: number): number {
  return Math.ceil(samplesMax * 1.25) + 1;
}

/** One hour at 10 Hz. */
export const seriesSamplesMax = 36_000;
/** Width of the columns of the long memory. */
export const longColumnMs = 10_000;
/** A day. */
const longColumnsMax = 8_640;
const samplesAtStart = 256;
const lateSamplesMax = 64;
const periodSamplesMax = 32;
