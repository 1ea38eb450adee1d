import type { FilterMessage } from '../contract/calls.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { nanosecondsOf } from '../model/nanosecondsOf.js';

/** A filter as it crosses a border, back to nanoseconds. */
export function filterOf(message: FilterMessage): RecordFilter {
  return {
    ...(message.kind === undefined ? {} : { kind: message.kind }),
    ...(message.sinceMs === undefined ? {} : { sinceNs: nanosecondsOf(message.sinceMs) }),
    ...(message.untilMs === undefined ? {} : { untilNs: nanosecondsOf(message.untilMs) }),
    ...(message.severityMin === undefined ? {} : { severityMin: message.severityMin }),
    ...(message.severities === undefined ? {} : { severities: message.severities }),
    ...(message.nodes === undefined ? {} : { nodes: message.nodes }),
    ...(message.text === undefined ? {} : { text: message.text }),
    ...(message.regex === undefined ? {} : { regex: message.regex }),
    ...(message.terms === undefined ? {} : { terms: message.terms }),
    ...(message.states === undefined ? {} : { states: message.states }),
    ...(message.destinations === undefined ? {} : { destinations: message.destinations }),
  };
}
