import type { CallInput, CallOutput, OlderGap, OlderRow } from '../../main/contract/calls.js';
import type { Row } from '../../main/contract/frames.js';
import type { Result } from '../../main/model/Problem.js';
import type { RowRing } from './RowRing.js';

export type ReadOlder = (input: Omit<CallInput<'logs.older'>, 'robot'>) => Promise<Result<CallOutput<'logs.older'>>>;

/**
 * - `more`: there may be older lines on disk
 * - `reading`: they are being read
 * - `end`: the oldest line on disk is in the list
 * - `full`: the page keeps as much as it may
 * - `failed`: the disk or the engine refused; asking again tries again
 */
export type OlderState = 'more' | 'reading' | 'end' | 'full' | 'failed';

/**
 * Puts what is on disk in front of a ring, a page at a time and only when somebody asks: where the live window ends, the list
 * goes on.
 */
export class OlderRows {
  state: OlderState = 'more';
  /** Why reading failed, in words. */
  problem = '';
  private after: CallInput<'logs.older'>['after'];
  /** Losses from here on are in the list. */
  private gapsFromMs = Infinity;

  constructor(
    private readonly ring: RowRing,
    private readonly read: ReadOlder,
    private readonly onRows: () => void,
  ) {}

  get done(): boolean {
    return this.state === 'end' || this.state === 'full';
  }

  /** Reads the next page, unless one is being read, there is none, or the last one failed. */
  want(): void {
    if (this.state === 'more') void this.readPage();
  }

  retry(): void {
    if (this.state === 'failed') void this.readPage();
  }

  private async readPage(): Promise<void> {
    const { ring } = this;
    this.state = ring.full ? 'full' : 'reading';
    if (this.state === 'full') return;
    const beforeId = ring.length > 0 ? ring.idAt(ring.first) : 0;
    if (ring.length > 0) this.gapsFromMs = Math.min(this.gapsFromMs, ring.receivedMsAt(ring.first));
    const answer = await this.read({
      beforeId,
      limit: rowsPerPage,
      ...(this.gapsFromMs === Infinity ? {} : { gapsBeforeMs: this.gapsFromMs }),
      ...(this.after === undefined ? {} : { after: this.after }),
    });
    if (!answer.ok) {
      this.state = 'failed';
      this.problem = `${answer.problem.message} ${answer.problem.nextStep}`;
    } else {
      const fitted = [...inOrder(answer.value)].every((row) => ring.prepend(rowOf(row, ring)));
      this.after = answer.value.after ?? undefined;
      this.state = !fitted ? 'full' : answer.value.after === null ? 'end' : 'more';
    }
    this.onRows();
  }
}

/** Lines and losses together, the newest first. A loss that was noticed by a line stands before it in the list. */
function* inOrder({ rows, gaps }: CallOutput<'logs.older'>): Generator<OlderRow | OlderGap, void, void> {
  let gap = 0;
  for (const row of rows) {
    for (; (gaps[gap]?.receivedMs ?? -Infinity) > row.receivedMs; gap += 1) yield* gaps.slice(gap, gap + 1);
    yield row;
  }
  yield* gaps.slice(gap);
}

function rowOf(row: OlderRow | OlderGap, ring: RowRing): Row {
  const oldestId = ring.length > 0 ? ring.idAt(ring.first) : 0;
  if ('stage' in row) return { type: 'gap', ...row, id: oldestId - untrackedStep };
  // A row that the engine does not follow still needs a place in the order of ids.
  const id = row.id !== null && row.id < oldestId ? row.id : oldestId - untrackedStep;
  return { type: 'log', ...row, id };
}

const rowsPerPage = 2000;
/** Never adds up to a whole number within the rows that a page keeps. */
const untrackedStep = 0.75 / 2 ** 20;
