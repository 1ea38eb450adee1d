import { memo } from 'react';
import { useSession } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { choiceOf, useMetricChoices } from '../stores/metricChoices.js';
import { setPage } from '../stores/pageStore.js';
import type { Series } from '../stores/Series.js';
import { CardMenu } from './CardMenu.js';
import { chartPainting } from './chartPainting.js';
import { useMetricDesk } from './MetricDeskState.js';
import { seriesColour } from './seriesColour.js';
import { dimensionPairs, dimensionWords, shapeSigns } from './seriesWords.js';
import { sparklinePainting } from './sparklinePainting.js';
import { useCard } from './useCard.js';

interface MetricCardProps {
  readonly series: Series;
  readonly look: 'chart' | 'sparkline';
  /** The card that Tab comes to. */
  readonly isCurrent: boolean;
}

/**
 * One series over time, with its value now, or where the shared cursor is. Remembered by React: another time shown, or a choice for
 * another series, must not render hundreds of cards anew.
 */
export const MetricCard = memo(function MetricCard({ series, look, isCurrent }: MetricCardProps) {
  const session = useSession();
  const desk = useMetricDesk();
  const choice = useMetricChoices((choices) => choiceOf(choices, desk.robot, series.key));
  const { card, box } = useCard(series, (element, size) => {
    const openLines = (): void => {
      setPage({ desk: 'logs' });
      session.remember();
    };
    const place = { desk, series, choice, size, openLines };
    return look === 'chart' ? chartPainting(element, place) : sparklinePainting(element, place);
  });
  const sign = shapeSigns[choice.shape];
  const hasThreshold = choice.above !== null || choice.below !== null;
  return (
    <div
      ref={card}
      className="metric-card"
      data-testid="metric-chart"
      data-look={look}
      data-key={series.key}
      role="group"
      aria-roledescription="chart"
      aria-label={series.name}
      tabIndex={isCurrent ? 0 : -1}
      style={{ '--series': seriesColour(series) } as React.CSSProperties}
    >
      <div className="metric-head">
        <div className="metric-title">
          <h3 title={series.name}>
            {choice.pinned && <Glyph name="pin" className="metric-sign" />}
            {hasThreshold && <Glyph name="bell" className="metric-sign" />}
            {series.name}
            {sign !== '' && <span className="metric-shape">{sign}</span>}
          </h3>
          <p className="muted" title={dimensionPairs(series)}>
            {dimensionWords(series)}
          </p>
        </div>
        <div className="metric-value">
          <p data-testid="metric-value">
            <span data-word="value">–</span>
            <span className="metric-unit" data-word="unit" />
          </p>
          <p className="metric-note" data-word="note" data-testid="metric-note" />
        </div>
        <CardMenu series={series} choice={choice} />
      </div>
      <div ref={box} className="metric-plot" />
      <p className="metric-statistics" data-testid="metric-statistics">
        {(['min', 'mean', 'max'] as const).map((name) => (
          <span key={name}>
            {name} <b data-word={name} />
          </span>
        ))}
      </p>
    </div>
  );
});
