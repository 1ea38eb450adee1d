import { type KeyboardEvent, type MouseEvent, useEffect, useRef } from 'react';
import { useLiveRows } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { useElementSize } from '../components/useElementSize.js';
import { formatCount } from '../format/formatCount.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { LogRowView } from './LogRowView.js';
import { isSelected, select, type Selection } from './selection.js';
import { useListPlace } from './useListPlace.js';
import { useRowHeight } from './useRowHeight.js';

const rowsBeyondView = 12;
const errorRank = 3;

interface LogListProps {
  readonly selection: Selection | null;
  readonly choose: (selection: Selection | null) => void;
  readonly openDetail: (open: boolean) => void;
  readonly copy: () => void;
  /** A moment that the histogram asks for, laptop time. */
  readonly jump: { readonly timeMs: number } | null;
}

export function LogList({ selection, choose, openDetail, copy, jump }: LogListProps) {
  const { live } = useLiveRows();
  const { ring, rows } = live;
  const { matched } = rows;
  const pausedEnd = usePage((page) => page.pausedEnd);
  const timeBase = usePage((page) => page.timeBase);
  const scroller = useRef<HTMLDivElement>(null);
  const { height } = useElementSize(scroller);
  const rowHeight = useRowHeight();
  const count = pausedEnd === null ? matched.length : matched.indexOf(pausedEnd);
  const place = useListPlace(scroller, matched, count, rowHeight, height);
  const { reveal, follow, stay } = place;

  useEffect(() => {
    if (jump !== null) reveal(rows.indexAtReceivedMs(jump.timeMs), 'centre');
  }, [jump, reveal, rows]);

  const moveTo = (index: number, extend: boolean, align: 'nearest' | 'centre' = 'nearest'): void => {
    if (count === 0) return;
    const bounded = Math.max(0, Math.min(count - 1, index));
    choose(select(ring, matched.at(bounded), selection, extend));
    reveal(bounded, align);
  };

  const moveByKey = (event: KeyboardEvent): void => {
    const current = selection?.ring === ring ? matched.indexOf(selection.position) : null;
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const step = (by: number): void => {
      moveTo(current === null ? Math.floor(place.top / rowHeight) + (by > 0 ? 0 : page) : current + by, event.shiftKey);
    };
    const command = event.ctrlKey || event.metaKey;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => {
        step(1);
      },
      ArrowUp: () => {
        step(-1);
      },
      PageDown: () => {
        step(page);
      },
      PageUp: () => {
        step(-page);
      },
      Home: () => {
        moveTo(0, event.shiftKey);
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
      ' ': () => {
        togglePause(pausedEnd, ring.end);
      },
    };
    const moveToError = (direction: 1 | -1): void => {
      const from = selection?.ring === ring ? selection.position : matched.at(Math.floor(place.top / rowHeight));
      const found = rows.findBySeverity(from, direction, errorRank);
      if (found !== null) moveTo(matched.indexOf(found), false, 'centre');
    };
    if (command && event.key.toLowerCase() === 'c') {
      if (window.getSelection()?.isCollapsed !== false) copy();
      return;
    }
    const action = command ? undefined : actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  const chooseByMouse = (event: MouseEvent): void => {
    const element = (event.target as HTMLElement).closest<HTMLElement>('[data-position]');
    if (element === null) return;
    choose(select(ring, Number(element.dataset['position']), selection, event.shiftKey));
    stay();
    openDetail(true);
  };

  const start = Math.max(0, Math.floor(place.top / rowHeight) - rowsBeyondView);
  const end = Math.min(count, Math.ceil((place.top + height) / rowHeight) + rowsBeyondView);
  const held = pausedEnd === null ? place.newCount : matched.length - count;
  return (
    <div className="log-list-area">
      <div
        ref={scroller}
        className="log-list"
        data-testid="log-list"
        data-rows={count}
        data-following={place.following && pausedEnd === null}
        role="grid"
        aria-label="Log lines"
        aria-rowcount={count}
        aria-colcount={5}
        aria-multiselectable="true"
        aria-activedescendant={selection?.ring === ring ? `row-${selection.row.id}` : undefined}
        tabIndex={0}
        style={{ '--row-height': `${rowHeight}px` } as React.CSSProperties}
        onScroll={place.onScroll}
        onWheel={place.onWheel}
        onKeyDown={moveByKey}
        onClick={chooseByMouse}
      >
        <div role="rowgroup" style={{ height: count * rowHeight }}>
          <div role="presentation" style={{ transform: `translateY(${start * rowHeight}px)` }}>
            {Array.from({ length: Math.max(0, end - start) }, (_, offset) => {
              const position = matched.at(start + offset);
              return (
                <LogRowView
                  key={position}
                  ring={ring}
                  position={position}
                  state={ring.stateAt(position)}
                  selected={isSelected(selection, ring, position)}
                  timeBase={timeBase}
                  number={start + offset + 1}
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
}

/** Freezes the view at the newest row, or lets it go on. The recording is not touched. */
export function togglePause(pausedEnd: number | null, end: number): void {
  setPage({ pausedEnd: pausedEnd === null ? end : null });
}
