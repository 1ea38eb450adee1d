import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { CachedRow, FilterMessage } from '../../main/contract/calls.js';
import type { Problem } from '../../main/model/Problem.js';
import type { EngineLink } from '../bridge/EngineLink.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { Glyph } from '../components/Glyph.js';
import { severityGlyphs } from '../components/severity.js';
import type { Marks } from '../filter/findMarks.js';
import { MarkedText } from '../filter/MarkedText.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatDay, formatTimeMs } from '../format/formatTime.js';
import './records.css';
import { setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import { stateGlyphs, stateWords } from './stateGlyphs.js';

const pageRows = 200;
const rowsShownMax = 4000;
const typingPauseMs = 250;
const askAgainMs = 1000;
const pageStep = 10;

interface Pages {
  readonly key: string;
  /** How many fitted when it was read; null when that was not known. */
  readonly known: number | null;
  readonly rows: readonly CachedRow[];
  readonly more: boolean;
  readonly problem: Problem | null;
}

/** Records as they lie on disk, newest first, a page at a time; one opens beside the list. */
export function RecordList(props: {
  readonly robot: string;
  readonly filter: FilterMessage;
  /** What is looked for in the texts. */
  readonly marks: Marks;
  /** How many fit now; null while that is not known. */
  readonly records: number | null;
  /** Read again when this changes: what a person did to the records. */
  readonly version: string;
}) {
  const { robot, filter, version, records } = props;
  const { link } = useSession();
  const key = JSON.stringify(filter);
  const [pages, setPages] = useState<Pages | null>(null);
  const [active, setActive] = useState(0);
  const [round, setRound] = useState(0);
  const open = useCacheDesk((desk) => desk.open);
  const now = useRef({ version, records, shown: 0 });
  useEffect(() => {
    now.current = { version, records, shown: pages?.rows.length ?? 0 };
  });

  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    let readVersion: string | null = null;
    const read = async (): Promise<void> => {
      if (readVersion !== now.current.version) {
        // As many as are shown already: nothing goes from under the reader's eyes.
        const wanted = readVersion === null ? 0 : now.current.shown;
        readVersion = now.current.version;
        const fresh = await readFirst(link, robot, { key, known: now.current.records }, wanted);
        if (stopped) return;
        setPages(fresh);
        setActive((before) => Math.min(before, Math.max(0, fresh.rows.length - 1)));
      }
      timer = setTimeout(() => void read(), askAgainMs);
    };
    timer = setTimeout(() => void read(), typingPauseMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, robot, key, round]);

  const rows = pages?.rows ?? [];
  const newer = records === null ? 0 : records - (pages?.known ?? records);
  const more = (): void => {
    if (pages !== null) void readMore(link, robot, pages).then(setPages);
  };
  const moveTo = (index: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, index));
    setActive(next);
    document.getElementById(`record-${next}`)?.scrollIntoView({ block: 'nearest' });
  };
  const byKey = (event: KeyboardEvent): void => {
    const step = keySteps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (step > 0 && active >= rows.length - 1 && pages?.more === true) more();
      moveTo(active + step);
      // An open record follows.
      const row = rows[Math.min(rows.length - 1, Math.max(0, active + step))];
      if (open !== null && row !== undefined) openRow(row);
    } else if (event.key === 'Enter') {
      const row = rows[active];
      if (row !== undefined) openRow(row);
    } else if (event.key === 'Escape') setCacheDesk({ open: null });
  };

  if (pages === null) return <p className="muted">Reading…</p>;
  return (
    <>
      {pages.problem !== null && pages.problem.code !== 'bad-regex' && (
        <ProblemCallout tone="bad" problem={pages.problem} />
      )}
      {newer > 0 && (
        <p>
          <button
            type="button"
            className="link-button"
            data-testid="newer-records"
            onClick={() => {
              setRound(round + 1);
            }}
          >
            {formatQuantity(newer, 'record')} more since: read again
          </button>
        </p>
      )}
      {pages.problem === null && rows.length === 0 && <p className="muted">Nothing on disk fits.</p>}
      <div
        className="record-list"
        role="listbox"
        tabIndex={0}
        aria-label="Records on disk, newest first"
        aria-activedescendant={rows.length === 0 ? undefined : `record-${active}`}
        data-testid="record-list"
        onKeyDown={byKey}
      >
        {rows.map((row, index) => (
          <RecordRow
            key={`${row.segment}.${row.ordinal}`}
            row={row}
            marks={props.marks}
            id={`record-${index}`}
            isActive={index === active}
            isOpen={open?.segment === row.segment && open.ordinal === row.ordinal}
            choose={() => {
              setActive(index);
              openRow(row);
            }}
          />
        ))}
      </div>
      {pages.more && (
        <Button data-testid="more-records" onClick={more}>
          {formatQuantity(pageRows, 'older record')}…
        </Button>
      )}
      {rows.length >= rowsShownMax && (
        <p className="muted">The newest {formatCount(rows.length)} are shown: narrow them by text or time.</p>
      )}
    </>
  );
}

const keySteps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: pageStep,
  PageUp: -pageStep,
  Home: -rowsShownMax,
  End: rowsShownMax,
};

function openRow({ segment, ordinal }: CachedRow): void {
  setCacheDesk({ open: { segment, ordinal } });
}

async function readFirst(
  link: EngineLink,
  robot: string,
  of: Pick<Pages, 'key' | 'known'>,
  wanted: number,
): Promise<Pages> {
  let pages = await readMore(link, robot, { ...of, rows: [], more: false, problem: null });
  while (pages.more && pages.rows.length < wanted) pages = await readMore(link, robot, pages);
  return pages;
}

async function readMore(link: EngineLink, robot: string, sofar: Pages): Promise<Pages> {
  const last = sofar.rows.at(-1);
  const filter = JSON.parse(sofar.key) as FilterMessage;
  const page = { robot, filter, order: 'newest', skip: 0, limit: pageRows } as const;
  const after = last && { segment: last.segment, ordinal: last.ordinal };
  const result = await link.call('cache.read', after === undefined ? page : { ...page, after }, 60_000);
  if (!result.ok) return { ...sofar, more: false, problem: result.problem };
  const rows = [...sofar.rows, ...result.value.rows];
  return { ...sofar, rows, more: result.value.more && rows.length < rowsShownMax, problem: null };
}

function RecordRow(props: {
  readonly row: CachedRow;
  readonly marks: Marks;
  readonly id: string;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly choose: () => void;
}) {
  const { row } = props;
  return (
    <div
      role="option"
      id={props.id}
      className="record-row code"
      aria-selected={props.isActive}
      data-testid="cached-row"
      data-state={row.state}
      data-open={props.isOpen ? '' : undefined}
      onClick={props.choose}
    >
      <span className={`state-${row.state}`} title={stateWords[row.state]}>
        <Glyph name={stateGlyphs[row.state]} />
        <span className="visually-hidden">{stateWords[row.state]}</span>
      </span>
      <span className="muted" title={formatDay(row.stampMs)}>
        {formatTimeMs(row.stampMs)}
      </span>
      {row.severity === null ? (
        <span className="muted record-severity">metric</span>
      ) : (
        <span className={`record-severity severity-${row.severity}`}>
          <Glyph name={severityGlyphs[row.severity]} />
          {row.severity}
        </span>
      )}
      <span className="muted record-label">{row.label}</span>
      <span className="record-text">
        <MarkedText text={row.text} marks={props.marks} />
        {row.reason !== '' && <span className="record-reason"> “{row.reason}”</span>}
      </span>
    </div>
  );
}
