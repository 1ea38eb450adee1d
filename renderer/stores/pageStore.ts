import { create } from 'zustand';
import type { SavedFilter, Settings, Theme } from '../../main/contract/bridge.js';
import { allSeveritiesMask } from '../filter/compileFilter.js';
import type { Zone } from '../format/formatTime.js';
import { type LaptopLimits, noLaptopLimits } from '../../main/model/LaptopLimits.js';
import type { FilterTerm } from '../../main/model/parseFilterExpression.js';
import type { Undo } from './undoStack.js';

export type Desk = Settings['desk'];
export const desks = ['logs', 'metrics', 'cache', 'config'] as const satisfies readonly Desk[];

/** What a line's time is: the robot's clock, the laptop's at receipt, or how long after `zeroMs` (robot time). */
export type TimeBase = 'robot' | 'laptop' | 'elapsed';

export interface TimeView {
  readonly base: TimeBase;
  readonly zone: Zone;
  readonly zeroMs: number;
}

export interface Notice {
  readonly id: number;
  readonly tone: 'calm' | 'good' | 'bad';
  readonly title: string;
  readonly text: string;
  /** Shown as a button. */
  readonly undo: Undo | null;
}

/** The small, cold state of the page: what is chosen, never what arrives. */
interface PageState {
  readonly theme: Theme;
  readonly robot: string | null;
  readonly desk: Desk;
  readonly dialog: 'palette' | 'add-robot' | 'shortcuts' | 'doctor' | 'settings' | 'import-profile' | null;
  readonly notices: readonly Notice[];

  readonly severityMask: number;
  readonly filterText: string;
  /** Terms that were pinned as chips beside the box. */
  readonly filterTerms: readonly FilterTerm[];
  readonly timeView: TimeView;
  /** Lines that say the same one after the other are one row with a count. */
  readonly collapsing: boolean;
  /** Lines stand closer together; the letters stay as large. */
  readonly denseLines: boolean;
  /** The filter is set aside, to read what stands around a line. */
  readonly filterAside: boolean;
  readonly nodesOpen: boolean;
  readonly savedFilters: readonly SavedFilter[];
  /** Looked at, the last one first; some may be gone. */
  readonly recentRobots: readonly string[];
  readonly limits: LaptopLimits;
  /** The list ends before this position while the view is paused; null when it is not. */
  readonly pausedEnd: number | null;

  readonly metricsFilter: string;
}

export const usePage = create<PageState>()(() => ({
  theme: 'dark',
  robot: null,
  desk: 'logs',
  dialog: null,
  notices: [],
  severityMask: allSeveritiesMask,
  filterText: '',
  filterTerms: [],
  timeView: { base: 'robot', zone: 'local', zeroMs: 0 },
  collapsing: false,
  denseLines: false,
  filterAside: false,
  nodesOpen: false,
  savedFilters: [],
  recentRobots: [],
  limits: noLaptopLimits,
  pausedEnd: null,
  metricsFilter: '',
}));

export const setPage = usePage.setState;
export const getPage = usePage.getState;

/** The laptop's time or UTC, on every desk. */
export function toggleZone(): void {
  setPage(({ timeView }) => ({ timeView: { ...timeView, zone: timeView.zone === 'utc' ? 'local' : 'utc' } }));
}

let lastNoticeId = 0;
const noticesMax = 4;

/** Shows a notice until it is closed, or for `noticeShownMs` when it is not bad news. */
export function notify(tone: Notice['tone'], title: string, text = '', undo: Undo | null = null): void {
  lastNoticeId += 1;
  const notice: Notice = { id: lastNoticeId, tone, title, text, undo };
  setPage((state) => ({ notices: [...state.notices, notice].slice(-noticesMax) }));
  if (tone !== 'bad') {
    setTimeout(
      () => {
        closeNotice(notice.id);
      },
      undo === null ? noticeShownMs : undoShownMs,
    );
  }
}

export function closeNotice(id: number): void {
  setPage((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
}

const noticeShownMs = 6000;
/** A button wants time to be reached. */
const undoShownMs = 15_000;
