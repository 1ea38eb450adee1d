import { create } from 'zustand';
import type { Settings, Theme } from '../../main/contract/bridge.js';
import { allSeveritiesMask } from '../filter/compileFilter.js';
import type { FilterTerm } from '../filter/parseFilterExpression.js';

export type Desk = Settings['desk'];
export const desks = ['logs', 'metrics', 'cache', 'config'] as const satisfies readonly Desk[];

export type TimeBase = 'robot' | 'laptop';

export interface Notice {
  readonly id: number;
  readonly tone: 'calm' | 'good' | 'bad';
  readonly title: string;
  readonly text: string;
}

/** The small, cold state of the page: what is chosen, never what arrives. */
interface PageState {
  readonly theme: Theme;
  readonly robot: string | null;
  readonly desk: Desk;
  readonly dialog: 'palette' | 'add-robot' | 'shortcuts' | null;
  readonly notices: readonly Notice[];

  readonly severityMask: number;
  readonly filterText: string;
  /** Terms that were pinned as chips beside the box. */
  readonly filterTerms: readonly FilterTerm[];
  readonly timeBase: TimeBase;
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
  timeBase: 'robot',
  pausedEnd: null,
  metricsFilter: '',
}));

export const setPage = usePage.setState;
export const getPage = usePage.getState;

let lastNoticeId = 0;
const noticesMax = 4;

/** Shows a notice until it is closed, or for `noticeShownMs` when it is not bad news. */
export function notify(tone: Notice['tone'], title: string, text = ''): void {
  lastNoticeId += 1;
  const notice: Notice = { id: lastNoticeId, tone, title, text };
  setPage((state) => ({ notices: [...state.notices, notice].slice(-noticesMax) }));
  if (tone !== 'bad') {
    setTimeout(() => {
      closeNotice(notice.id);
    }, noticeShownMs);
  }
}

export function closeNotice(id: number): void {
  setPage((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
}

const noticeShownMs = 6000;
