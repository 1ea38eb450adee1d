import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { Glyph } from '../components/Glyph.js';
import { markNumber } from '../filter/findMarks.js';
import { formatFilterTerm, parseFilterExpression } from '../filter/parseFilterExpression.js';
import { problemOfTerms } from '../filter/textTest.js';
import { isTyping } from '../frame/useGlobalKeys.js';
import { setPage, usePage } from '../stores/pageStore.js';

/** What is typed filters at once; Enter keeps it as a term beside the box. */
export function FilterBox() {
  const text = usePage((page) => page.filterText);
  const terms = usePage((page) => page.filterTerms);
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
  const problem = problemOfTerms(typed);
  const onKey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === 'Enter') {
      if (typed.length > 0 && problem === null) setPage({ filterTerms: [...terms, ...typed], filterText: '' });
    } else if (event.key === 'Backspace' && text === '') {
      const last = terms.at(-1);
      if (last === undefined) return;
      event.preventDefault();
      setPage({ filterTerms: terms.slice(0, -1), filterText: formatFilterTerm(last) });
    } else if (event.key === 'Escape') {
      if (text === '') document.querySelector<HTMLElement>('.log-list')?.focus();
      else setPage({ filterText: '' });
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      document.querySelector<HTMLElement>('.log-list')?.focus();
    }
  };
  return (
    <div className="filter-box" data-active={text !== '' ? '' : undefined}>
      <input
        ref={input}
        className="code"
        data-testid="filter-text"
        aria-label="Filter lines: text, /regular expression/, node:name, leading - excludes, mark:text marks; Enter keeps the term"
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        placeholder="text, /regex/ or node:…"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setPage({ filterText: event.currentTarget.value, filterAside: false });
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

export function FilterChips() {
  const terms = usePage((page) => page.filterTerms);
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
            setPage({ filterTerms: terms.filter((_, place) => place !== index) });
          }}
        >
          <Glyph name="close" />
        </button>
      </span>
    );
  });
}
