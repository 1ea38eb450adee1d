import { type KeyboardEvent, memo, type MouseEvent, useEffect, useMemo, useRef } from 'react';
import { useLiveRows } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { useElementSize } from '../components/useElementSize.js';
import { compileMarks } from '../filter/findMarks.js';
import { parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import { formatCount } from '../format/formatCount.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { errorRank } from '../stores/RowRing.js';
import { forgetLinesAt, useTimeCursor } from '../stores/timeCursor.js';
import type { LogActions } from './logActions.js';
import { LogRowView } from './LogRowView.js';
import { chosenIndices, select, type Selection } from './selection.js';
import { type Align, rowsPerStep, useListPlace } from './useListPlace.js';
import { useRowHeight } from './useRowHeight.js';
import { useSeek } from './useSeek.js';

const rowsBeyondView = 12;
/** Older lines are read from disk when fewer than so many are left above the view. */
const rowsAboveMin = 1000;
/** A line's two clocks may differ: what is older than the chosen range by more than this is not looked for in it. */
const rangeSlackMs = 60_000;

interface LogListProps {
  readonly selection: Selection | null;
  readonly choose: (selection: Selection | null) => void;
  readonly openDetail: (open: boolean) => void;
  readonly actions: LogActions;
  /** A moment that the histogram asks for, by its clock: the laptop's, of a recording the robot's. */
  readonly jump: { readonly timeMs: number } | null;
}

export const LogList = memo(function LogList({ selection, choose, openDetail, actions, jump }: LogListProps) {
  const { live } = useLiveRows();
  const { ring, rows } = live;
  const { matched } = rows;
  const pausedEnd = usePage((page) => page.pausedEnd);
  const timeView = usePage((page) => page.timeView);
  const marks = useMarks();
  const scroller = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(scroller);
  const rowHeight = useRowHeight();
  const count = pausedEnd === null ? matched.length : matched.indexOf(pausedEnd);
  const place = useListPlace(scroller, matched, count, rowHeight, height);
  const { reveal, follow, stay } = place;
  const linesAt = useTimeCursor((cursor) => cursor.linesAt);

  useEffect(() => {
    if (jump !== null) {
      const index = live.isReplay ? rows.indexAtStampMs(jump.timeMs) : rows.indexAtReceivedMs(jump.timeMs);
      reveal(index, 'centre');
    }
  }, [jump, reveal, rows, live]);

  const chooseIndex = (index: number, align: Align, extend = false): void => {
    if (count === 0) return;
    const bounded = Math.max(0, Math.min(count - 1, index));
    choose(select(ring, matched.at(bounded), selection, extend));
    reveal(bounded, align);
  };
  // With each drawing: lines may still be on their way, or be tested by a changed filter.
  useEffect(() => {
    if (linesAt === null || count === 0 || rows.refilling) return;
    forgetLinesAt();
    chooseIndex(rows.indexAtStampMs(linesAt.timeMs), 'centre');
  });
  const seek = useSeek(live, place.top, reveal, chooseIndex);
  useFilterAside(seek.row, selection?.ring === ring ? selection.position : null);
  useOlderRows(live, place.top, rowHeight);
  const isFollowing = place.following && pausedEnd === null;
  useEffect(() => {
    live.rowsSignal.setWaitedFor(isFollowing);
    return () => {
      live.rowsSignal.setWaitedFor(false);
    };
  }, [live, isFollowing]);

  const current = selection?.ring === ring ? matched.indexOf(selection.position) : null;
  const moveToError = (direction: 1 | -1): void => {
    const from = selection?.ring === ring ? selection.position : matched.at(Math.floor(place.topNow() / rowHeight));
    const found = rows.findBySeverity(from, direction, errorRank);
    if (found !== null) chooseIndex(matched.indexOf(found), 'centre');
    else if (direction === -1) seek.error(from);
  };

  const moveByKey = (event: KeyboardEvent): void => {
    seek.stop();
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const step = (by: number) => (): void => {
      const index = current === null ? Math.floor(place.topNow() / rowHeight) + (by > 0 ? 0 : page) : current + by;
      chooseIndex(index, 'nearest', event.shiftKey);
    };
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: step(1),
      ArrowUp: step(-1),
      PageDown: step(page),
      PageUp: step(-page),
      Home: () => {
        if (event.shiftKey) chooseIndex(0, 'nearest', true);
        else seek.oldest();
      },
      End: () => {
        choose(null);
        follow();
      },
      Enter: () => {
        openDetail(true);
      },
      Escape: () => {
        if (selection === null) follow();
        openDetail(false);
        choose(null);
      },
      e: () => {
        moveToError(1);
      },
      E: () => {
        moveToError(-1);
      },
    };
    const command = event.ctrlKey || event.metaKey;
    const action = command
      ? actions.commandKeys[event.key.toLowerCase()]
      : (moves[event.key] ?? actions.keys[event.key]);
    // Text that was marked with the mouse is copied by the browser.
    if (action === undefined || (command && event.key === 'c' && window.getSelection()?.isCollapsed === false)) return;
    event.preventDefault();
    action();
  };

  const chooseByMouse = (event: MouseEvent): void => {
    const element = (event.target as HTMLElement).closest<HTMLElement>('[data-position]');
    if (element === null) return;
    seek.stop();
    choose(select(ring, Number(element.dataset['position']), selection, event.shiftKey));
    stay();
    openDetail(true);
  };

  const step = Math.floor(place.top / rowHeight / rowsPerStep);
  const start = Math.max(0, step * rowsPerStep - rowsBeyondView);
  const end = Math.min(count, (step + 1) * rowsPerStep + Math.ceil(height / rowHeight) + rowsBeyondView);
  const held = pausedEnd === null ? place.newCount : matched.length - count;
  const chosen = chosenIndices(selection, ring, matched);
  const isDrawn = current !== null && current >= start && current < end;
  return (
    <div className="log-list-area">
      <div
        ref={scroller}
        className="log-list"
        data-testid="log-list"
        data-rows={count}
        data-following={isFollowing}
        data-older={live.older.state}
        role="grid"
        aria-label="Log lines"
        aria-rowcount={count}
        aria-colcount={5}
        aria-multiselectable="true"
        // Only what is drawn can be pointed at; the chosen line may be far away.
        aria-activedescendant={isDrawn ? `row-${ring.idAt(matched.at(current))}` : undefined}
        tabIndex={0}
        style={{ '--row-height': `${rowHeight}px` } as React.CSSProperties}
        data-elapsed={timeView.base === 'elapsed' ? '' : undefined}
        onScroll={place.onScroll}
        onWheel={(event) => {
          seek.stop();
          place.onWheel(event);
        }}
        onKeyDown={moveByKey}
        onClick={chooseByMouse}
      >
        <div role="rowgroup" className="log-rows" style={{ height: count * rowHeight }}>
          {/* Not by a transform: rows that stay where they are on the canvas are then not painted again. */}
          <div role="presentation" className="log-rows-drawn" style={{ top: start * rowHeight }}>
            {Array.from({ length: Math.max(0, end - start) }, (_, offset) => {
              const index = start + offset;
              const position = matched.at(index);
              return (
                <LogRowView
                  key={position}
                  ring={ring}
                  position={position}
                  state={ring.stateAt(position)}
                  selected={chosen !== null && index >= chosen[0] && index <= chosen[1]}
                  timeView={timeView}
                  marks={marks}
                  repeats={matched.repeatsAt(index)}
                  lost={matched.lostAt(index)}
                  noted={actions.isNoted(position)}
                  number={index + 1}
                />
              );
            })}
          </div>
        </div>
      </div>
      {held > 0 && (
        <button
          type="button"
          className="new-rows"
          data-testid="new-rows"
          data-value={held}
          onClick={() => {
            setPage({ pausedEnd: null });
            follow();
          }}
        >
          <Glyph name="down" />
          {formatCount(held)} new
        </button>
      )}
    </div>
  );
});

