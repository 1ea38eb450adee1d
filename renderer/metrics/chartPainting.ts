import uPlot from 'uplot';
import type { SeriesChoice } from '../../main/contract/bridge.js';
import { pointsOf } from '../stores/chartPoints.js';
import type { Series } from '../stores/Series.js';
import { getPage } from '../stores/pageStore.js';
import { goToLines, pointAt } from '../stores/timeCursor.js';
import { chartOptions, dragPxMin } from './chartOptions.js';
import type { MetricDeskState } from './MetricDeskState.js';
import { seriesColourToken } from './seriesColour.js';
import { formatShaped } from './seriesWords.js';
import { zoomBy, zoomTo } from './timeView.js';
import type { Painting } from './useCard.js';

interface ChartPlace {
  readonly desk: MetricDeskState;
  readonly series: Series;
  readonly choice: SeriesChoice;
  readonly size: { readonly width: number; readonly height: number };
  readonly openLines: () => void;
}

/** A whole chart in a card's box: drag to zoom, wheel to zoom about the pointer, click for the lines of that moment. */
export function chartPainting(box: HTMLElement, { desk, series, choice, size, openLines }: ChartPlace): Painting {
  let range: readonly [number, number] = [0, 1];
  let isDestroyed = false;
  const plot = new uPlot(
    chartOptions({
      style: getComputedStyle(box),
      colourToken: seriesColourToken(series),
      unit: choice.shape === 'value' || choice.shape === 'smooth' ? series.unit : 'None',
      zone: getPage().timeView.zone,
      width: size.width,
      height: size.height,
      format: (value, digits) => formatShaped(value, series.unit, choice.shape, digits),
      range: () => range,
      thresholds: [choice.above, choice.below].filter((one) => one !== null),
      onPoint: (timeMs) => {
        pointAt(timeMs, 'metrics');
      },
      onZoom: zoomTo,
      errorsBetween: (fromMs, untilMs) => desk.live.errors.between(fromMs, untilMs),
    }),
    [[], []],
    box,
  );
  listenForClicks(plot.over, (x) => {
    goToLines(plot.posToVal(x, 'x') * 1000);
    openLines();
  });
  plot.over.addEventListener('mouseleave', () => {
    pointAt(null, 'metrics');
  });
  plot.over.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      const x = event.clientX - plot.over.getBoundingClientRect().left;
      const delta = event.deltaY === 0 ? event.deltaX : event.deltaY;
      zoomBy(desk.view(), delta > 0 ? wheelFactor : 1 / wheelFactor, plot.posToVal(x, 'x') * 1000);
    },
    { passive: false },
  );
  return {
    paint: (columns, view) => {
      range = [view.fromMs / 1000, view.untilMs / 1000];
      const { x, y } = pointsOf(columns);
      plot.setData([x as number[], y as (number | null)[]]);
    },
    point: (timeMs) => {
      if (isDestroyed || plot.over.matches(':hover')) return;
      const left = timeMs === null ? -10 : plot.valToPos(timeMs / 1000, 'x');
      const isInside = left >= 0 && left <= plot.over.clientWidth;
      plot.setCursor({ left: isInside ? left : -10, top: isInside ? 1 : -10 }, false);
    },
    destroy: () => {
      isDestroyed = true;
      plot.destroy();
    },
  };
}

/** A press that did not become a drag. */
function listenForClicks(element: HTMLElement, onClick: (x: number) => void): void {
  let pressedX: number | null = null;
  element.addEventListener('mousedown', (event) => {
    pressedX = event.button === 0 ? event.clientX : null;
  });
  element.addEventListener('mouseup', (event) => {
    if (pressedX === null || Math.abs(event.clientX - pressedX) >= dragPxMin) return;
    pressedX = null;
    onClick(event.clientX - element.getBoundingClientRect().left);
  });
}

const wheelFactor = 1.25;
