import { aboutWords, noteNode, readNote } from '../../main/model/note.js';
import type { LogRow } from '../../main/contract/frames.js';
import type { RowRing } from './RowRing.js';

export interface Note {
  /** Where the note itself stands in the ring. */
  readonly position: number;
  readonly text: string;
  readonly about: string;
}

/** The notes among a ring's rows, by the stamp of the line that they are about. Looks at each row once. */
export class NoteIndex {
  private readonly notes = new Map<number, Note[]>();
  private seenFirst: number;
  private seenEnd: number;

  constructor(private readonly ring: RowRing) {
    this.seenFirst = ring.first;
    this.seenEnd = ring.first;
  }

  /** To be called after rows were put before or behind the others. */
  takeRows(): void {
    const { ring } = this;
    for (let position = Math.max(this.seenEnd, ring.first); position < ring.end; position += 1) this.look(position);
    for (let position = Math.min(this.seenFirst, ring.end) - 1; position >= ring.first; position -= 1)
      this.look(position);
    this.seenEnd = ring.end;
    this.seenFirst = ring.first;
  }

  /** Notes about a line, in no order; those that were taken back are not among them. */
  about(row: LogRow): readonly Note[] {
    const notes = this.notes.get(row.stampMs);
    if (notes === undefined) return [];
    const words = aboutWords(row);
    return notes.filter(
      ({ about, position }) => about === words && this.ring.holds(position) && this.ring.stateAt(position) !== 'gone',
    );
  }

  /** False for nearly every row without a note, and costs no text: the row itself is asked for only then. */
  mayHave(position: number): boolean {
    return this.notes.size > 0 && this.notes.has(this.ring.stampMsAt(position));
  }

  private look(position: number): void {
    const { ring } = this;
    if (ring.nodeNameAt(position) !== noteNode) return;
    const note = readNote(ring.messageAt(position));
    if (note === null) return;
    const stampMs = ring.stampMsAt(position);
    const known = this.notes.get(stampMs);
    if (known === undefined) this.notes.set(stampMs, [{ position, ...note }]);
    else known.push({ position, ...note });
  }
}
