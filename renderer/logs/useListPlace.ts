import {
  type RefObject,
  type UIEvent,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type WheelEvent,
} from 'react';
import type { MatchedRows } from '../stores/MatchedRows.js';
import { AnchorStore } from './AnchorStore.js';

/** Rows are drawn anew when the view has moved by so many: a drawing for each turn of a wheel would cost more than what it shows. */
export const rowsPerStep = 8;

/**
 * Where a list stands. Either it follows the newest row, or it is anchored to a row (`anchor`, a ring position) with an
 * offset: rows may come, go at the front, or be filtered away, and the anchored row stays where the eye is.
 */
export interface ListPlace {
  /** As drawn; `topNow` is where the browser has scrolled to since. */
  readonly top: number;
  readonly topNow: () => number;
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

export function useListPlace(
  scroller: RefObject<HTMLElement | null>,
  matched: MatchedRows,
  count: number,
  rowHeight: number,
  height: number,
): ListPlace {
  const [anchors] = useState(() => new AnchorStore());
  const setAt = useSyncExternalStore(anchors.subscribe, anchors.get);
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
    (newTop: number, isQuiet = false) => {
      const shift = shown.current.shift - matched.originShift;
      const index = Math.max(0, Math.min(matched.length - 1, Math.floor(newTop / rowHeight) + shift));
      const offset = newTop - (index - shift) * rowHeight;
      const previous = anchors.get();
      const appendedThen = previous?.matched === matched ? previous.appendedThen : matched.appended;
      const next = { matched, position: matched.at(index), offset, appendedThen };
      if (isQuiet && previous?.matched === matched) anchors.setQuietly(next);
      else anchors.set(next);
    },
    [anchors, matched, rowHeight],
  );

  const follow = useCallback(() => {
    anchors.set(null);
  }, [anchors]);

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
      else {
        const stepPixels = rowsPerStep * rowHeight;
        anchorAt(newTop, Math.floor(newTop / stepPixels) === Math.floor(before / stepPixels));
        shown.current = { ...shown.current, top: newTop };
      }
    },
    [anchor, anchorAt, follow, rowHeight],
  );

  const onWheel = useCallback(
    (event: WheelEvent<HTMLElement>) => {
      if (anchor === null && event.deltaY < 0 && shown.current.top > 0) stay();
    },
    [anchor, stay],
  );

  // A list that ends in view hides nothing below it.
  const newCount = anchor === null || topMax === 0 ? 0 : matched.appended - anchor.appendedThen;
  const topNow = useCallback(() => shown.current.top, []);
  return { top, topNow, following: anchor === null, newCount, follow, reveal, stay, onScroll, onWheel };
}
