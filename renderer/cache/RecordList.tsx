import { SegmentedControl } from '@mantine/core';
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { CachedRow, FilterMessage } from '../../main/contract/calls.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { Glyph } from '../components/Glyph.js';
import { severityGlyphs } from '../components/severity.js';
import type { Marks } from '../filter/findMarks.js';
import { MarkedText } from '../filter/MarkedText.js';
import { formatQuantity } from '../format/formatCount.js';
import { formatDay, formatTimeMs } from '../format/formatTime.js';
import './records.css';
import { setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import { pageRows, readFirst, readMore, type RecordPages, rowsShownMax } from './recordPages.js';
import { stateGlyphs, stateWords } from './stateGlyphs.js';

const typingPauseMs = 250;
const askAgainMs = 1000;
const pageStep = 10;

/** Records as they lie on disk, newest or oldest first, a page at a time; one opens beside the list. */
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
  const [pages, setPages] = useState<RecordPages | null>(null);
  const [active, setActive] = useState(0);
  const [round, setRound] = useState(0);
  const open = useCacheDesk((desk) => desk.open);
  const order = useCacheDesk((desk) => desk.order);
  const now = useRef<Now>({ version, records, pages: null });
  useLayoutEffect(() => {
    now.current = { version, records, pages };
  });

  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    let readVersion: string | null = null;
    const read = async (): Promise<void> => {
      if (readVersion !== now.current.version) {
        // As many as are shown already: nothing goes from under the reader's eyes.
        const { pages, records } = now.current;
        const shown = readVersion === null ? null : pages;
        readVersion = now.current.version;
        const start = { key, order, known: records, startsAfter: null, before: 0 };
        const from = shown === null ? start : { ...start, startsAfter: shown.startsAfter, before: shown.before };
        const fresh = await readFirst(link, robot, from, shown?.rows.length ?? 0);
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
  }, [link, robot, key, order, round]);

  const rows = pages?.rows ?? [];
  const newer = records === null ? 0 : records - (pages?.known ?? records);
  // What came since is at the end of the oldest first.
  const hasMore = pages?.more === true || (order === 'oldest' && newer > 0);
  const more = (): void => {
    if (pages === null) return;
    void readMore(link, robot, order === 'oldest' ? { ...pages, known: records } : pages).then((next) => {
      // Something else is shown by now: another order, or what was read anew.
      if (now.current.pages !== pages) return;
      setPages(next.problem === null ? next : { ...pages, problem: next.problem });
      setActive((at) => Math.max(0, at - (next.before - pages.before)));
    });
  };
  const readAnew = (): void => {
    setActive(0);
    setRound(round + 1);
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
      if (step > 0 && active >= rows.length - 1 && hasMore) more();
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
      {pages.problem !== null && rows.length === 0 && pages.problem.code !== 'bad-regex' && (
        <Button data-testid="read-again" onClick={readAnew}>
          Try again
        </Button>
      )}
      <div className="record-order">
        <SegmentedControl
          size="xs"
          aria-label="Order of the records"
          data-testid="record-order"
          value={order}
          onChange={(value) => {
            setActive(0);
            setCacheDesk({ order: value });
          }}
          data={[
            { value: 'newest', label: 'Newest first' },
            { value: 'oldest', label: 'Oldest first' },
          ]}
        />
      </div>
      {newer > 0 && order === 'newest' && (
        <p>
          <button type="button" className="link-button" data-testid="newer-records" onClick={readAnew}>
            {formatQuantity(newer, 'record')} more since: read again
          </button>
        </p>
      )}
      {pages.problem === null && rows.length === 0 && <p className="muted">Nothing on disk fits.</p>}
      {pages.before > 0 && (
        <p className="muted">
          {formatQuantity(pages.before, 'record')} before these are not shown.{' '}
          <button type="button" className="link-button" data-testid="first-records" onClick={readAnew}>
            back to the {order}
          </button>
        </p>
      )}
      <div
        className="record-list"
        role="listbox"
        tabIndex={0}
        aria-label={`Records on disk, ${order} first`}
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
      {hasMore && (
        <Button data-testid="more-records" onClick={more}>
          {pages.problem === null ? 'The next' : 'Try again: the next'}{' '}
          {formatQuantity(pageRows, order === 'newest' ? 'older record' : 'newer record')}…
        </Button>
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

/** What the reading goes by at the moment when it asks. */
interface Now {
  readonly version: string;
  readonly records: number | null;
  readonly pages: RecordPages | null;
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
