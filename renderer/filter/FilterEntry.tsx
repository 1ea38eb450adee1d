import type { SavedFilter } from '../../main/contract/bridge.js';
import { formatFilterTerms, parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import { allSeveritiesMask } from './compileFilter.js';
import './filter.css';
import { FilterBox, type FilterBoxProps, FilterChips } from './FilterBox.js';
import { SavedFilters } from './SavedFilters.js';

interface FilterEntryProps extends FilterBoxProps {
  /** Saved with the words. */
  readonly severityMask: number;
  readonly apply: (filter: SavedFilter) => void;
}

/** A filter's words, as each desk has them: the box, the filters with a name, and the terms that were kept. */
export function FilterEntry({ severityMask, apply, ...box }: FilterEntryProps) {
  const { text, terms, change } = box;
  const expression = formatFilterTerms([...terms, ...parseFilterExpression(text)]);
  const isPlain = expression === '' && severityMask === allSeveritiesMask;
  return (
    <>
      <FilterBox {...box} />
      <SavedFilters present={isPlain ? null : { expression, severityMask }} apply={apply} />
      <FilterChips terms={terms} change={change} />
    </>
  );
}
