import { memo } from 'react';
import type { GapRow, RowState } from '../../main/contract/frames.js';
import { Glyph, type GlyphName } from '../components/Glyph.js';
import { rowStateWords } from '../components/rowStateWords.js';
import { severityGlyphs } from '../components/severity.js';
import type { Marks } from '../filter/findMarks.js';
import { MarkedText } from '../filter/MarkedText.js';
import { formatCount } from '../format/formatCount.js';
import type { RowRing } from '../stores/RowRing.js';
import type { TimeView } from '../stores/pageStore.js';
import { nodeColour } from './nodeColour.js';
import { gapWords, placesWords, replayedHint } from './rowText.js';
import { rowTime } from './rowTime.js';

interface LogRowProps {
  readonly ring: RowRing;
  readonly position: number;
  readonly state: RowState;
  readonly selected: boolean;
  readonly timeView: TimeView;
  readonly marks: Marks;
  /** How often it was said in a row. */
  readonly repeats: number;
  /** Of a gap: the messages of all the losses that it stands for. */
  readonly lost: number;
  readonly noted: boolean;
  /** Place in the list, from 1. */
  readonly number: number;
}

/** One line. A row changes only in its state, its repeats and its note, so it is drawn again only for these, and when chosen. */
export const LogRowView = memo(function LogRowView(props: LogRowProps) {
  const { ring, position, state, selected, timeView, marks, repeats, lost, noted, number } = props;
  const row = ring.rowAt(position);
  if (row.type === 'gap') return <GapRowView {...{ row, position, selected, timeView, repeats, lost, number }} />;
  const time = rowTime(row, timeView);
  const times = repeats > 1 ? `, ${formatCount(repeats)} times` : '';
  return (
    <div
      role="row"
      aria-rowindex={number}
      aria-selected={selected}
      aria-label={`${row.severity} ${row.node}: ${firstLine(row.message)}${times}, ${time}, ${rowStateWords[state].words}${row.replayed === true ? ', replayed' : ''}`}
      id={`row-${row.id}`}
      className={`log-row log-${row.severity}`}
      data-testid="log-row"
      data-row-id={row.id}
      data-position={position}
      data-severity={row.severity}
      data-state={state}
      data-repeats={repeats}
    >
      <span
        role="gridcell"
        className={`log-state state-${state}${drawnClass(rowStateWords[state].glyph)}`}
        aria-label={rowStateWords[state].words}
      >
        <RowGlyph name={rowStateWords[state].glyph} />
        {noted && <Glyph name="bookmark" className="log-noted" />}
      </span>
      <span role="gridcell" className="log-time">
        {time}
      </span>
      <span
        role="gridcell"
        className={`log-severity severity-${row.severity}${drawnClass(severityGlyphs[row.severity])}`}
      >
        <RowGlyph name={severityGlyphs[row.severity]} />
        <span className="log-severity-word">{row.severity}</span>
      </span>
      <span role="gridcell" className="log-node" style={{ '--node': nodeColour(row.node) } as React.CSSProperties}>
        <span className="log-node-space">{namespaceOf(row.node)}</span>
        {row.node.slice(namespaceOf(row.node).length)}
      </span>
      <span role="gridcell" className="log-message">
        <MarkedText text={firstLine(row.message)} marks={marks} />
        {repeats > 1 && <span className="log-repeats">×{formatCount(repeats)}</span>}
      </span>
      {row.replayed === true && (
        <span role="gridcell" className="log-replayed" title={replayedHint}>
          replayed
        </span>
      )}
    </div>
  );
});

/**
 * Glyphs that nearly every line has are drawn by the style sheet: an SVG costs a frame of a scrolled list more than the text beside
 * it (`npm run bench -- page`).
 */
const drawnGlyphs: ReadonlySet<GlyphName> = new Set<GlyphName>(['debug', 'info', 'cached', 'received', 'skipped']);

function drawnClass(name: GlyphName): string {
  return drawnGlyphs.has(name) ? ` drawn-glyph drawn-${name}` : '';
}

function RowGlyph({ name }: { readonly name: GlyphName }) {
  return drawnGlyphs.has(name) ? null : <Glyph name={name} />;
}

function GapRowView(props: {
  readonly row: GapRow;
  readonly position: number;
  readonly selected: boolean;
  readonly timeView: TimeView;
  readonly repeats: number;
  readonly lost: number;
  readonly number: number;
}) {
  const { row } = props;
  return (
    <div
      role="row"
      aria-rowindex={props.number}
      aria-selected={props.selected}
      id={`row-${row.id}`}
      className="log-row log-gap"
      data-testid="log-gap"
      data-position={props.position}
      data-repeats={props.repeats}
    >
      <span className="log-state" role="gridcell" aria-label={row.stage === 'page' ? 'not shown' : 'a loss'}>
        <Glyph name="gap" />
      </span>
      <span role="gridcell" className="log-time">
        {rowTime(row, props.timeView)}
      </span>
      <span role="gridcell" className="log-message">
        {gapWords(props.lost, row.stage)}: {row.reason}
        {placesWords(props.repeats)}
      </span>
    </div>
  );
}

/** `nav.` of `nav.planner`: what a narrow list leaves out. */
function namespaceOf(node: string): string {
  return node.slice(0, Math.max(node.lastIndexOf('.'), node.lastIndexOf('/')) + 1);
}

/** A list line is one line; the detail has the rest. */
function firstLine(message: string): string {
  const shown = message.length > messageShownMax ? `${message.slice(0, messageShownMax)}…` : message;
  return shown.includes('\n') ? shown.trimEnd().replaceAll(/\s*\n\s*/gu, ' ⏎ ') : shown;
}

const messageShownMax = 600;
