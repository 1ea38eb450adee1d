import type { CachedState } from '../model/CachedState.js';
import { destinationKey } from '../model/Destination.js';
import { termsMatch } from '../model/compileTerms.js';
import type { TetherRecord } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { severityRank } from '../model/Severity.js';
import { matchesRegex } from './index/safeRegex.js';
import type { SegmentGroup } from './SegmentGroup.js';

/**
 * What can be said of all of a group: kind, destination and severity. Metrics have no severity and pass unless logs are
 * asked for.
 */
export function groupMatches({ kind, severity, destination }: SegmentGroup, filter: RecordFilter): boolean {
  if (filter.kind !== undefined && filter.kind !== kind) return false;
  if (filter.destinations !== undefined && !filter.destinations.includes(destinationKey(destination))) return false;
  if (severity === null) return filter.kind !== 'log';
  if (filter.severityMin !== undefined && severityRank(severity) < severityRank(filter.severityMin)) return false;
  return filter.severities === undefined || filter.severities.includes(severity);
}

export function stampMatches(stampNs: bigint, filter: RecordFilter): boolean {
  if (filter.sinceNs !== undefined && stampNs < filter.sinceNs) return false;
  return filter.untilNs === undefined || stampNs < filter.untilNs;
}

export function stateMatches(state: CachedState, filter: RecordFilter): boolean {
  return filter.states === undefined || filter.states.includes(state);
}

/** Must the record be decoded to know? */
export function needsDecoding({ nodes, text = '', regex = '', terms = [] }: RecordFilter): boolean {
  return nodes !== undefined || text !== '' || regex !== '' || terms.length > 0;
}

/** The part of the filter that looks into the record: nodes, text, regular expression and terms. */
export function contentMatches(record: TetherRecord, filter: RecordFilter): boolean {
  const label = record.kind === 'log' ? record.node : record.name;
  const { nodes, text = '', regex = '', terms = [] } = filter;
  if (nodes !== undefined && !nodesMatch(label, nodes)) return false;
  const message = record.kind === 'log' ? record.message : '';
  if (text !== '') {
    const wanted = text.toLowerCase();
    if (!message.toLowerCase().includes(wanted) && !label.toLowerCase().includes(wanted)) return false;
  }
  if (regex !== '' && !matchesRegex(regex, message) && !matchesRegex(regex, label)) return false;
  return terms.length === 0 || termsMatch(record, terms);
}

/** Does the label fit one of the filter's nodes? */
export function nodesMatch(label: string, nodes: readonly string[]): boolean {
  return nodes.some((pattern) => labelMatches(label, pattern));
}

function labelMatches(label: string, pattern: string): boolean {
  return pattern.endsWith('*') ? label.startsWith(pattern.slice(0, -1)) : label === pattern;
}
