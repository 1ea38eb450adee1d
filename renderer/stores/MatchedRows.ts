/**
 * Positions of the rows that a filter lets through, ascending, in one typed array with room at both ends: new rows are
 * appended, a refill after a filter change goes from the newest back and prepends, and rows that left the ring are dropped
 * from the front. All three cost a constant, amortised.
 *
 * An entry may stand for several rows in a row that say the same, or for losses of one kind with nothing shown between them: it
 * has the position of the newest of them, and knows how many there are and where they begin.
 */
export class MatchedRows {
  private positions = new Float64Array(roomAtStart);
  private begins = new Float64Array(roomAtStart);
  private repeats = new Uint32Array(roomAtStart);
  private lost = new Float64Array(roomAtStart);
  private head = roomAtStart / 2;
  private tail = roomAtStart / 2;

  /**
   * How far index 0 has moved: rises with each row dropped from the front, falls with each prepended. A list that shows
   * index i at `originShift` s shows the same row at i - (t - s) when it is t.
   */
  originShift = 0;
  /** Rows appended since the start, never falling: for "312 new". */
  appended = 0;
  /** Rows that the entries stand for. */
  rowCount = 0;

  get length(): number {
    return this.tail - this.head;
  }

  at(index: number): number {
    return this.positions[this.head + index] ?? -1;
  }

  /** How many rows the entry stands for: 1, or more when repeats are collapsed. */
  repeatsAt(index: number): number {
    return this.repeats[this.head + index] ?? 1;
  }

  /** Position of the oldest row that the entry stands for. */
  beginAt(index: number): number {
    return this.begins[this.head + index] ?? -1;
  }

  /** Messages that the rows of the entry say are lost; 0 for lines. */
  lostAt(index: number): number {
    return this.lost[this.head + index] ?? 0;
  }

  append(position: number, lost = 0): void {
    if (this.tail === this.positions.length) this.rearrange();
    this.set(this.tail, position, lost);
    this.tail += 1;
    this.appended += 1;
    this.rowCount += 1;
  }

  prepend(position: number, lost = 0): void {
    if (this.head === 0) this.rearrange();
    this.head -= 1;
    this.set(this.head, position, lost);
    this.originShift -= 1;
    this.rowCount += 1;
  }

  /** The newest entry is said again. */
  repeatLast(position: number, lost = 0): void {
    const place = this.tail - 1;
    this.positions[place] = position;
    this.repeats[place] = (this.repeats[place] ?? 0) + 1;
    this.lost[place] = (this.lost[place] ?? 0) + lost;
    this.appended += 1;
    this.rowCount += 1;
  }

  /** The oldest entry was said before. */
  repeatFirst(position: number, lost = 0): void {
    this.begins[this.head] = position;
    this.repeats[this.head] = (this.repeats[this.head] ?? 0) + 1;
    this.lost[this.head] = (this.lost[this.head] ?? 0) + lost;
    this.rowCount += 1;
  }

  /** Drops the first entry and gives its position. */
  dropFirst(): number {
    const position = this.at(0);
    this.rowCount -= this.repeatsAt(0);
    this.head += 1;
    this.originShift += 1;
    return position;
  }

  clear(): void {
    this.head = Math.floor(this.positions.length / 2);
    this.tail = this.head;
    this.originShift = 0;
    this.rowCount = 0;
  }

  /** Index of the first entry at or after `position`; `length` when there is none. */
  indexOf(position: number): number {
    let low = this.head;
    let high = this.tail;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.positions[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low - this.head;
  }

  private set(place: number, position: number, lost: number): void {
    this.positions[place] = position;
    this.begins[place] = position;
    this.repeats[place] = 1;
    this.lost[place] = lost;
  }

  /** Puts the entries in the middle of arrays that are at most half full. */
  private rearrange(): void {
    const length = this.length;
    const room = length * 2 > this.positions.length ? this.positions.length * 2 : this.positions.length;
    const head = (room - length) >> 1;
    this.positions = moved(this.positions.subarray(this.head, this.tail), new Float64Array(room), head);
    this.begins = moved(this.begins.subarray(this.head, this.tail), new Float64Array(room), head);
    this.repeats = moved(this.repeats.subarray(this.head, this.tail), new Uint32Array(room), head);
    this.lost = moved(this.lost.subarray(this.head, this.tail), new Float64Array(room), head);
    this.head = head;
    this.tail = head + length;
  }
}

function moved<A extends Float64Array | Uint32Array>(entries: A, to: A, head: number): A {
  to.set(entries, head);
  return to;
}

const roomAtStart = 1 << 12;
