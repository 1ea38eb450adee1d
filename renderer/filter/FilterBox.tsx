import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import {
  formatFilterTerm,
  type FilterTerm,
  filterTermsMax,
  parseFilterExpression,
} from '../../main/model/parseFilterExpression.js';
import { problemOfTerms } from '../../main/model/textTest.js';
import { Glyph } from '../components/Glyph.js';
import { isTyping } from '../frame/useGlobalKeys.js';
import { markNumber } from './findMarks.js';

/** What is typed, and the terms that were kept beside the box. */
export interface FilterWords {
  readonly text: string;
  readonly terms: readonly FilterTerm[];
}

export interface FilterBoxProps extends FilterWords {
  readonly change: (changes: Partial<FilterWords>) => void;
  /** What has the lines or records: the focus goes there from the box. */
  readonly listSelector: string;
  readonly testId: string;
  /** What is filtered, as it is called there. */
  readonly filters: 'lines' | 'records';
}

/** What is typed filters at once; Enter keeps it as a term beside the box. */
export function FilterBox({ text, terms, change, listSelector, testId, filters }: FilterBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  const problemId = useId();
  useEffect(() => {
    const focusByKey = (event: globalThis.KeyboardEvent): void => {
      const find = (event.ctrlKey || event.metaKey) && event.key === 'f';
      if (!find && (event.key !== '/' || isTyping(event.target))) return;
      event.preventDefault();
      input.current?.select();
      input.current?.focus();
    };
    window.addEventListener('keydown', focusByKey);
    return () => {
      window.removeEventListener('keydown', focusByKey);
    };
  }, []);
  const typed = parseFilterExpression(text);
  const tooMany = terms.length + typed.length > filterTermsMax ? `At most ${filterTermsMax} terms are taken.` : null;
  const problem = problemOfTerms(typed) ?? tooMany;
  const goToList = (): void => document.querySelector<HTMLElement>(listSelector)?.focus();
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') {
      if (typed.length > 0 && problem === null) change({ terms: [...terms, ...typed], text: '' });
    } else if (event.key === 'Backspace' && text === '') {
      const last = terms.at(-1);
      if (last === undefined) return;
      event.preventDefault();
      change({ terms: terms.slice(0, -1), text: formatFilterTerm(last) });
    } else if (event.key === 'Escape') {
      if (text === '') goToList();
      else change({ text: '' });
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      goToList();
    }
  };
  return (
    <div className="filter-box" data-active={text !== '' ? '' : undefined}>
      <input
        ref={input}
        className="code"
        data-testid={testId}
        aria-label={`Filter ${filters}: text, /regular expression/, node:name, leading - excludes, mark:text marks; Enter keeps the term`}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        placeholder="text, /regex/ or node:…"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          change({ text: event.currentTarget.value });
        }}
        onKeyDown={onKey}
      />
      {text === '' && <kbd className="key">/</kbd>}
      {problem !== null && (
        <p id={problemId} role="status" className="filter-problem" data-testid="filter-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

/** The terms that were kept; each can be taken away. */
export function FilterChips({ terms, change }: Pick<FilterBoxProps, 'terms' | 'change'>) {
  return terms.map((term, index) => {
    const mark = term.field === 'mark' ? markNumber(terms, index) : null;
    return (
      <span
        key={`${formatFilterTerm(term)} ${index}`}
        className={`filter-chip code ${mark === null ? '' : `mark-${mark}`}`}
        data-testid="filter-chip"
        data-exclude={term.exclude || undefined}
      >
        {formatFilterTerm(term)}
        <button
          type="button"
          aria-label={`Remove the term ${formatFilterTerm(term)}`}
          onClick={() => {
            change({ terms: terms.filter((_, place) => place !== index) });
          }}
        >
          <Glyph name="close" />
        </button>
      </span>
    );
  });
}
