import type { OlderGap, OlderRow } from '../contract/calls.js';
import type { RowState } from '../contract/frames.js';
import { type LiveWindow, rowFieldsOf } from '../live/LiveWindow.js';
import type { CachedState } from '../model/CachedState.js';
import { type CountedLoss, lossTopic } from '../model/Loss.js';
import type { Cache, RecordAddress } from '../seams/Cache.js';

export interface OlderLogs {
  /** The newest first. */
  readonly rows: OlderRow[];
  readonly gaps: OlderGap[];
  /** Where the next page begins; null at the end. */
  readonly after: RecordAddress | null;
}

/**
 * What is on disk from before row `beforeId` of the live window, so that a list goes on there without a line missing or twice.
 * The first page is found by the row's place on disk; rows that have none (gaps, lines that are not kept) by the next one's.
 */
export async function readOlderLogs(
  parts: { readonly cache: Pick<Cache, 'read' | 'losses'>; readonly logs: LiveWindow },
  options: {
    readonly beforeId: number;
    readonly gapsBeforeMs?: number | undefined;
    readonly after?: RecordAddress | undefined;
    readonly limit: number;
  },
): Promise<OlderLogs> {
  const { tracker } = parts.logs;
  const start = options.after ?? tracker.addressFrom(options.beforeId) ?? undefined;
  // Nothing of the window is on disk: what arrived with it or later is in the window already.
  const beforeMs = start === undefined ? (parts.logs.receivedMsFrom(options.beforeId) ?? Infinity) : Infinity;
  const rows: OlderRow[] = [];
  let after: RecordAddress | null = null;
  for await (const { address, record, state } of parts.cache.read({ kind: 'log' }, 'newest', start)) {
    // Of losses the ledger tells, in their place.
    if (record.kind !== 'log' || record.topic === lossTopic) continue;
    const known = tracker.idAt(address);
    if (known !== null && known >= options.beforeId) continue;
    const fields = rowFieldsOf(record);
    if (known === null && fields.receivedMs >= beforeMs) continue;
    const rowState = rowStateOf[state];
    rows.push({ id: tracker.idOfOlder(address, rowState), ...fields, state: rowState });
    if (rows.length === options.limit) {
      after = address;
      break;
    }
  }
  // What changed while this was read has been told already, to a page that did not have the row yet.
  for (const row of rows) if (row.id !== null) row.state = tracker.stateOf(row.id) ?? row.state;
  const oldestMs = after === null ? -Infinity : (rows.at(-1)?.receivedMs ?? -Infinity);
  return { rows, gaps: gapsBetween(parts.cache.losses(), oldestMs, options.gapsBeforeMs ?? Infinity), after };
}

function gapsBetween(losses: readonly CountedLoss[], fromMs: number, beforeMs: number): OlderGap[] {
  return losses
    .filter(({ noticedMs }) => noticedMs >= fromMs && noticedMs < beforeMs)
    .map(({ noticedMs, ...loss }) => ({ ...loss, receivedMs: noticedMs }))
    .sort((left, right) => right.receivedMs - left.receivedMs);
}

const rowStateOf: Readonly<Record<CachedState, RowState>> = {
  pending: 'cached',
  sending: 'sending',
  held: 'held',
  expired: 'expired',
  quarantined: 'refused',
};
