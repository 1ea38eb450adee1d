import { Menu, Tooltip } from '@mantine/core';
import { memo } from 'react';
import { severities, type Severity } from '../../main/model/Severity.js';
import { useLiveFigures } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { severityGlyphs } from '../components/severity.js';
import { allSeveritiesMask } from '../filter/compileFilter.js';
import { formatCount, formatCountShort } from '../format/formatCount.js';
import { formatTimeS, zoneMark } from '../format/formatTime.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { showRange, useTimeCursor } from '../stores/timeCursor.js';
import type { FilterWords } from '../filter/FilterBox.js';
import { FilterEntry } from '../filter/FilterEntry.js';
import { applySavedFilter, clearFilter, type LogActions } from './logActions.js';
import { togglePause } from './LogList.js';
import { copyFormats } from './rowText.js';
import { TimeMenu } from './TimeMenu.js';

interface LogToolbarProps {
  readonly actions: LogActions;
  readonly chosen: boolean;
}

export const LogToolbar = memo(function LogToolbar({ actions, chosen }: LogToolbarProps) {
  const { live } = useLiveFigures();
  const pausedEnd = usePage((page) => page.pausedEnd);
  const nodesOpen = usePage((page) => page.nodesOpen);
  const filterAside = usePage((page) => page.filterAside);
  const hidden = live.rows.hiddenCount;
  return (
    <div className="log-toolbar">
      <div className="severity-chips" role="group" aria-label="Severities shown">
        {severities.map((severity, rank) => (
          <SeverityChip key={severity} severity={severity} rank={rank} count={live.ring.counts[rank] ?? 0} />
        ))}
      </div>
      <LogFilter />
      <RangeChip />
      {filterAside && (
        <span className="context-note" data-testid="context-note">
          The filter is set aside
          <button type="button" className="link-button" onClick={actions.toggleContext}>
            back to it
          </button>
          <kbd className="key">C</kbd>
        </span>
      )}
      {hidden > 0 && (
        <span className="hidden-count" data-testid="hidden-count" data-value={hidden}>
          {formatCount(hidden)} hidden by the filter
          <button type="button" className="link-button" data-testid="filter-clear" onClick={clearFilter}>
            clear
          </button>
        </span>
      )}
      <div className="log-toolbar-end">
        <Button
          data-testid="nodes-toggle"
          aria-pressed={nodesOpen}
          className={nodesOpen ? 'button-on' : ''}
          onClick={() => {
            setPage({ nodesOpen: !nodesOpen });
          }}
        >
          Nodes
        </Button>
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
        <CopyMenu actions={actions} chosen={chosen} />
        <TimeMenu />
      </div>
    </div>
  );
});

function LogFilter() {
  const text = usePage((page) => page.filterText);
  const terms = usePage((page) => page.filterTerms);
  const severityMask = usePage((page) => page.severityMask);
  return (
    <FilterEntry
      {...{ text, terms, severityMask, change: changeWords, apply: applySavedFilter }}
      listSelector=".log-list"
      testId="filter-text"
      filters="lines"
    />
  );
}

function changeWords({ text, terms }: Partial<FilterWords>): void {
  setPage({
    ...(text === undefined ? {} : { filterText: text }),
    ...(terms === undefined ? {} : { filterTerms: terms }),
    filterAside: false,
  });
}

function SeverityChip(props: { readonly severity: Severity; readonly rank: number; readonly count: number }) {
  const mask = usePage((page) => page.severityMask);
  const bit = 1 << props.rank;
  const shown = (mask & bit) !== 0;
  const showOnly = (): void => {
    setPage({ severityMask: mask === bit ? allSeveritiesMask : bit });
  };
  return (
    <Tooltip
      label={`${formatCount(props.count)} ${props.severity}: ${shown ? 'shown' : 'hidden'}. Double-click or Shift Enter: only these.`}
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
        onDoubleClick={showOnly}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !event.shiftKey) return;
          event.preventDefault();
          showOnly();
        }}
      >
        <Glyph name={severityGlyphs[props.severity]} />
        {formatCountShort(props.count)}
      </button>
    </Tooltip>
  );
}

/** The range of time that the list keeps to, in robot time. */
function RangeChip() {
  const range = useTimeCursor((cursor) => cursor.range);
  const zone = usePage((page) => page.timeView.zone);
  if (range === null) return null;
  const words = `${formatTimeS(range.fromMs, zone)} – ${formatTimeS(range.untilMs, zone)}${zoneMark(zone)}`;
  return (
    <span className="filter-chip code" data-testid="range-chip">
      {words}
      <button
        type="button"
        aria-label={`Show all times, not only ${words}`}
        onClick={() => {
          showRange(null);
        }}
      >
        <Glyph name="close" />
      </button>
    </span>
  );
}

function CopyMenu({ actions, chosen }: { readonly actions: LogActions; readonly chosen: boolean }) {
  return (
    <Menu>
      <Menu.Target>
        <Button data-testid="copy-menu">
          Copy
          <Glyph name="chevron" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All lines shown</Menu.Label>
        {copyFormats.map((format) => (
          <Menu.Item
            key={format}
            data-testid={`copy-shown-${format}`}
            onClick={() => {
              actions.copy(format, 'shown');
            }}
          >
            As {format}
          </Menu.Item>
        ))}
        {chosen && (
          <>
            <Menu.Label>The chosen lines</Menu.Label>
            {copyFormats.map((format) => (
              <Menu.Item
                key={format}
                data-testid={`copy-chosen-${format}`}
                onClick={() => {
                  actions.copy(format, 'chosen');
                }}
              >
                As {format}
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
