import { type RefObject, type UIEvent, useCallback, useLayoutEffect, useRef, useState, type WheelEvent } from 'react';
import type { MatchedRows } from '../stores/MatchedRows.js';

/**
 * Where a list stands. Either it follows the newest row, or it is anchored to a row (`anchor`, a ring position) with an
 * offset: rows may come, go at the front, or be filtered away, and the anchored row stays where the eye is.
 */
export interface ListPlace {
  readonly top: number;
  readonly following: boolean;
  /** Rows appended since the list stopped following. */
  readonly newCount: number;
  readonly follow: () => void;
  /** Stays at this index (of the matched rows). */
  readonly reveal: (index: number, align: Align) => void;
  readonly stay: () => void;
  readonly onScroll: (event: UIEvent<HTMLElement>) => void;
  readonly onWheel: (event: WheelEvent<HTMLElement>) => void;
}

/** Just inside the view; in its middle when it is outside; or in its middle at all events. */
export type Align = 'nearest' | 'centre' | 'middle';

interface Anchor {
  /** Whose position it is: rows that were all forgotten take their anchors with them. */
  readonly matched: MatchedRows;
  readonly position: number;
  readonly offset: number;
  readonly appendedThen: number;
}

export function useListPlace(
  scroller: RefObject<HTMLElement | null>,
  matched: MatchedRows,
  count: number,
  rowHeight: number,
  height: number,
): ListPlace {
  const [setAt, setAnchor] = useState<Anchor | null>(null);
  const anchor = setAt?.matched === matched ? setAt : null;
  /** What is on the screen: the browser's scroll events speak about that, not about what has arrived since. */
  const shown = useRef({ top: 0, shift: 0, count: 0 });

  const topMax = Math.max(0, count * rowHeight - height);
  const wanted = anchor === null ? topMax : matched.indexOf(anchor.position) * rowHeight + anchor.offset;
  const top = Math.min(topMax, Math.max(0, wanted));

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    shown.current = { top, shift: matched.originShift, count };
    if (Math.abs(element.scrollTop - top) >= 1) element.scrollTo({ top, behavior: 'instant' });
  });

  const anchorAt = useCallback(
    (newTop: number) => {
      const shift = shown.current.shift - matched.originShift;
      const index = Math.max(0, Math.min(matched.length - 1, Math.floor(newTop / rowHeight) + shift));
      const offset = newTop - (index - shift) * rowHeight;
      setAnchor((previous) => ({
        matched,
        position: matched.at(index),
        offset,
        appendedThen: previous?.matched === matched ? previous.appendedThen : matched.appended,
      }));
    },
    [matched, rowHeight],
  );

  const follow = useCallback(() => {
    setAnchor(null);
  }, []);

  const stay = useCallback(() => {
    anchorAt(shown.current.top);
  }, [anchorAt]);

  const reveal = useCallback(
    (index: number, align: Align) => {
      const rowTop = index * rowHeight;
      const now = shown.current.top;
      let next = now;
      const isOutside = rowTop < now || rowTop + rowHeight > now + height;
      if (align === 'middle' || (align === 'centre' && isOutside)) next = rowTop - height / 2;
      else if (rowTop < now) next = rowTop;
      else if (rowTop + rowHeight > now + height) next = rowTop + rowHeight - height;
      anchorAt(Math.max(0, next));
    },
    [anchorAt, rowHeight, height],
  );

  const onScroll = useCallback(
    (event: UIEvent<HTMLElement>) => {
      const newTop = event.currentTarget.scrollTop;
      const before = shown.current.top;
      if (Math.abs(newTop - before) < 1) return;
      const { scrollHeight, clientHeight } = event.currentTarget;
      const isAtEnd = newTop >= scrollHeight - clientHeight - 2;
      // A desk that is shown again, or made taller, is clamped to its end by the browser: nobody scrolled up.
      if (isAtEnd && (newTop > before || anchor === null)) follow();
      else anchorAt(newTop);
    },
    [anchor, anchorAt, follow],
  );

  const onWheel = useCallback(
    (event: WheelEvent<HTMLElement>) => {
      if (event.deltaY < 0 && shown.current.top > 0) stay();
    },
    [stay],
  );

  // A list that ends in view hides nothing below it.
  const newCount = anchor === null || topMax === 0 ? 0 : matched.appended - anchor.appendedThen;
  return { top, following: anchor === null, newCount, follow, reveal, stay, onScroll, onWheel };
}
