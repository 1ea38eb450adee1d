import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { SampleColumns } from '../../main/model/SampleColumns.js';
import { useSession } from '../bridge/useSession.js';
import { useElementSize } from '../components/useElementSize.js';
import { formatQuantity } from '../format/formatCount.js';
import { countGaps, statisticsOf } from '../stores/chartPoints.js';
import { choiceOf, useMetricChoices } from '../stores/metricChoices.js';
import { usePage } from '../stores/pageStore.js';
import type { Series } from '../stores/Series.js';
import { lookedAtMs } from '../stores/timeCursor.js';
import { cardWords, statisticsWords } from './cardWords.js';
import { useMetricDesk } from './MetricDeskState.js';
import { dimensionPairs, shapeNames } from './seriesWords.js';
import type { TimeView } from './timeView.js';

/** What draws into a card's box: a whole chart or a sparkline. */
export interface Painting {
  paint(columns: SampleColumns, view: TimeView): void;
  /** Null points at nothing. */
  point(timeMs: number | null): void;
  destroy(): void;
}

export interface CardParts {
  readonly card: RefObject<HTMLDivElement | null>;
  readonly box: RefObject<HTMLDivElement | null>;
}

/**
 * Keeps a card up to date: its painting is made anew when its place, the theme or the choices for the series change; between that
 * only what is seen changes, without React, as often as the loop says. Words go to the elements that have `data-word`.
 */
export function useCard(
  series: Series,
  make: (box: HTMLElement, size: { readonly width: number; readonly height: number }) => Painting,
): CardParts {
  const { live } = useSession();
  const desk = useMetricDesk();
  const card = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useElementSize(box);
  const theme = usePage((page) => page.theme);
  const zone = usePage((page) => page.timeView.zone);
  const choice = useMetricChoices((choices) => choiceOf(choices, desk.robot, series.key));
  const makeNow = useRef(make);
  // Before the effect below, which makes the painting with it.
  useLayoutEffect(() => {
    makeNow.current = make;
  });

  useLayoutEffect(() => {
    const cardElement = card.current;
    const boxElement = box.current;
    if (cardElement === null || boxElement === null || width === 0) return;
    const painting = makeNow.current(boxElement, { width, height });
    const words = new WordWriter(cardElement);
    let columns: SampleColumns | null = null;
    let labelledMs = -Infinity;
    const speak = (timeMs: number | null): void => {
      const said = cardWords(series, live, columns, choice.shape, timeMs, choice, zone);
      words.write('value', said.value);
      words.write('unit', said.unit === '' ? '' : ` ${said.unit}`);
      words.write('note', said.note);
      words.flag('stale', said.stale);
      words.flag('breached', said.breached);
    };
    // Also where nothing is drawn any more: what is on disk only stands still.
    const label = (view: TimeView): void => {
      const now = performance.now();
      if (columns === null || now - labelledMs < labelEveryMs) return;
      labelledMs = now;
      const gaps = countGaps(columns, view.fromMs, view.untilMs);
      cardElement.setAttribute('aria-label', labelOf(series, words, choice.shape, gaps));
    };
    const remove = desk.loop.add({
      element: cardElement,
      draw: (view) => {
        columns = desk.columns(series, view, width);
        painting.paint(columns, view);
        const statistics = statisticsOf(columns, view.fromMs, view.untilMs);
        for (const [name, value] of statisticsWords(statistics, series.unit, choice.shape)) words.write(name, value);
        words.flag('empty', statistics === null);
        const pointed = lookedAtMs();
        speak(pointed);
        // A chart has its scale only when it has painted, at the end of this task.
        queueMicrotask(() => {
          painting.point(pointed);
        });
        label(view);
      },
      point: (timeMs) => {
        painting.point(timeMs);
        speak(timeMs);
        label(desk.view());
      },
    });
    return () => {
      remove();
      painting.destroy();
    };
  }, [desk, live, series, width, height, theme, zone, choice]);
  return { card, box };
}

/** Sets texts and marks of a card, only where they changed. */
class WordWriter {
  private readonly places: ReadonlyMap<string, HTMLElement>;

  constructor(private readonly card: HTMLElement) {
    this.places = new Map(
      [...card.querySelectorAll<HTMLElement>('[data-word]')].map((place) => [place.dataset['word'] ?? '', place]),
    );
  }

  read(name: string): string {
    return this.places.get(name)?.textContent.trim() ?? '';
  }

  write(name: string, text: string): void {
    const place = this.places.get(name);
    if (place !== undefined && place.textContent !== text) place.textContent = text;
  }

  flag(name: string, isSet: boolean): void {
    if (isSet !== name in this.card.dataset) this.card.toggleAttribute(`data-${name}`, isSet);
  }
}

function labelOf(series: Series, words: WordWriter, shape: keyof typeof shapeNames, gaps: number): string {
  const parts = [
    series.name,
    dimensionPairs(series),
    shape === 'value' ? '' : shapeNames[shape],
    `${words.read('value')} ${words.read('unit')}`,
    words.read('note'),
    words.read('min') === '' ? '' : `least ${words.read('min')}, greatest ${words.read('max')} in the time shown`,
    gaps === 0 ? '' : `${formatQuantity(gaps, 'gap')} without a sample`,
  ];
  return parts.filter((part) => part.trim() !== '').join(', ');
}

/** A screen reader's label is read when one comes to the card: it need not be newer than that. */
const labelEveryMs = 2000;
