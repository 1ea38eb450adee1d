import { memo } from 'react';
import type { RowState } from '../../main/contract/frames.js';
import { Glyph } from '../components/Glyph.js';
import { rowStateWords } from '../components/rowStateWords.js';
import { severityGlyphs } from '../components/severity.js';
import { formatTimeMs } from '../format/formatTime.js';
import type { RowRing } from '../stores/RowRing.js';
import type { TimeBase } from '../stores/pageStore.js';
import { gapWords } from './rowText.js';

interface LogRowProps {
  readonly ring: RowRing;
  readonly position: number;
  readonly state: RowState;
  readonly selected: boolean;
  readonly timeBase: TimeBase;
  /** Place in the list, from 1. */
  readonly number: number;
}

/** One line. A row never changes but for its state, so it is drawn again only for that, and when chosen. */
export const LogRowView = memo(function LogRowView({ ring, position, state, selected, timeBase, number }: LogRowProps) {
  const row = ring.rowAt(position);
  if (row.type === 'gap') {
    return (
      <div role="row" aria-rowindex={number} id={`row-${row.id}`} className="log-row log-gap" data-testid="log-gap">
        <span className="log-state" role="gridcell">
          <Glyph name="gap" />
        </span>
        <span role="gridcell">
          {gapWords(row.count)}: {row.reason}
        </span>
      </div>
    );
  }
  return (
    <div
      role="row"
      aria-rowindex={number}
      aria-selected={selected}
      id={`row-${row.id}`}
      className={`log-row log-${row.severity}`}
      data-testid="log-row"
      data-row-id={row.id}
      data-position={position}
      data-severity={row.severity}
      data-state={state}
    >
      <span role="gridcell" className={`log-state state-${state}`} aria-label={rowStateWords[state].words}>
        <Glyph name={rowStateWords[state].glyph} />
      </span>
      <span role="gridcell" className="log-time">
        {formatTimeMs(timeBase === 'robot' ? row.stampMs : row.receivedMs)}
      </span>
      <span role="gridcell" className={`log-severity severity-${row.severity}`}>
        <Glyph name={severityGlyphs[row.severity]} />
        {row.severity}
      </span>
      <span role="gridcell" className="log-node">
        {row.node}
      </span>
      <span role="gridcell" className="log-message">
        {firstLine(row.message)}
      </span>
    </div>
  );
});

/** A list line is one line; the detail has the rest. */
function firstLine(message: string): string {
  const shown = message.length > messageShownMax ? `${message.slice(0, messageShownMax)}…` : message;
  return shown.includes('\n') ? shown.trimEnd().replaceAll(/\s*\n\s*/gu, ' ⏎ ') : shown;
}

const messageShownMax = 600;
