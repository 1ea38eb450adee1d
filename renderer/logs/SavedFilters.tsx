import { Menu } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { savedFilterNameMax, savedFiltersMax, type SavedFilter } from '../../main/contract/bridge.js';
import type { Session } from '../bridge/Session.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { allSeveritiesMask } from '../filter/compileFilter.js';
import { formatFilterTerms, parseFilterExpression } from '../filter/parseFilterExpression.js';
import { getPage, notify, setPage, usePage } from '../stores/pageStore.js';
import { applySavedFilter } from './logActions.js';

/** Filters with a name, remembered between starts. */
export function SavedFilters() {
  const session = useSession();
  const saved = usePage((page) => page.savedFilters);
  const [opened, setOpened] = useState(false);
  const isPlain = usePage(
    (page) => page.filterText === '' && page.filterTerms.length === 0 && page.severityMask === allSeveritiesMask,
  );
  return (
    <Menu opened={opened} onChange={setOpened} trapFocus>
      <Menu.Target>
        <button type="button" className="icon-button" aria-label="Saved filters" data-testid="saved-filters">
          <Glyph name="filter" />
          <Glyph name="chevron" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Saved filters</Menu.Label>
        {saved.length === 0 && <p className="menu-hint muted">None yet. Filter the lines, then give it a name here.</p>}
        {saved.map((filter) => (
          <div key={filter.name} className="saved-filter">
            <Menu.Item
              data-testid="saved-filter"
              onClick={() => {
                applySavedFilter(filter);
              }}
            >
              {filter.name}
              <span className="saved-filter-words code">{wordsOf(filter)}</span>
            </Menu.Item>
            <Menu.Item
              className="saved-filter-forget"
              aria-label={`Forget ${filter.name}`}
              closeMenuOnClick={false}
              onClick={() => {
                keep(
                  session,
                  saved.filter((other) => other !== filter),
                );
              }}
            >
              <Glyph name="close" />
            </Menu.Item>
          </div>
        ))}
        {!isPlain && (
          <SaveForm
            save={(name) => {
              save(session, name);
              setOpened(false);
            }}
          />
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function SaveForm({ save: saveAs }: { readonly save: (name: string) => void }) {
  const [name, setName] = useState('');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') saveAs(name.trim());
  };
  return (
    <form className="saved-filter-form" onSubmit={submit}>
      <input
        className="text-input"
        aria-label="Name for the present filter"
        placeholder="name for the present filter"
        data-testid="saved-filter-name"
        maxLength={savedFilterNameMax}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          // The menu takes letters and arrows for its own.
          if (event.key !== 'Escape' && event.key !== 'Tab') event.stopPropagation();
        }}
      />
      <Button type="submit" data-testid="saved-filter-save" disabled={name.trim() === ''}>
        Save
      </Button>
    </form>
  );
}

function save(session: Session, name: string): void {
  const { filterTerms, filterText, severityMask, savedFilters } = getPage();
  const expression = formatFilterTerms([...filterTerms, ...parseFilterExpression(filterText)]);
  const others = savedFilters.filter((other) => other.name !== name);
  if (others.length >= savedFiltersMax) {
    notify('bad', `${savedFiltersMax} filters are saved already.`, 'Forget one of them first.');
    return;
  }
  keep(session, [...others, { name, expression, severityMask }]);
  notify('good', `Saved as “${name}”.`);
}

function keep(session: Session, savedFilters: readonly SavedFilter[]): void {
  setPage({ savedFilters });
  session.remember();
}

function wordsOf({ expression, severityMask }: SavedFilter): string {
  return severityMask === allSeveritiesMask ? expression : `${expression} · some severities`.replace(/^ · /u, '');
}
