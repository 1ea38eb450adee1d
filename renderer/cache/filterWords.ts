import type { FilterMessage } from '../../main/contract/calls.js';
import { formatFilterTerms } from '../../main/model/parseFilterExpression.js';
import { formatDayTimeMs } from '../format/formatTime.js';
import { rangeWords } from './DeskFilter.js';
import { stateWords } from './stateGlyphs.js';

/** What a filter of the engine means, in words; also of one that another window or the command line asked for. */
export function filterWords(filter: FilterMessage): string {
  const {
    kind,
    severities,
    severityMin,
    nodes,
    text,
    regex,
    terms = [],
    states,
    destinations,
    sinceMs,
    untilMs,
  } = filter;
  const words = [
    ...(kind === undefined ? [] : [kind === 'log' ? 'only logs' : 'only metrics']),
    ...(severities === undefined ? [] : [severities.length === 0 ? 'no logs' : severities.join(', ')]),
    ...(severityMin === undefined ? [] : [`${severityMin} and worse`]),
    ...(nodes === undefined ? [] : [`of ${nodes.join(' or ')}`]),
    ...(text === undefined || text === '' ? [] : [`with “${text}”`]),
    ...(regex === undefined || regex === '' ? [] : [`with /${regex}/`]),
    ...(terms.length === 0 ? [] : [`“${formatFilterTerms(terms)}”`]),
    ...(states === undefined ? [] : [states.map((state) => stateWords[state]).join(' or ')]),
    ...(destinations === undefined
      ? []
      : [destinations.length === 1 ? 'to one destination' : `to ${destinations.length} destinations`]),
    ...(sinceMs === undefined && untilMs === undefined ? [] : [timeWords(sinceMs, untilMs)]),
  ];
  return words.length === 0 ? 'everything that waited' : words.join(' · ');
}

function timeWords(sinceMs: number | undefined, untilMs: number | undefined): string {
  if (sinceMs !== undefined && untilMs !== undefined) return rangeWords({ fromMs: sinceMs, untilMs });
  return sinceMs === undefined ? `before ${formatDayTimeMs(untilMs ?? 0)}` : `since ${formatDayTimeMs(sinceMs)}`;
}
