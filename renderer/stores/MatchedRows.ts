/**
 * Positions of the rows that a filter lets through, ascending, in one typed array with room at both ends: new rows are
 * appended, a refill after a filter change goes from the newest back and prepends, and rows that left the ring are dropped
 * from the front. All three cost a constant, amortised.
 */
export class MatchedRows {
  private positions = new Float64Array(roomAtStart);
  private head = roomAtStart / 2;
  private tail = roomAtStart / 2;

  /**
   * How far index 0 has moved: rises with each row dropped from the front, falls with each prepended. A list that shows
   * index i at `originShift` s shows the same row at i - (t - s) when it is t.
   */
  originShift = 0;
  /** Rows appended since the start, never falling: for "312 new". */
  appended = 0;

  get length(): number {
    return this.tail - this.head;
  }

  at(index: number): number {
    return this.positions[this.head + index] ?? -1;
  }

  append(position: number): void {
    if (this.tail === this.positions.length) this.rearrange();
    this.positions[this.tail] = position;
    this.tail += 1;
    this.appended += 1;
  }

  prepend(position: number): void {
    if (this.head === 0) this.rearrange();
    this.head -= 1;
    this.positions[this.head] = position;
    this.originShift -= 1;
  }

  /** Drops the first row and gives its position. */
  dropFirst(): number {
    const position = this.at(0);
    this.head += 1;
    this.originShift += 1;
    return position;
  }

  clear(): void {
    this.head = Math.floor(this.positions.length / 2);
    this.tail = this.head;
    this.originShift = 0;
  }

  /** Index of the first matched row at or after `position`; `length` when there is none. */
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

  /** Puts the rows in the middle of an array that is at most half full. */
  private rearrange(): void {
    const length = this.length;
    const room = length * 2 > this.positions.length ? this.positions.length * 2 : this.positions.length;
    const next = new Float64Array(room);
    const head = (room - length) >> 1;
    next.set(this.positions.subarray(this.head, this.tail), head);
    this.positions = next;
    this.head = head;
    this.tail = head + length;
  }
}

const roomAtStart = 1 << 12;
