import { encodeLog } from '../codec/logMessage.js';
import type { Destination } from '../model/Destination.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { RedactionRule } from '../model/redactText.js';
import { shiftStamp } from '../codec/shiftStamp.js';
import type { EditReceipt, RecordAddress, TimeShift } from '../seams/Cache.js';
import { StoredDecoder } from './ChunkDecoder.js';
import { diskProblem } from './diskProblem.js';
import { errorCode } from './FileSystem.js';
import type { LedgerEntry } from './LedgerEntry.js';
import type { OpenEdit, OpenEdits } from './OpenEdits.js';
import { mayHold, type ReadParts } from './readRecords.js';
import { canRewrite, redactionOf } from './redactRecord.js';
import type { RecordEdit } from './rewriteSegment.js';
import type { RecordState, Segment } from './Segment.js';
import type { SegmentToEdit } from './SegmentPacking.js';
import type { SegmentStore } from './SegmentStore.js';
import { selectOrdinals } from './selectOrdinals.js';
import { withColumns } from './withColumns.js';

export interface SegmentEditsOptions {
  readonly folder: string;
  readonly store: SegmentStore;
  readonly edits: OpenEdits;
  readonly parts: () => ReadParts;
  readonly nowMs: () => number;
  /** Refuse an edit whose originals do not fit within the disk limit: others would have to go for them. */
  readonly needsRoom: boolean;
}

const editable: ReadonlySet<RecordState> = new Set<RecordState>(['pending', 'held', 'expired', 'quarantined']);
const underWay: ReadonlySet<RecordState> = new Set<RecordState>(['sending', 'sending-held']);

/** What became of the meant records of a segment, by ordinal. */
interface Done {
  readonly changed: Set<number>;
  readonly unwritable: Set<number>;
}

/** Records of one segment that an edit means. */
interface Meant {
  readonly segment: Segment;
  readonly ordinals: ReadonlySet<number>;
}

/**
 * Changes that write segments anew: a redaction takes words out of log texts, a re-aim gives records another destination, a
 * shift another time.
 *
 * Invariants: all files of an edit are durable before the ledger names the first; the files from before are kept until a
 * person confirms, and undoing goes back to them. While an edit chooses and writes, nothing is taken for upload (the
 * caller sees to that), so that no record goes out as it was after it was meant to be changed.
 */
export class SegmentEdits {
  readonly #options: SegmentEditsOptions;

  constructor(options: SegmentEditsOptions) {
    this.#options = options;
  }

