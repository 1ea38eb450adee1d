import { Menu, Tooltip } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { severities, type Severity } from '../../main/model/Severity.js';
import { useLiveRows } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { severityGlyphs } from '../components/severity.js';
import { allSeveritiesMask } from '../filter/compileFilter.js';
import { formatFilterTerm, parseFilterExpression } from '../filter/parseFilterExpression.js';
import { formatCount, formatCountShort } from '../format/formatCount.js';
import { isTyping } from '../frame/useGlobalKeys.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { togglePause } from './LogList.js';

export function LogToolbar() {
  const { live } = useLiveRows();
  const pausedEnd = usePage((page) => page.pausedEnd);
  const hidden = live.rows.hiddenCount;
  return (
    <div className="log-toolbar">
      <div className="severity-chips" role="group" aria-label="Severities shown">
        {severities.map((severity, rank) => (
          <SeverityChip key={severity} severity={severity} rank={rank} count={live.ring.counts[rank] ?? 0} />
        ))}
      </div>
      <FilterBox />
      <FilterChips />
      {hidden > 0 && (
        <span className="hidden-count" data-testid="hidden-count" data-value={hidden}>
          {formatCount(hidden)} hidden by the filter
          <button type="button" className="link-button" data-testid="filter-clear" onClick={clearFilter}>
            clear
          </button>
        </span>
      )}
      <div className="log-toolbar-end">
        {live.rowsLeftOut > 0 && (
          <Tooltip label="This page was too slow for them; they are on disk and will be uploaded.">
            <span className="muted">{formatCount(live.rowsLeftOut)} not drawn</span>
          </Tooltip>
        )}
        <Button
          data-testid="pause"
          aria-pressed={pausedEnd !== null}
          className={pausedEnd === null ? '' : 'button-paused'}
          onClick={() => {
            togglePause(pausedEnd, live.ring.end);
          }}
        >
          {pausedEnd === null ? 'Pause' : 'Resume'}
        </Button>
        <TimeMenu />
      </div>
    </div>
  );
}

function clearFilter(): void {
  setPage({ filterText: '', filterTerms: [], severityMask: allSeveritiesMask });
}

function SeverityChip(props: { readonly severity: Severity; readonly rank: number; readonly count: number }) {
  const mask = usePage((page) => page.severityMask);
  const bit = 1 << props.rank;
  const shown = (mask & bit) !== 0;
  return (
    <Tooltip
      label={`${formatCount(props.count)} ${props.severity}: ${shown ? 'shown' : 'hidden'}. Double-click: only these.`}
    >
      <button
        type="button"
        className={`severity-chip severity-${props.severity}`}
        aria-pressed={shown}
        aria-label={`${props.severity}, ${formatCount(props.count)} lines, ${shown ? 'shown' : 'hidden'}`}
        data-testid={`severity-${props.severity}`}
        data-value={props.count}
        onClick={() => {
          setPage({ severityMask: mask ^ bit });
        }}
        onDoubleClick={() => {
          setPage({ severityMask: mask === bit ? allSeveritiesMask : bit });
        }}
      >
        <Glyph name={severityGlyphs[props.severity]} />
        {formatCountShort(props.count)}
      </button>
    </Tooltip>
  );
}

function FilterBox() {
  const text = usePage((page) => page.filterText);
  const terms = usePage((page) => page.filterTerms);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focusBySlash = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== '/' || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.select();
      input.current?.focus();
    };
    window.addEventListener('keydown', focusBySlash);
    return () => {
      window.removeEventListener('keydown', focusBySlash);
    };
  }, []);
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') {
      const added = parseFilterExpression(text);
      if (added.length > 0) setPage({ filterTerms: [...terms, ...added], filterText: '' });
    } else if (event.key === 'Backspace' && text === '') {
      const last = terms.at(-1);
      if (last === undefined) return;
      event.preventDefault();
      setPage({ filterTerms: terms.slice(0, -1), filterText: formatFilterTerm(last) });
    } else if (event.key === 'Escape') {
      if (text === '') document.querySelector<HTMLElement>('.log-list')?.focus();
      else setPage({ filterText: '' });
    }
  };
  return (
    <div className="filter-box" data-active={text !== '' ? '' : undefined}>
      <input
        ref={input}
        className="code"
        data-testid="filter-text"
        aria-label="Filter lines: text, node:name, leading - excludes; Enter keeps the term"
        placeholder="text or node:…"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setPage({ filterText: event.currentTarget.value });
        }}
        onKeyDown={onKey}
      />
      {text === '' && <kbd className="key">/</kbd>}
    </div>
  );
}

function FilterChips() {
  const terms = usePage((page) => page.filterTerms);
  return terms.map((term, index) => (
    <span
      key={`${formatFilterTerm(term)} ${index}`}
      className="filter-chip code"
      data-exclude={term.exclude || undefined}
    >
      {formatFilterTerm(term)}
      <button
        type="button"
        aria-label={`Remove the term ${formatFilterTerm(term)}`}
        onClick={() => {
          setPage({ filterTerms: terms.filter((_, place) => place !== index) });
        }}
      >
        <Glyph name="close" />
      </button>
    </span>
  ));
}

function TimeMenu() {
  const timeBase = usePage((page) => page.timeBase);
  return (
    <Menu>
      <Menu.Target>
        <Button data-testid="time-base" data-value={timeBase}>
          {timeBase === 'robot' ? 'Robot time' : 'Laptop time'}
          <Glyph name="chevron" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Times in the list</Menu.Label>
        <Menu.Item
          onClick={() => {
            setPage({ timeBase: 'robot' });
          }}
        >
          Robot time: when the robot wrote it
        </Menu.Item>
        <Menu.Item
          onClick={() => {
            setPage({ timeBase: 'laptop' });
          }}
        >
          Laptop time: when it was received
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
