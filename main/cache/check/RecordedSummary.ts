import type { OpenFile } from '../FileSystem.js';
import { Segment } from '../Segment.js';
import { readSegmentSummary } from '../SegmentSummary.js';

/** What a segment's own `tether.summary` says, for comparison with its chunks. */
export class RecordedSummary {
  /** Null when the segment has no summary that holds. */
  readonly records: number | null;
  readonly #segment: Segment;

  private constructor(segment: Segment, holds: boolean) {
    this.#segment = segment;
    this.records = holds ? segment.records : null;
  }

  static async read(file: OpenFile, size: number, sequence: number): Promise<RecordedSummary> {
    const segment = new Segment({ sequence, generation: 0, path: '', file: '' }, false);
    return new RecordedSummary(segment, await readSegmentSummary(file, size, segment));
  }

  get groups(): Segment['groups'] {
    return this.#segment.groups;
  }

  /** Does the summary say that these ordinals have no record? */
  isMissing(from: number, to: number): boolean {
    if (this.records === null) return false;
    for (let ordinal = from; ordinal <= to; ordinal += 1) {
      if (ordinal >= this.records || this.#segment.state(ordinal) !== 'missing') return false;
    }
    return true;
  }

  /** Ordinals that the summary says are there. */
  presentRecords(): number {
    let present = 0;
    for (let ordinal = 0; ordinal < this.#segment.records; ordinal += 1) {
      if (this.#segment.state(ordinal) !== 'missing') present += 1;
    }
    return present;
  }
}
