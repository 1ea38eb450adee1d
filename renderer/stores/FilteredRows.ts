import type { NodeJudgement } from '../../main/model/compileTerms.js';
import type { CompiledFilter } from '../filter/compileFilter.js';
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
  /** Rows from this position on are not counted as repeats of those before: a paused view ends there. */
  barrier: number | null = null;
  /** Judgements by node number and by origin number, under the present filter. */
  private judgements: NodeJudgement[] = [];
  private originJudgements: boolean[] = [];
  /** Rows from here (excluded) back to `ring.first` are still to be tested. */
  private untestedEnd: number;
  private testedEnd: number;

  constructor(
    private readonly ring: RowRing,
    private filter: CompiledFilter,
    private collapsing = false,
    /** The histogram counts by the robot's clock, not by receipt: of a recording, which may come all at once. */
    private countsByStamp = false,
  ) {
    this.untestedEnd = ring.first;
    this.testedEnd = ring.first;
    this.takeNewRows();
  }

  /** Rows that the filter hides, of those tested so far. */
  get hiddenCount(): number {
    const tested = this.testedEnd - Math.max(this.untestedEnd, this.ring.first);
    return Math.max(0, tested - this.matched.rowCount);
  }

  get refilling(): boolean {
    return this.untestedEnd > this.ring.first;
  }

  /** Everything is counted and tested anew, as by `setFilter`. */
  setCountsByStamp(countsByStamp: boolean): void {
    this.countsByStamp = countsByStamp;
    this.setFilter(this.filter, this.collapsing);
  }

  /** @param collapsing rows that say the same one after the other become one entry */
  setFilter(filter: CompiledFilter, collapsing: boolean): void {
    this.filter = filter;
    this.collapsing = collapsing;
    this.judgements = [];
    this.originJudgements = [];
    this.matched.clear();
    this.bins.clear();
    this.untestedEnd = this.ring.end;
    this.testedEnd = this.ring.end;
  }

  /** Tests rows from the newest back until done or `now()` reaches `untilMs`; also rows that were put in front. */
  refill(now: () => number, untilMs: number): void {
    while (this.untestedEnd > this.ring.first) {
      const sliceEnd = Math.max(this.ring.first, this.untestedEnd - rowsBetweenClockReads);
      while (this.untestedEnd > sliceEnd) {
        this.untestedEnd -= 1;
        const position = this.untestedEnd;
        if (!this.passesAndCounts(position)) continue;
        const lost = this.ring.lostAt(position);
        if (this.matched.length > 0 && this.joins(position, this.matched.at(0)))
          this.matched.repeatFirst(position, lost);
        else this.matched.prepend(position, lost);
      }
      if (now() >= untilMs) return;
    }
  }

  /** To be called after rows were appended to the ring or left it. */
  takeNewRows(): void {
    this.dropLostRows();
    for (let position = Math.max(this.testedEnd, this.ring.first); position < this.ring.end; position += 1) {
      if (!this.passesAndCounts(position)) continue;
      const last = this.matched.length - 1;
      const lost = this.ring.lostAt(position);
      if (last >= 0 && this.joins(position, this.matched.at(last))) this.matched.repeatLast(position, lost);
      else this.matched.append(position, lost);
    }
    this.testedEnd = this.ring.end;
    if (this.untestedEnd < this.ring.first) this.untestedEnd = this.ring.first;
  }

  /** Positions of the rows that pass, from one position to another, both included: each repeat by itself. */
  *positionsBetween(from: number, to: number): Generator<number, void, void> {
    const last = Math.min(to, this.ring.end - 1);
    for (let position = Math.max(from, this.ring.first); position <= last; position += 1) {
      if (this.passes(position) && this.isInRange(position)) yield position;
    }
  }

  /** Nearest entry after (or before) a position whose severity rank is at least `rank`; null when there is none. */
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

  /** Index of the first entry whose robot time is `timeMs` or later. Stamps are nearly in the order of arrival, not quite. */
  indexAtStampMs(timeMs: number): number {
    let low = 0;
    let high = this.matched.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ring.stampMsAt(this.matched.at(middle)) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private dropLostRows(): void {
    while (this.matched.length > 0 && this.matched.at(0) < this.ring.first) this.matched.dropFirst();
    // Bins of rows that have left are forgotten by time: the row's own second can no longer be read from the ring.
  }

  /** The histogram has all that the filter lets through, also outside the range of time: it is where the range is chosen. */
  private passesAndCounts(position: number): boolean {
    if (!this.passes(position)) return false;
    this.bins.add(this.secondAt(position), this.ring.kindAt(position));
    return this.isInRange(position);
  }

  private isInRange(position: number): boolean {
    const { range } = this.filter;
    if (range === null) return true;
    const stampMs = this.ring.stampMsAt(position);
    return stampMs >= range.fromMs && stampMs < range.untilMs;
  }

  private passes(position: number): boolean {
    const { ring, filter } = this;
    const kind = ring.kindAt(position);
    if (kind === gapKind) return true;
    if ((filter.severityMask & (1 << kind)) === 0) return false;
    if (filter.matchesAllText) return true;
    const number = ring.nodeNumberAt(position);
    const node = ring.nodeNames.textOf(number);
    const judgement = (this.judgements[number] ??= filter.judgeNode(node));
    if (judgement === 'hide' || !this.originPasses(position)) return false;
    return judgement === 'keep' || filter.matchMessage(node, ring.messageAt(position));
  }

  private originPasses(position: number): boolean {
    const { matchOrigin } = this.filter;
    if (matchOrigin === null) return true;
    const origin = this.ring.originNumberAt(position);
    return (this.originJudgements[origin] ??= matchOrigin(this.ring.originOf(origin)));
  }

  /** Whether the row becomes one entry with its neighbour: lines when they are asked to, losses of one kind always. */
  private joins(position: number, other: number): boolean {
    const { ring, barrier } = this;
    if (barrier !== null && position < barrier !== other < barrier) return false;
    const kind = ring.kindAt(position);
    if (kind !== ring.kindAt(other)) return false;
    if (kind === gapKind) return ring.isLossAlike(position, other);
    return (
      this.collapsing &&
      ring.nodeNumberAt(position) === ring.nodeNumberAt(other) &&
      ring.messageAt(position) === ring.messageAt(other)
    );
  }

  private secondAt(position: number): number {
    const { ring } = this;
    if (!this.countsByStamp) return Math.floor(ring.receivedMsAt(position) / 1000);
    // A loss has the laptop's time alone: it stands with the line before it.
    const isGap = ring.kindAt(position) === gapKind;
    return Math.floor(ring.stampMsAt(isGap && position > ring.first ? position - 1 : position) / 1000);
  }
}

const rowsBetweenClockReads = 2048;
