import { useCallback, useEffect, useRef } from 'react';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { notify } from '../stores/pageStore.js';
import { errorRank } from '../stores/RowRing.js';
import type { Align } from './useListPlace.js';

type Seek =
  | { readonly for: 'oldest' }
  | { readonly for: 'error'; readonly before: number }
  /** A row that the list has, once a changed filter has been applied that far back. */
  | { readonly for: 'row'; readonly position: number };

/**
 * What is looked for further back than the list reaches: it is read from disk, page after page, until it is found, the disk ends,
 * or the person does something else.
 */
export function useSeek(
  live: LiveRobot,
  top: number,
  reveal: (index: number, align: Align) => void,
  moveToIndex: (index: number, align: Align) => void,
): {
  readonly oldest: () => void;
  readonly error: (before: number) => void;
  readonly row: (position: number) => void;
  readonly stop: () => void;
} {
  const seek = useRef<Seek | null>(null);

  const goOn = (): void => {
    const wanted = seek.current;
    const { rows, older } = live;
    if (wanted === null || rows.refilling) return;
    if (wanted.for === 'row') {
      seek.current = null;
      reveal(rows.matched.indexOf(wanted.position), 'middle');
      return;
    }
    const ended = older.done || older.state === 'failed';
    if (wanted.for === 'oldest') {
      if (!ended) {
        if (top > 0) reveal(0, 'nearest');
        live.wantOlder();
        return;
      }
      seek.current = null;
      moveToIndex(0, 'nearest');
      return;
    }
    const found = rows.findBySeverity(wanted.before, -1, errorRank);
    if (found === null && !ended) {
      live.wantOlder();
      return;
    }
    seek.current = null;
    if (found !== null) moveToIndex(rows.matched.indexOf(found), 'centre');
    else notify('calm', 'There is no earlier error', 'Nothing further back passes the filter and is an error.');
  };

  // Runs with each drawing: rows, and what was read from disk, come from outside React.
  useEffect(goOn);

  const start = useCallback(
    (wanted: Seek) => {
      seek.current = wanted;
      live.rowsSignal.touchNow();
    },
    [live],
  );
  return {
    oldest: useCallback(() => {
      start({ for: 'oldest' });
    }, [start]),
    error: useCallback(
      (before: number) => {
        start({ for: 'error', before });
      },
      [start],
    ),
    row: useCallback(
      (position: number) => {
        start({ for: 'row', position });
      },
      [start],
    ),
    stop: useCallback(() => {
      seek.current = null;
    }, []),
  };
}