  /** Problems: `bad-regex`, `bad-replacement`, `edit-open`, `no-room`, `damaged`, and those of the disk; nothing has changed then. */
  async redact(filter: RecordFilter, rule: RedactionRule): Promise<Result<EditReceipt>> {
    const redaction = redactionOf(rule);
    if (!redaction.ok) return redaction;
    const decoder = new StoredDecoder();
    return this.#run(
      'redacted',
      { ...filter, kind: 'log' },
      (ordinals, { changed, unwritable }) =>
        (ordinal, group, data, receivedNs) => {
          if (!ordinals.has(ordinal) || group.kind !== 'log') return null;
          const decoded = decoder.decode(group, data, receivedNs);
          const after = decoded.ok && decoded.value.kind === 'log' ? redaction.value(decoded.value) : null;
          if (after === null) return null;
          if (!canRewrite(group.channel)) {
            unwritable.add(ordinal);
            return null;
          }
          changed.add(ordinal);
          return { group, data: encodeLog(after) };
        },
    );
  }

  /** Only records of the destination's kind. Problems as for `redact`. */
  reaim(filter: RecordFilter, destination: Destination): Promise<Result<EditReceipt>> {
    return this.#run(
      'redirected',
      { ...filter, kind: destination.kind },
      (ordinals, { changed }) =>
        (ordinal, group, data) => {
          if (!ordinals.has(ordinal)) return null;
          changed.add(ordinal);
          return { group: { ...group, destination }, data };
        },
    );
  }

  /** Records of ROS 2 (CDR) only; others are left as they are. Problems as for `redact`. */
  shiftTime(filter: RecordFilter, { shiftNs, record }: TimeShift): Promise<Result<EditReceipt>> {
    return this.#run(
      'time-shifted',
      filter,
      (ordinals, { changed, unwritable }) =>
        (ordinal, group, data, receivedNs) => {
          if (!ordinals.has(ordinal)) return null;
          const shifted = shiftStamp(group.channel, data, receivedNs, shiftNs);
          if (shifted === null) {
            unwritable.add(ordinal);
            return null;
          }
          changed.add(ordinal);
          return { group, ...shifted };
        },
      record,
    );
  }

  open(): readonly OpenEdit[] {
    return this.#options.edits.all();
  }

  /** The files from before go. Problem `no-such-edit`. */
  async confirm(id: number): Promise<Result<void>> {
    const edit = this.#options.edits.get(id);
    if (edit === undefined) return noSuchEdit(id);
    return this.#guarded(async () => {
      await this.#options.store.packing.forgetKept(this.#segmentsOf(edit), this.#ended(id, 'confirmed'), () => {
        this.#options.edits.end(id);
      });
      return succeed(undefined);
    });
  }

  /** Back to the files from before; what has become of the records since stays so. Problem `no-such-edit`. */
  async undo(id: number): Promise<Result<void>> {
    const edit = this.#options.edits.get(id);
    if (edit === undefined) return noSuchEdit(id);
    return this.#guarded(async () => {
      await this.#options.store.packing.goBack(this.#segmentsOf(edit), this.#ended(id, 'undone'), () => {
        this.#options.edits.end(id);
      });
      return succeed(undefined);
    });
  }

  async #run(
    what: OpenEdit['what'],
    filter: RecordFilter,
    editFor: (ordinals: ReadonlySet<number>, done: Done) => RecordEdit,
    only?: RecordAddress,
  ): Promise<Result<EditReceipt>> {
    return this.#guarded(async () => {
      await this.#options.store.closeOpen();
      const { meant, sending } = await this.#choose(filter, only);
      if (meant.some(({ segment }) => segment.named.kept !== null)) return editOpen;
      const neededBytes = meant.reduce((sum, { segment }) => sum + segment.bytes, 0);
      const roomBytes = this.#options.store.roomBytes();
      if (this.#options.needsRoom && neededBytes > roomBytes) return noRoom(neededBytes, roomBytes);
      const edits = meant.map(({ segment, ordinals }): SegmentToEdit & Done => {
        const done = { changed: new Set<number>(), unwritable: new Set<number>() };
        return { segment, edit: editFor(ordinals, done), ...done, isChanged: () => done.changed.size > 0 };
      });
      const id = this.#options.edits.takeId();
      const done = await this.#options.store.packing.edit(
        edits,
        (segments) => {
          const sequences = segments.map(({ sequence }) => sequence);
          const records = edits.reduce(
            (sum, { segment, changed }) => sum + (segments.includes(segment) ? changed.size : 0),
            0,
          );
          return { id, what, records, segments: sequences, at: this.#options.nowMs() };
        },
        (edit) => {
          this.#options.edits.begin(edit);
        },
      );
      if (done === 'damaged') return damaged;
      const unwritable = edits.reduce((sum, { unwritable }) => sum + unwritable.size, 0);
      return succeed({ id, records: done.records, segments: done.segments.length, underWay: sending, unwritable });
    });
  }

  async #choose(filter: RecordFilter, only?: RecordAddress): Promise<{ meant: Meant[]; sending: number }> {
    const { store, parts } = this.#options;
    const meant: Meant[] = [];
    let sending = 0;
    for (const segment of store.all()) {
      if (segment.open || segment.removed || !mayHold(segment, filter)) continue;
      if (only !== undefined && only.segment !== segment.sequence) continue;
      const isMeant = (ordinal: number): boolean => only === undefined || only.ordinal === ordinal;
      const choosing = withColumns(parts(), segment, async () => {
        const ordinals = (await selectOrdinals(parts(), segment, filter, editable)).filter(isMeant);
        sending += (await selectOrdinals(parts(), segment, filter, underWay)).filter(isMeant).length;
        if (ordinals.length > 0) meant.push({ segment, ordinals: new Set(ordinals) });
      });
      await choosing.catch((error: unknown) => {
        // It had to make room meanwhile, and its file is gone.
        if (!segment.removed || errorCode(error) !== 'ENOENT') throw error;
      });
    }
    return { meant, sending };
  }

  #segmentsOf({ segments }: OpenEdit): Segment[] {
    return segments.flatMap((sequence) => this.#options.store.get(sequence) ?? []);
  }

  #ended(id: number, how: 'confirmed' | 'undone'): LedgerEntry {
    return { type: 'edit-ended', id, how, at: this.#options.nowMs() };
  }

  async #guarded<T>(action: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await action();
    } catch (error) {
      return { ok: false, problem: diskProblem(error, this.#options.folder) };
    }
  }
}

const editOpen = fail(
  'edit-open',
  'Some of these records were changed before, and that change is neither confirmed nor undone.',
  'Confirm or undo the earlier change first.',
);

const damaged = fail(
  'damaged',
  'Some of these records stand in a segment that is damaged, so it cannot be written anew. Nothing was changed.',
  'Run `tether cache check --repair`, then try again.',
);

function noRoom(neededBytes: number, roomBytes: number): Result<never> {
  const megabytes = (bytes: number): string => (Math.max(0, bytes) / 1e6).toFixed(1);
  return fail(
    'no-room',
    `The originals would take ${megabytes(neededBytes)} MB beside the changed records, and the disk limit leaves ${megabytes(roomBytes)} MB: other records would have to go.`,
    'Raise storage_limit, upload or delete something first, or choose fewer records.',
  );
}

function noSuchEdit(id: number): Result<never> {
  return fail('no-such-edit', `There is no change ${id} that waits to be confirmed.`, 'List the open changes.');
}
