import { create } from 'zustand';
import type { CachedState } from '../../main/model/CachedState.js';
import { type DeskFilter, everything } from './DeskFilter.js';

export type CacheDialog = 'redact' | 'reaim' | 'retime' | 'delete' | 'export' | 'import' | 'quarantine' | null;

export type RecordOrder = 'newest' | 'oldest';

/** A record whose time is to be changed. */
interface RetimedRecord {
  readonly address: { readonly segment: number; readonly ordinal: number };
  readonly stampMs: number;
  readonly state: CachedState;
}

/** What is chosen on the cache desk. It outlives a look at another desk, and is forgotten with the robot. */
interface CacheDeskState {
  readonly robot: string | null;
  readonly filter: DeskFilter;
  /** Which records the list begins with. */
  readonly order: RecordOrder;
  readonly dialog: CacheDialog;
  /** Of the dialog `retime`: the one record; null for all that are meant. */
  readonly retimed: RetimedRecord | null;
  /** The record that is open beside the list. */
  readonly open: { readonly segment: number; readonly ordinal: number } | null;
}

const atFirst: CacheDeskState = {
  robot: null,
  filter: everything,
  order: 'newest',
  dialog: null,
  retimed: null,
  open: null,
};

export const useCacheDesk = create<CacheDeskState>()(() => atFirst);
export const getCacheDesk = useCacheDesk.getState;
export const setCacheDesk = useCacheDesk.setState;

export function closeDialog(): void {
  setCacheDesk({ dialog: null });
}

/** The desk shows this robot from now on. */
export function showRobot(robot: string): void {
  if (getCacheDesk().robot !== robot) setCacheDesk({ ...atFirst, robot });
}

export function narrow(changes: Partial<DeskFilter>): void {
  setCacheDesk(({ filter }) => ({ filter: { ...filter, ...changes }, open: null }));
}
