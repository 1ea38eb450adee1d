import type { Row, RowState } from '../../main/contract/frames.js';
import { rowStates } from '../../main/contract/frames.js';
import { gapStages } from '../../main/model/Loss.js';
import { severities, severityRank } from '../../main/model/Severity.js';
import type { Origin } from '../../main/model/compileTerms.js';
import { InternTable } from './InternTable.js';

/**
 * One robot's rows, newest and as far back as they were read from disk, in columns so that a million of them stay small and fast
 * to filter.
 *
 * A row's *position* counts rows since the ring was made and never changes; the ring holds positions `first` (included)
 * to `end` (excluded). Rows that are put in front have positions below 0. Ids come from the engine and ascend.
 */
export class RowRing {
  private capacity: number;
  private ids: Float64Array;
  private stamps: Float64Array;
  private received: Float64Array;
  /** Severity rank, or `gapKind`. */
  private kinds: Uint8Array;
  private states: Uint8Array;
  /** Number of the node, or the count of a gap. */
  private nodes: Uint32Array;
  private origins: Uint32Array;
  private messages: string[];

  /** Position of the oldest row that is still here. */
  first = 0;
  /** Position after the newest row. */
  end = 0;
  /** Rows by kind: five severities, then gaps. */
  readonly counts = new Uint32Array(6);
  /** Rows by node number; errors and worse of them; rows that were appended since the beginning. */
  readonly nodeCounts: number[] = [];
  readonly nodeErrors: number[] = [];
  readonly nodeArrivals: number[] = [];
  readonly nodeNames = new InternTable(nodesMax, '(further nodes)');
  private readonly originTexts = new InternTable(originsMax, JSON.stringify(['', '', 0, '', false]));

  /** Characters of all messages together. */
  private chars = 0;

  /** @param rowsMax a power of two */
  constructor(
    private readonly rowsMax: number = rowsKeptMax,
    private readonly charsMax: number = charsKeptMax,
  ) {
    this.capacity = Math.min(rowsAtStart, rowsMax);
    this.ids = new Float64Array(this.capacity);
    this.stamps = new Float64Array(this.capacity);
    this.received = new Float64Array(this.capacity);
    this.kinds = new Uint8Array(this.capacity);
    this.states = new Uint8Array(this.capacity);
    this.nodes = new Uint32Array(this.capacity);
    this.origins = new Uint32Array(this.capacity);
    this.messages = new Array<string>(this.capacity).fill('');
  }

  get length(): number {
    return this.end - this.first;
  }

  /** True when nothing can be put in front any more. */
  get full(): boolean {
    return this.length >= this.rowsMax || this.chars >= this.charsMax;
  }

  append(row: Row): void {
    if (this.length === this.capacity && !this.grow()) this.dropFirst();
    this.write(this.end, row);
    if (row.type === 'log') this.countNode(this.nodeArrivals, this.end, 1);
    this.end += 1;
    while (this.chars > this.charsMax && this.length > 1) this.dropFirst();
  }

  /** Puts a row before all others; false when there is no room. Its id must be lower than theirs. */
  prepend(row: Row): boolean {
    if (this.full || (this.length === this.capacity && !this.grow())) return false;
    this.first -= 1;
    this.write(this.first, row);
    return true;
  }

  private write(position: number, row: Row): void {
    const slot = position & (this.capacity - 1);
    this.ids[slot] = row.id;
    this.received[slot] = row.receivedMs;
    if (row.type === 'log') {
      this.stamps[slot] = row.stampMs;
      this.kinds[slot] = severityRank(row.severity);
      this.states[slot] = rowStates.indexOf(row.state);
      this.nodes[slot] = this.nodeNames.numberOf(row.node);
      this.origins[slot] = this.originTexts.numberOf(
        JSON.stringify([row.file, row.function, row.line, row.topic, row.replayed === true]),
      );
      this.messages[slot] = row.message;
    } else {
      this.stamps[slot] = row.receivedMs;
      this.kinds[slot] = gapKind;
      this.states[slot] = 0;
      this.nodes[slot] = row.count;
      this.origins[slot] = this.originTexts.numberOf(row.stage);
      this.messages[slot] = row.reason;
    }
    const kind = this.kinds[slot];
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    this.chars += row.type === 'log' ? row.message.length : row.reason.length;
    this.countRow(position, 1);
  }

  /** Sets the state of rows `fromId` to `toId`, both included; rows that are not here, or not followed, are skipped. */
  setStates(fromId: number, toId: number, state: RowState): void {
    const number = rowStates.indexOf(state);
    const end = this.positionOfId(toId + 1);
    for (let position = this.positionOfId(fromId); position < end; position += 1) {
      const slot = position & (this.capacity - 1);
      if (Number.isInteger(this.ids[slot])) this.states[slot] = number;
    }
  }

  /** Position of the first row whose id is at least `id`; `end` when there is none. */
  positionOfId(id: number): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.ids[middle & (this.capacity - 1)] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  holds(position: number): boolean {
    return position >= this.first && position < this.end;
  }

  idAt(position: number): number {
    return this.ids[position & (this.capacity - 1)] ?? 0;
  }

  /** Severity rank 0 to 4, or `gapKind`. */
  kindAt(position: number): number {
    return this.kinds[position & (this.capacity - 1)] ?? gapKind;
  }

