import { Menu, Tooltip } from '@mantine/core';
import type { SavedFilter } from '../../main/contract/bridge.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import { cachedStates } from '../../main/model/CachedState.js';
import { parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import { severities, type Severity, severityRank } from '../../main/model/Severity.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { severityGlyphs } from '../components/severity.js';
import { FilterEntry } from '../filter/FilterEntry.js';
import { formatCount } from '../format/formatCount.js';
import { narrow, setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import { everything, isEverything, rangeWords, toggled } from './DeskFilter.js';
import { stateGlyphs, stateWords } from './stateGlyphs.js';

/** What of the records on disk is meant: by the list below, by the buttons and by the flush. */
export function FilterBar({ robot }: { readonly robot: RobotStatus }) {
  const filter = useCacheDesk((desk) => desk.filter);
  return (
    <div className="cache-filter" role="group" aria-label="Which records are meant">
      <div className="cache-chips">
        {severities.map((severity) => (
          <SeverityChip key={severity} severity={severity} robot={robot} />
        ))}
        <button
          type="button"
          className="severity-chip"
          aria-pressed={filter.metrics}
          data-testid="chip-metrics"
          onClick={() => {
            narrow({ metrics: !filter.metrics });
          }}
        >
          metrics
        </button>
      </div>
      <div className="cache-filter-more">
        <Words />
        <StateMenu />
        <DestinationMenu robot={robot} />
      </div>
      <Chips />
      {!isEverything(filter) && (
        <button
          type="button"
          className="link-button"
          data-testid="cache-filter-clear"
          onClick={() => {
            setCacheDesk({ filter: everything, open: null });
          }}
        >
          show everything
        </button>
      )}
    </div>
  );
}

function SeverityChip({ severity, robot }: { readonly severity: Severity; readonly robot: RobotStatus }) {
  const chosen = useCacheDesk((desk) => desk.filter.severities);
  const records = robot.pending
    .filter((group) => group.severity === severity)
    .reduce((sum, group) => sum + group.records, 0);
  const shown = chosen.includes(severity);
  return (
    <Tooltip label={`${formatCount(records)} ${severity} on disk. Double-click: only these.`}>
      <button
        type="button"
        className={`severity-chip severity-${severity}`}
        aria-pressed={shown}
        aria-label={`${severity}, ${formatCount(records)} on disk, ${shown ? 'meant' : 'not meant'}`}
        data-testid={`chip-${severity}`}
        onClick={() => {
          narrow({ severities: toggled(chosen, severity) });
        }}
        onDoubleClick={() => {
          narrow({ severities: [severity], metrics: false });
        }}
      >
        <Glyph name={severityGlyphs[severity]} />
        {severity}
      </button>
    </Tooltip>
  );
}

/** The same words as on the log desk, with the same filters saved. */
function Words() {
  const { text, terms, severities: chosen } = useCacheDesk((desk) => desk.filter);
  return (
    <FilterEntry
      {...{ text, terms, severityMask: maskOf(chosen), change: narrow, apply: applySaved }}
      listSelector=".record-list"
      testId="cache-text"
      filters="records"
    />
  );
}

function maskOf(chosen: readonly Severity[]): number {
  return chosen.reduce((mask, severity) => mask | (1 << severityRank(severity)), 0);
}

/** Its severities are those of logs; whether metrics are meant stays as it is. */
function applySaved({ expression, severityMask }: SavedFilter): void {
  const chosen = severities.filter((severity) => (severityMask & (1 << severityRank(severity))) !== 0);
  narrow({ text: '', terms: parseFilterExpression(expression), severities: chosen });
}

function StateMenu() {
  const chosen = useCacheDesk((desk) => desk.filter.states);
  return (
    <Menu closeOnItemClick={false} position="bottom-start">
      <Menu.Target>
        <Button data-testid="state-menu">
          {chosen.length === 0 ? 'Any state' : chosen.map((state) => stateWords[state]).join(', ')}
          <Glyph name="chevron" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>What has become of them</Menu.Label>
        {cachedStates.map((state) => (
          <Menu.Item
            key={state}
            role="menuitemcheckbox"
            aria-checked={chosen.includes(state)}
            leftSection={<Glyph name={chosen.includes(state) ? 'boxChecked' : 'box'} />}
            data-testid={`state-${state}`}
            onClick={() => {
              narrow({ states: toggled(chosen, state) });
            }}
          >
            <span className={`state-${state}`}>
              <Glyph name={stateGlyphs[state]} />
            </span>{' '}
            {stateWords[state]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function DestinationMenu({ robot }: { readonly robot: RobotStatus }) {
  const chosen = useCacheDesk((desk) => desk.filter.destination);
  const known = new Map(robot.pending.map((group) => [group.destination, `${group.goesTo}, ${group.account}`]));
  if (known.size < 2 && chosen === null) return null;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button data-testid="destination-menu">
          {chosen === null ? 'Any destination' : chosen.words}
          <Glyph name="chevron" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Where they go</Menu.Label>
        <Menu.Item
          onClick={() => {
            narrow({ destination: null });
          }}
        >
          Any destination
        </Menu.Item>
        {[...known].map(([key, words]) => (
          <Menu.Item
            key={key}
            onClick={() => {
              narrow({ destination: { key, words } });
            }}
          >
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Chips() {
  const { labels, range } = useCacheDesk((desk) => desk.filter);
  return (
    <>
      {labels.map((label) => (
        <Chip
          key={label}
          words={label}
          remove={() => {
            narrow({ labels: toggled(labels, label) });
          }}
        />
      ))}
      {range !== null && (
        <Chip
          words={rangeWords(range)}
          testId="chip-range"
          remove={() => {
            narrow({ range: null });
          }}
        />
      )}
    </>
  );
}

function Chip(props: { readonly words: string; readonly remove: () => void; readonly testId?: string }) {
  return (
    <span className="filter-chip code" data-testid={props.testId}>
      {props.words}
      <button type="button" aria-label={`Remove ${props.words}`} onClick={props.remove}>
        <Glyph name="close" />
      </button>
    </span>
  );
}
