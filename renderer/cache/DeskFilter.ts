import type { FilterMessage } from '../../main/contract/calls.js';
import type { CachedState } from '../../main/model/CachedState.js';
import { type FilterTerm, parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import { severities, type Severity } from '../../main/model/Severity.js';
import { formatClock, formatDay, formatTimeS } from '../format/formatTime.js';

/** What a person has chosen on the cache desk: it narrows the list, and is what the buttons and the flush act on. */
export interface DeskFilter {
  /** What is being typed, in the language of the log desk's filter box, and the terms that were kept. */
  readonly text: string;
  readonly terms: readonly FilterTerm[];
  readonly severities: readonly Severity[];
  readonly metrics: boolean;
  /** Nodes of logs and names of metrics; empty for all. */
  readonly labels: readonly string[];
  /** Empty for all. */
  readonly states: readonly CachedState[];
  /** One of the destinations, with its words; null for all. */
  readonly destination: { readonly key: string; readonly words: string } | null;
  /** Robot time; `untilMs` exclusive. */
  readonly range: TimeRange | null;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly untilMs: number;
}

export const everything: DeskFilter = {
  text: '',
  terms: [],
  severities,
  metrics: true,
  labels: [],
  states: [],
  destination: null,
  range: null,
};

/** All terms, also those that only mark. */
export function termsOf({ text, terms }: Pick<DeskFilter, 'text' | 'terms'>): FilterTerm[] {
  return [...terms, ...parseFilterExpression(text)];
}

/** The filter as the engine takes it. A term that cannot be read is left in: the engine refuses it, and nothing is done to more than was meant. */
export function filterMessageOf(filter: DeskFilter): FilterMessage {
  const { labels, states, destination, range, metrics } = filter;
  const terms = termsOf(filter).filter(({ field }) => field !== 'mark');
  const allSeverities = severities.every((severity) => filter.severities.includes(severity));
  return {
    ...(metrics ? {} : { kind: 'log' as const }),
    ...(allSeverities ? {} : { severities: [...filter.severities] }),
    ...(terms.length === 0 ? {} : { terms }),
    ...(labels.length === 0 ? {} : { nodes: [...labels] }),
    ...(states.length === 0 ? {} : { states: [...states] }),
    ...(destination === null ? {} : { destinations: [destination.key] }),
    ...(range === null ? {} : { sinceMs: range.fromMs, untilMs: range.untilMs }),
  };
}

export function isEverything(filter: DeskFilter): boolean {
  return Object.keys(filterMessageOf(filter)).length === 0;
}

/** `10:41 to 10:58`, with seconds when it is short, with days when they differ. */
export function rangeWords({ fromMs, untilMs }: TimeRange): string {
  const clock = untilMs - fromMs < secondsShownMsMax ? formatTimeS : formatClock;
  const sameDay = formatDay(fromMs) === formatDay(untilMs);
  const day = (timeMs: number): string => (sameDay ? '' : `${formatDay(timeMs).slice(5)} `);
  return `${day(fromMs)}${clock(fromMs)} to ${day(untilMs)}${clock(untilMs)}`;
}

/** Below this span minutes alone would not tell the ends apart. */
const secondsShownMsMax = 5 * 60_000;

/** The same list with the entry put in, or taken out. */
export function toggled<T>(list: readonly T[], entry: T): readonly T[] {
  return list.includes(entry) ? list.filter((other) => other !== entry) : [...list, entry];
}
