/**
 * Samples of one metric over time, thinned so that no peak is lost: each column keeps the least and the greatest value of its
 * time with the moments they came at, and what a mean needs. Columns ascend in time, begin at multiples of `columnMs` (so that
 * they stay the same while a chart moves over them) and never reach over a silence longer than `gapMs`. A value that is no
 * number stands in a column of its own and is drawn as a gap.
 *
 * `data` holds `columnFields.length` numbers a column, in that order: it crosses process borders as it is.
 */
export class SampleColumns {
  private numbers: Float64Array;
  private head = 0;
  private tail = 0;

  /**
   * @param columnMs width of a column; 0 gives each sample a column of its own
   * @param gapMs a longer silence ends a column
   * @param columnsMax the oldest goes when there are more
   */
  constructor(
    readonly columnMs: number,
    public gapMs: number,
    private readonly columnsMax = Infinity,
  ) {
    this.numbers = new Float64Array(columnsAtStart * stride);
  }

  static of(data: Float64Array, columnMs: number, gapMs: number): SampleColumns {
    const columns = new SampleColumns(columnMs, gapMs);
    columns.numbers = data;
    columns.tail = Math.floor(data.length / stride);
    return columns;
  }

  get length(): number {
    return this.tail - this.head;
  }

  /** A view, valid until the next change. */
  get data(): Float64Array {
    return this.numbers.subarray(this.head * stride, this.tail * stride);
  }

  firstMsAt(index: number): number {
    return this.at(index, firstMs);
  }
  lastMsAt(index: number): number {
    return this.at(index, lastMs);
  }
  lowMsAt(index: number): number {
    return this.at(index, lowMs);
  }
  lowAt(index: number): number {
    return this.at(index, low);
  }
  highMsAt(index: number): number {
    return this.at(index, highMs);
  }
  highAt(index: number): number {
    return this.at(index, high);
  }
  countAt(index: number): number {
    return this.at(index, count);
  }
  meanAt(index: number): number {
    return this.at(index, sum) / this.at(index, count);
  }

  /** Index of the first column that ends at `timeMs` or later. */
  indexAt(timeMs: number): number {
    let from = 0;
    let until = this.length;
    while (from < until) {
      const middle = (from + until) >> 1;
      if (this.lastMsAt(middle) < timeMs) from = middle + 1;
      else until = middle;
    }
    return from;
  }

  /** A sample; one that is older than the newest column goes to the column of its time if that is near the end. */
  add(timeMs: number, value: number): void {
    this.addParts(timeMs, timeMs, timeMs, value, timeMs, value, value, 1);
  }

  /** A column of another list. */
  addColumn(other: SampleColumns, index: number): void {
    const n = other.numbers;
    const base = (other.head + index) * stride;
    this.addParts(
      n[base + firstMs] ?? 0,
      n[base + lastMs] ?? 0,
      n[base + lowMs] ?? 0,
      n[base + low] ?? 0,
      n[base + highMs] ?? 0,
      n[base + high] ?? 0,
      n[base + sum] ?? 0,
      n[base + count] ?? 0,
    );
  }

  private addParts(
    fromMs: number,
    untilMs: number,
    atLowMs: number,
    lowest: number,
    atHighMs: number,
    highest: number,
    total: number,
    samples: number,
  ): void {
    const n = this.numbers;
    let base = (this.tail - 1) * stride;
    const isNumber = Number.isFinite(lowest);
    let mayJoin = this.columnMs > 0 && isNumber && this.tail > this.head;
    if (mayJoin && fromMs < (n[base + firstMs] ?? 0)) base = this.olderBase(fromMs);
    if (mayJoin) {
      const previousLast = n[base + lastMs] ?? 0;
      mayJoin =
        Number.isFinite(n[base + low]) &&
        (fromMs <= previousLast ||
          (Math.floor(fromMs / this.columnMs) === Math.floor((n[base + firstMs] ?? 0) / this.columnMs) &&
            fromMs - previousLast <= this.gapMs));
    }
    if (!mayJoin) {
      this.append([fromMs, untilMs, atLowMs, lowest, atHighMs, highest, total, samples]);
      return;
    }
    if (fromMs < (n[base + firstMs] ?? 0)) n[base + firstMs] = fromMs;
    if (untilMs > (n[base + lastMs] ?? 0)) n[base + lastMs] = untilMs;
    if (lowest < (n[base + low] ?? 0)) {
      n[base + low] = lowest;
      n[base + lowMs] = atLowMs;
    }
    if (highest > (n[base + high] ?? 0)) {
      n[base + high] = highest;
      n[base + highMs] = atHighMs;
    }
    n[base + sum] = (n[base + sum] ?? 0) + total;
    n[base + count] = (n[base + count] ?? 0) + samples;
  }

  /** The column, among the last ones, that a late sample belongs to; the oldest of those when it is older than all. */
  private olderBase(timeMs: number): number {
    let column = this.tail - 1;
    const oldest = Math.max(this.head, this.tail - lateColumnsMax);
    while (column > oldest && timeMs < (this.numbers[column * stride + firstMs] ?? 0)) column -= 1;
    return column * stride;
  }

  private append(fields: readonly number[]): void {
    if (this.length >= this.columnsMax) this.head += 1;
    if ((this.tail + 1) * stride > this.numbers.length) this.makeRoom();
    this.numbers.set(fields, this.tail * stride);
    this.tail += 1;
  }

  private makeRoom(): void {
    const room = Math.max(columnsAtStart, this.length * (this.length < this.columnsMax ? 2 : 1.25)) * stride;
    const numbers = new Float64Array(Math.ceil(room / stride) * stride);
    numbers.set(this.data);
    this.numbers = numbers;
    this.tail -= this.head;
    this.head = 0;
  }

  private at(index: number, field: number): number {
    return this.numbers[(this.head + index) * stride + field] ?? 0;
  }
}

const firstMs = 0;
const lastMs = 1;
const lowMs = 2;
const low = 3;
const highMs = 4;
const high = 5;
const sum = 6;
const count = 7;
export const columnFields = ['firstMs', 'lastMs', 'lowMs', 'low', 'highMs', 'high', 'sum', 'count'] as const;
const stride = columnFields.length;
const columnsAtStart = 64;
const lateColumnsMax = 8;

/** A silence longer than this many of a series' own periods is a gap. */
export const gapPeriods = 3.5;
const gapMsMin = 1500;

/** Silence, in milliseconds, that counts as a gap; with an unknown period nothing does. */
export function gapMsOf(periodMs: number | null): number {
  return Math.max(gapMsMin, (periodMs ?? Infinity) * gapPeriods);
}
