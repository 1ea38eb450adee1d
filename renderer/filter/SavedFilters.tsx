import { Menu } from '@mantine/core';
import { type SubmitEvent, useState } from 'react';
import { savedFilterNameMax, savedFiltersMax, type SavedFilter } from '../../main/contract/bridge.js';
import type { Session } from '../bridge/Session.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { getPage, notify, setPage, usePage } from '../stores/pageStore.js';
import { allSeveritiesMask } from './compileFilter.js';

interface SavedFiltersProps {
  /** What would be saved; null when it hides nothing. */
  readonly present: Omit<SavedFilter, 'name'> | null;
  readonly apply: (filter: SavedFilter) => void;
}

/** Filters with a name, remembered between starts: the same for logs that come in and for what is on disk. */
export function SavedFilters({ present, apply }: SavedFiltersProps) {
  const session = useSession();
  const saved = usePage((page) => page.savedFilters);
  const [opened, setOpened] = useState(false);
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
        {saved.length === 0 && <p className="menu-hint muted">None yet. Filter something, then give it a name here.</p>}
        {saved.map((filter) => (
          <div key={filter.name} className="saved-filter">
            <Menu.Item
              data-testid="saved-filter"
              onClick={() => {
                apply(filter);
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
        {present !== null && (
          <SaveForm
            save={(name) => {
              save(session, { ...present, name });
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

function save(session: Session, filter: SavedFilter): void {
  const { savedFilters } = getPage();
  const others = savedFilters.filter((other) => other.name !== filter.name);
  if (others.length >= savedFiltersMax) {
    notify('bad', `${savedFiltersMax} filters are saved already.`, 'Forget one of them first.');
    return;
  }
  keep(session, [...others, filter]);
  notify('good', `Saved as “${filter.name}”.`);
}

function keep(session: Session, savedFilters: readonly SavedFilter[]): void {
  setPage({ savedFilters });
  session.remember();
}

function wordsOf({ expression, severityMask }: SavedFilter): string {
  return severityMask === allSeveritiesMask ? expression : `${expression} · some severities`.replace(/^ · /u, '');
}