/** Goes on into the disk while the view is near the oldest line that is here; looked at anew with each drawing. */
function useOlderRows(live: ReturnType<typeof useLiveRows>['live'], top: number, rowHeight: number): void {
  const range = useTimeCursor((cursor) => cursor.range);
  useEffect(() => {
    if (live.rows.refilling || top > rowsAboveMin * rowHeight) return;
    const { ring } = live;
    const beforeRange = range !== null && ring.length > 0 && ring.stampMsAt(ring.first) < range.fromMs - rangeSlackMs;
    if (!beforeRange) live.wantOlder();
  });
}

/** When the filter is set aside, and when it is back, the chosen line is in the middle of what stands around it. */
function useFilterAside(seekRow: (position: number) => void, position: number | null): void {
  const filterAside = usePage((page) => page.filterAside);
  const shown = useRef(filterAside);
  useEffect(() => {
    if (shown.current === filterAside) return;
    shown.current = filterAside;
    if (position !== null) seekRow(position);
  }, [filterAside, position, seekRow]);
}

function useMarks() {
  const text = usePage((page) => page.filterText);
  const terms = usePage((page) => page.filterTerms);
  return useMemo(() => compileMarks([...terms, ...parseFilterExpression(text)]), [text, terms]);
}

export function togglePause(pausedEnd: number | null, end: number): void {
  setPage({ pausedEnd: pausedEnd === null ? end : null });
}
