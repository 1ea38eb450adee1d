import type { RecordFilter } from '../model/RecordFilter.js';
import type { FilterMessage } from './callSchemas.js';

/** A filter as it crosses a border: times in milliseconds. Back: `filterOf` in main/engine. */
export function messageOfFilter(filter: RecordFilter): FilterMessage {
  const { kind, sinceNs, untilNs, severityMin, severities, nodes, text, regex, terms, states, destinations } = filter;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(sinceNs === undefined ? {} : { sinceMs: Number(sinceNs / 1000n) / 1000 }),
    ...(untilNs === undefined ? {} : { untilMs: Number(untilNs / 1000n) / 1000 }),
    ...(severityMin === undefined ? {} : { severityMin }),
    ...(severities === undefined ? {} : { severities: [...severities] }),
    ...(nodes === undefined ? {} : { nodes: [...nodes] }),
    ...(text === undefined ? {} : { text }),
    ...(regex === undefined ? {} : { regex }),
    ...(terms === undefined ? {} : { terms: terms.map((term) => ({ ...term })) }),
    ...(states === undefined ? {} : { states: [...states] }),
    ...(destinations === undefined ? {} : { destinations: [...destinations] }),
  };
}
