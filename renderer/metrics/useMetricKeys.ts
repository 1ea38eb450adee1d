import { type KeyboardEvent, useState } from 'react';
import { seriesShapes } from '../../main/contract/bridge.js';
import { useSession } from '../bridge/useSession.js';
import { isTyping } from '../frame/useGlobalKeys.js';
import { formatMoment } from '../format/formatTime.js';
import { chooseForSeries, choiceOf, getMetricChoices } from '../stores/metricChoices.js';
import { getPage, setPage, toggleZone } from '../stores/pageStore.js';
import type { Series } from '../stores/Series.js';
import { forgetMoment, goToLines, lookedAtMs, pointAt, showRange } from '../stores/timeCursor.js';
import { openCardMenu } from './CardMenu.js';
import { cardWords } from './cardWords.js';
import { focusSeries } from './focusSeries.js';
import { metricConsoleWay } from './metricConsoleWay.js';
import { openMetricDialog } from './metricDialog.js';
import type { MetricDeskState } from './MetricDeskState.js';
import { panBy, zoomBy } from './timeView.js';

interface MetricKeys {
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  /** What a screen reader is told after a key moved the cursor. */
  readonly spoken: string;
}

/** The keys of the metric desk; they act on the card or row that has the focus, and on the time that all show. */
export function useMetricKeys(desk: MetricDeskState, focusFilter: () => void): MetricKeys {
  const session = useSession();
  const [spoken, setSpoken] = useState('');

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    // A card's menu and the desk's dialogs stand elsewhere in the page, and have keys of their own.
    if (!event.currentTarget.contains(target)) return;
    const key = target.dataset['key'];
    // Buttons and menus inside a card have keys of their own.
    const onCard = key !== undefined;
    const series = key === undefined ? undefined : desk.live.series.get(key);
    const action = actions(desk, series, target, event.currentTarget)[
      event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key
    ];
    if (action === undefined || (!onCard && !keysEverywhere.has(event.key))) return;
    event.preventDefault();
    const words = action();
    if (words !== undefined) setSpoken(words);
  };

  const actions = (
    state: MetricDeskState,
    series: Series | undefined,
    card: HTMLElement,
    area: HTMLElement,
  ): Readonly<Record<string, () => string | undefined>> => {
    const view = state.view();
    const spanMs = view.untilMs - view.fromMs;
    const point = (timeMs: number): string => {
      const bounded = Math.min(view.untilMs, Math.max(view.fromMs, timeMs));
      pointAt(bounded, 'metrics');
      return momentWords(state, series, bounded);
    };
    const silently = (act: () => void) => (): undefined => {
      act();
    };
    const choose = (change: Parameters<typeof chooseForSeries>[2]): void => {
      if (series !== undefined) chooseForSeries(state.robot, series.key, change);
    };
    const choice = choiceOf(getMetricChoices(), state.robot, series?.key ?? '');
    const openMenu = silently(() => {
      openCardMenu(card);
    });
    const error = (direction: 1 | -1): string => {
      const found = state.live.errors.nearest(state.moment(), direction);
      if (found === null) return direction === 1 ? 'No later error.' : 'No earlier error.';
      if (found < view.fromMs || found > view.untilMs) {
        showRange({ fromMs: found - spanMs / 2, untilMs: found + spanMs / 2 });
      }
      pointAt(found, 'metrics');
      return `Error at ${momentWords(state, series, found)}`;
    };
    return {
      ArrowDown: silently(() => {
        focusCard(area, 1);
      }),
      ArrowUp: silently(() => {
        focusCard(area, -1);
      }),
      ArrowLeft: () => point(state.moment() - spanMs / cursorSteps),
      ArrowRight: () => point(state.moment() + spanMs / cursorSteps),
      Home: () => point(view.fromMs),
      End: () => point(view.untilMs),
      'Shift+ArrowLeft': silently(() => {
        panBy(view, -panPart, state.live.robotNowMs());
      }),
      'Shift+ArrowRight': silently(() => {
        panBy(view, panPart, state.live.robotNowMs());
      }),
      '+': silently(() => {
        zoomBy(view, 1 / zoomFactor, state.moment());
      }),
      '=': silently(() => {
        zoomBy(view, 1 / zoomFactor, state.moment());
      }),
      '-': silently(() => {
        zoomBy(view, zoomFactor, state.moment());
      }),
      '0': silently(() => {
        showRange(null);
        forgetMoment();
      }),
      Escape: silently(() => {
        if (lookedAtMs() === null) showRange(null);
        forgetMoment();
      }),
      e: () => error(1),
      E: () => error(-1),
      Enter: silently(() => {
        goToLines(state.moment());
        setPage({ desk: 'logs' });
        session.remember();
      }),
      '/': silently(focusFilter),
      u: silently(toggleZone),
      p: () => {
        choose({ pinned: !choice.pinned });
        if (series !== undefined) focusSeries(series.key);
        return choice.pinned ? 'No longer pinned.' : 'Pinned to the top.';
      },
      s: silently(() => {
        const next = seriesShapes[(seriesShapes.indexOf(choice.shape) + 1) % seriesShapes.length] ?? 'value';
        choose({ shape: next });
      }),
      a: silently(() => {
        if (series !== undefined) openMetricDialog({ kind: 'threshold', series });
      }),
      m: openMenu,
      ContextMenu: openMenu,
      'Shift+F10': openMenu,
      o: () => {
        if (series === undefined) return undefined;
        const way = metricConsoleWay(session, state, series);
        if (way.reason === '') void way.go();
        return way.reason;
      },
      t: silently(() => {
        if (series !== undefined) openMetricDialog({ kind: 'samples', series });
      }),
    };
  };
  return { onKeyDown, spoken };
}

/** Keys that mean the time shown, wherever on the desk the focus is. */
const keysEverywhere = new Set(['/', '0', '+', '=', '-', 'e', 'E', 'u', 'Escape']);

function momentWords(desk: MetricDeskState, series: Series | undefined, timeMs: number): string {
  const time = formatMoment(timeMs, getPage().timeView.zone);
  if (series === undefined) return time;
  const choice = choiceOf(getMetricChoices(), desk.robot, series.key);
  const view = desk.view();
  const columns = desk.columns(series, view, spokenWidth);
  const { value, unit } = cardWords(series, desk.live, columns, choice.shape, timeMs, choice);
  return `${time}: ${value} ${unit}`;
}

/** The next card or row, in the order of the page; it becomes the one that Tab comes to. */
function focusCard(area: HTMLElement, step: number): void {
  const cards = [...area.querySelectorAll<HTMLElement>('[data-key]')];
  const now = cards.findIndex((card) => card === document.activeElement);
  const next = cards[Math.min(cards.length - 1, Math.max(0, now + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

const cursorSteps = 60;
const panPart = 0.25;
const zoomFactor = 2;
const spokenWidth = 400;