  stateAt(position: number): RowState {
    return rowStates[this.states[position & (this.capacity - 1)] ?? 0] ?? 'received';
  }

  stampMsAt(position: number): number {
    return this.stamps[position & (this.capacity - 1)] ?? 0;
  }

  receivedMsAt(position: number): number {
    return this.received[position & (this.capacity - 1)] ?? 0;
  }

  nodeNumberAt(position: number): number {
    return this.nodes[position & (this.capacity - 1)] ?? 0;
  }

  /** Empty for a gap. */
  nodeNameAt(position: number): string {
    return this.kindAt(position) === gapKind ? '' : this.nodeNames.textOf(this.nodeNumberAt(position));
  }

  /** Messages that a gap says are lost; 0 for a line, and where nobody can say how many. */
  lostAt(position: number): number {
    return this.kindAt(position) === gapKind ? this.nodeNumberAt(position) : 0;
  }

  /** Of two gaps: the same stage and reason, and both counted or neither. */
  isLossAlike(position: number, other: number): boolean {
    return (
      this.originNumberAt(position) === this.originNumberAt(other) &&
      this.messageAt(position) === this.messageAt(other) &&
      this.lostAt(position) > 0 === this.lostAt(other) > 0
    );
  }

  originNumberAt(position: number): number {
    return this.origins[position & (this.capacity - 1)] ?? 0;
  }

  originOf(number: number): Origin {
    const [file, name, , topic] = JSON.parse(this.originTexts.textOf(number)) as OriginFields;
    return { file, function: name, topic };
  }

  messageAt(position: number): string {
    return this.messages[position & (this.capacity - 1)] ?? '';
  }

  /** The whole row, made anew: for the rows on the screen and the detail pane. */
  rowAt(position: number): Row {
    const slot = position & (this.capacity - 1);
    const kind = this.kindAt(position);
    const id = this.idAt(position);
    const receivedMs = this.receivedMsAt(position);
    const severity = severities[kind];
    if (severity === undefined) {
      const written = this.originTexts.textOf(this.origins[slot] ?? 0);
      const stage = gapStages.find((name) => name === written) ?? 'host';
      return { type: 'gap', id, receivedMs, stage, count: this.nodes[slot] ?? 0, reason: this.messageAt(position) };
    }
    const written = this.originTexts.textOf(this.origins[slot] ?? 0);
    const [file, name, line, topic, replayed] = JSON.parse(written) as OriginFields;
    return {
      type: 'log',
      id,
      stampMs: this.stampMsAt(position),
      receivedMs,
      severity,
      node: this.nodeNames.textOf(this.nodes[slot] ?? 0),
      message: this.messageAt(position),
      file,
      function: name,
      line,
      topic,
      ...(replayed ? { replayed } : {}),
      state: this.stateAt(position),
    };
  }

  private dropFirst(): void {
    const slot = this.first & (this.capacity - 1);
    const kind = this.kinds[slot] ?? gapKind;
    this.countRow(this.first, -1);
    this.counts[kind] = (this.counts[kind] ?? 1) - 1;
    this.chars -= this.messages[slot]?.length ?? 0;
    this.messages[slot] = '';
    this.first += 1;
  }

  private countRow(position: number, by: 1 | -1): void {
    const kind = this.kindAt(position);
    if (kind === gapKind) return;
    this.countNode(this.nodeCounts, position, by);
    if (kind >= errorRank) this.countNode(this.nodeErrors, position, by);
  }

  private countNode(counts: number[], position: number, by: 1 | -1): void {
    const number = this.nodeNumberAt(position);
    counts[number] = (counts[number] ?? 0) + by;
  }

  /** False when the ring is as large as it may be. */
  private grow(): boolean {
    if (this.capacity >= this.rowsMax) return false;
    const capacity = this.capacity * 2;
    this.ids = this.widen(this.ids, new Float64Array(capacity));
    this.stamps = this.widen(this.stamps, new Float64Array(capacity));
    this.received = this.widen(this.received, new Float64Array(capacity));
    this.kinds = this.widen(this.kinds, new Uint8Array(capacity));
    this.states = this.widen(this.states, new Uint8Array(capacity));
    this.nodes = this.widen(this.nodes, new Uint32Array(capacity));
    this.origins = this.widen(this.origins, new Uint32Array(capacity));
    this.messages = this.widen(this.messages, new Array<string>(capacity).fill(''));
    this.capacity = capacity;
    return true;
  }

  private widen<C extends Record<number, T>, T>(from: C, to: C): C {
    const oldMask = this.capacity - 1;
    const newMask = this.capacity * 2 - 1;
    for (let position = this.first; position < this.end; position += 1) {
      const value = from[position & oldMask];
      if (value !== undefined) to[position & newMask] = value;
    }
    return to;
  }
}

type OriginFields = [file: string, name: string, line: number, topic: string, replayed: boolean];

/** The kind of a gap row, beside the severity ranks 0 to 4. */
export const gapKind = 5;
/** ERROR and FATAL. */
export const errorRank = 3;
/** Rows that the page keeps at most, and characters of their messages: what a page may weigh. */
export const rowsKeptMax = 1 << 20;
const charsKeptMax = 96 * 1024 * 1024;
const rowsAtStart = 1 << 14;
const nodesMax = 65_535;
const originsMax = 65_535;
