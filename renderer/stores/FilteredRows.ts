import type { CompiledFilter, NodeJudgement } from '../filter/compileFilter.js';
import { MatchedRows } from './MatchedRows.js';
import { gapKind, type RowRing } from './RowRing.js';
import { SecondBins } from './SecondBins.js';

/**
 * What a filter lets through of a ring, kept up to date as rows come and go. A changed filter is applied from the newest
 * row back, in slices of time, so that the rows on the screen are right at once and the rest follow.
 *
 * Gap rows always pass: a loss is never hidden.
 */
export class FilteredRows {
  readonly matched = new MatchedRows();
  readonly bins = new SecondBins();
  /** Judgements by node number, under the present filter. */
  private judgements: NodeJudgement[] = [];
  /** Rows from here (excluded) back to `ring.first` are still to be tested. */
  private untestedEnd: number;
  private testedEnd: number;

  constructor(
    private readonly ring: RowRing,
    private filter: CompiledFilter,
  ) {
    this.untestedEnd = ring.first;
    this.testedEnd = ring.first;
    this.takeNewRows();
  }

  /** Rows that the filter hides, of those tested so far. */
  get hiddenCount(): number {
    const tested = this.testedEnd - Math.max(this.untestedEnd, this.ring.first);
    return tested - this.matched.length;
  }

  get refilling(): boolean {
    return this.untestedEnd > this.ring.first;
  }

  setFilter(filter: CompiledFilter): void {
    this.filter = filter;
    this.judgements = [];
    this.matched.clear();
    this.bins.clear();
    this.untestedEnd = this.ring.end;
    this.testedEnd = this.ring.end;
  }

  /** Tests rows from the newest back until done or `now()` reaches `untilMs`. */
  refill(now: () => number, untilMs: number): void {
    while (this.untestedEnd > this.ring.first) {
      const sliceEnd = Math.max(this.ring.first, this.untestedEnd - rowsBetweenClockReads);
      while (this.untestedEnd > sliceEnd) {
        this.untestedEnd -= 1;
        const position = this.untestedEnd;
        if (!this.passes(position)) continue;
        this.matched.prepend(position);
        this.bins.add(this.secondAt(position), this.ring.kindAt(position));
      }
      if (now() >= untilMs) return;
    }
  }

  /** To be called after rows were appended to the ring or left it. */
  takeNewRows(): void {
    this.dropLostRows();
    for (let position = Math.max(this.testedEnd, this.ring.first); position < this.ring.end; position += 1) {
      if (!this.passes(position)) continue;
      this.matched.append(position);
      this.bins.add(this.secondAt(position), this.ring.kindAt(position));
    }
    this.testedEnd = this.ring.end;
    if (this.untestedEnd < this.ring.first) this.untestedEnd = this.ring.first;
  }

  /** Nearest matched row after (or before) a position whose severity rank is at least `rank`; null when there is none. */
  findBySeverity(position: number, direction: 1 | -1, rank: number): number | null {
    const start = this.matched.indexOf(position);
    const atRow = start < this.matched.length && this.matched.at(start) === position;
    let index = direction === 1 ? (atRow ? start + 1 : start) : start - 1;
    for (; index >= 0 && index < this.matched.length; index += direction) {
      const candidate = this.matched.at(index);
      const kind = this.ring.kindAt(candidate);
      if (kind >= rank && kind !== gapKind) return candidate;
    }
    return null;
  }

  /** Index of the first matched row received at `timeMs` or later. */
  indexAtReceivedMs(timeMs: number): number {
    let low = 0;
    let high = this.matched.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ring.receivedMsAt(this.matched.at(middle)) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private dropLostRows(): void {
    while (this.matched.length > 0 && this.matched.at(0) < this.ring.first) this.matched.dropFirst();
    // Bins of rows that have left are forgotten by time: the row's own second can no longer be read from the ring.
  }

  private passes(position: number): boolean {
    const kind = this.ring.kindAt(position);
    if (kind === gapKind) return true;
    if ((this.filter.severityMask & (1 << kind)) === 0) return false;
    if (this.filter.matchesAllText) return true;
    const number = this.ring.nodeNumberAt(position);
    const node = this.ring.nodeNames.textOf(number);
    const judgement = (this.judgements[number] ??= this.filter.judgeNode(node));
    if (judgement !== 'ask') return judgement === 'keep';
    return this.filter.matchMessage(node, this.ring.messageAt(position));
  }

  private secondAt(position: number): number {
    return Math.floor(this.ring.receivedMsAt(position) / 1000);
  }
}

const rowsBetweenClockReads = 2048;
