import type { CachedRow, FilterMessage } from '../../main/contract/calls.js';
import type { Problem } from '../../main/model/Problem.js';
import type { EngineLink } from '../bridge/EngineLink.js';
import type { RecordOrder } from './cacheDeskStore.js';

export const pageRows = 200;
/** More would make the page slow: rows that were read first then go from the list, and are read again when they are wanted. */
export const rowsShownMax = 4000;

type Address = Pick<CachedRow, 'segment' | 'ordinal'>;

/** What of the records that a filter means is shown: a stretch of them, in their order. */
export interface RecordPages {
  /** The filter, as JSON. */
  readonly key: string;
  readonly order: RecordOrder;
  /** How many fitted when it was read; null when that was not known. */
  readonly known: number | null;
  /** The last record that is before what is shown; null when it begins with the first. */
  readonly startsAfter: Address | null;
  /** So many were read and are not shown any more. */
  readonly before: number;
  readonly rows: readonly CachedRow[];
  readonly more: boolean;
  readonly problem: Problem | null;
}

type Start = Pick<RecordPages, 'key' | 'order' | 'known' | 'startsAfter' | 'before'>;

/** From the start on, as many as `wanted` (whole pages); at least one page. */
export async function readFirst(link: EngineLink, robot: string, start: Start, wanted: number): Promise<RecordPages> {
  let pages = await readMore(link, robot, { ...start, rows: [], more: false, problem: null });
  while (pages.more && pages.problem === null && pages.rows.length < wanted) pages = await readMore(link, robot, pages);
  return pages;
}

/** The next page; of a list that is full, the first rows go for it. With a problem all is as before, and it can be asked for again. */
export async function readMore(link: EngineLink, robot: string, sofar: RecordPages): Promise<RecordPages> {
  const after = addressOf(sofar.rows.at(-1)) ?? sofar.startsAfter;
  const filter = JSON.parse(sofar.key) as FilterMessage;
  const page = { robot, filter, order: sofar.order, skip: 0, limit: pageRows };
  const result = await link.call('cache.read', after === null ? page : { ...page, after }, 60_000);
  if (!result.ok) return { ...sofar, problem: result.problem };
  const all = [...sofar.rows, ...result.value.rows];
  const gone = Math.max(0, all.length - rowsShownMax);
  return {
    ...sofar,
    rows: all.slice(gone),
    startsAfter: gone === 0 ? sofar.startsAfter : addressOf(all[gone - 1]),
    before: sofar.before + gone,
    more: result.value.more,
    problem: null,
  };
}

function addressOf(row: CachedRow | undefined): Address | null {
  return row === undefined ? null : { segment: row.segment, ordinal: row.ordinal };
}
