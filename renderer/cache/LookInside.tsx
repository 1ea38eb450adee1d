import { useEffect, useState } from 'react';
import { type CachedRow, type FilterMessage, needleLengthMax } from '../../main/contract/calls.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import type { EngineLink } from '../bridge/EngineLink.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { Glyph, type GlyphName } from '../components/Glyph.js';
import { severityGlyphs } from '../components/severity.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatDay, formatTimeMs } from '../format/formatTime.js';
import type { Problem } from '../../main/model/Problem.js';
import type { Look } from './Look.js';

const pageRows = 200;
const rowsShownMax = 4000;
const typingPauseMs = 250;

const stateGlyphs: Readonly<Record<CachedRow['state'], GlyphName>> = {
  pending: 'cached',
  sending: 'sending',
  held: 'held',
  expired: 'expired',
  quarantined: 'refused',
};

interface Pages {
  readonly rows: readonly CachedRow[];
  readonly more: boolean;
  readonly problem: Problem | null;
}

const noPages: Pages = { rows: [], more: false, problem: null };

/** The records that wait, as they lie on disk, newest first. */
export function LookInside(props: {
  readonly robot: RobotStatus;
  readonly look: Look;
  readonly lookAtAll: () => void;
}) {
  const { look } = props;
  const { state } = look;
  const robotName = props.robot.name;
  const { link } = useSession();
  const [text, setText] = useState('');
  const [pages, setPages] = useState<Pages | null>(null);

  const problem = pages?.problem ?? null;
  const filter: FilterMessage = {
    ...look.filter,
    ...(text === '' ? {} : { text }),
    ...(state === null ? {} : { states: [state] }),
  };
  const filterKey = JSON.stringify(filter);

  useEffect(() => {
    let stopped = false;
    const timer = setTimeout(() => {
      const first = readMore(link, robotName, JSON.parse(filterKey) as FilterMessage, noPages);
      void first.then((read) => {
        if (!stopped) setPages(read);
      });
    }, typingPauseMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, robotName, filterKey]);

  return (
    <section className="look-inside" aria-label="Look inside" data-testid="look-inside-list">
      <div className="look-head">
        <h2>Look inside</h2>
        <span className="muted">
          {look.title}, newest first
          {look.title !== 'everything' && (
            <>
              {' · '}
              <button type="button" className="link-button" onClick={props.lookAtAll}>
                show everything
              </button>
            </>
          )}
        </span>
        <input
          className="look-filter code"
          aria-label="Text in what waits"
          placeholder="text…"
          spellCheck={false}
          maxLength={needleLengthMax}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
      </div>
      {problem !== null && (
        <Callout tone="bad">
          <p>{problem.message}</p>
          <p className="muted">{problem.nextStep}</p>
        </Callout>
      )}
      {problem === null && pages?.rows.length === 0 && <p className="muted">Nothing on disk fits.</p>}
      <div className="look-rows selectable" role="list">
        {pages?.rows.map((row) => (
          <LookRow key={`${row.segment}.${row.ordinal}`} row={row} />
        ))}
      </div>
      {pages?.more === true && (
        <Button
          onClick={() => {
            void readMore(link, robotName, filter, pages).then(setPages);
          }}
        >
          {formatQuantity(pageRows, 'older record')}…
        </Button>
      )}
      {pages !== null && pages.rows.length >= rowsShownMax && (
        <p className="muted">The newest {formatCount(pages.rows.length)} are shown: narrow by text.</p>
      )}
    </section>
  );
}

async function readMore(link: EngineLink, robot: string, filter: FilterMessage, sofar: Pages): Promise<Pages> {
  const last = sofar.rows.at(-1);
  const after = last && { segment: last.segment, ordinal: last.ordinal };
  const page = { robot, filter, order: 'newest', skip: 0, limit: pageRows } as const;
  const result = await link.call('cache.read', after === undefined ? page : { ...page, after });
  if (!result.ok) return { ...sofar, more: false, problem: result.problem };
  return {
    rows: [...sofar.rows, ...result.value.rows],
    more: result.value.more && sofar.rows.length < rowsShownMax,
    problem: null,
  };
}

function LookRow({ row }: { readonly row: CachedRow }) {
  return (
    <div role="listitem" className="look-row code" data-testid="cached-row" data-state={row.state}>
      <span className={`state-${row.state}`} title={row.state}>
        <Glyph name={stateGlyphs[row.state]} />
      </span>
      <span className="muted" title={formatDay(row.stampMs)}>
        {formatTimeMs(row.stampMs)}
      </span>
      {row.severity === null ? (
        <span className="muted look-severity">metric</span>
      ) : (
        <span className={`look-severity severity-${row.severity}`}>
          <Glyph name={severityGlyphs[row.severity]} />
          {row.severity}
        </span>
      )}
      <span className="muted look-label">{row.label}</span>
      <span className="look-text">
        {row.text}
        {row.reason !== '' && <span className="look-reason"> “{row.reason}”</span>}
      </span>
    </div>
  );
}
