import type { TetherRecord } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import { severityRank } from '../model/Severity.js';
import type { SegmentGroup } from './SegmentGroup.js';

/** What can be said of all of a group: kind and severity. Metrics have no severity and pass unless logs are asked for. */
export function groupMatches({ kind, severity }: SegmentGroup, filter: RecordFilter): boolean {
  if (filter.kind !== undefined && filter.kind !== kind) return false;
  if (severity === null) return filter.kind !== 'log';
  if (filter.severityMin !== undefined && severityRank(severity) < severityRank(filter.severityMin)) return false;
  return filter.severities === undefined || filter.severities.includes(severity);
}

export function stampMatches(stampNs: bigint, filter: RecordFilter): boolean {
  if (filter.sinceNs !== undefined && stampNs < filter.sinceNs) return false;
  return filter.untilNs === undefined || stampNs < filter.untilNs;
}

/** Must the record be decoded to know? */
export function needsDecoding(filter: RecordFilter): boolean {
  return filter.nodes !== undefined || (filter.text !== undefined && filter.text !== '');
}

/** The part of the filter that looks into the record: nodes and text. */
export function contentMatches(record: TetherRecord, filter: RecordFilter): boolean {
  const label = record.kind === 'log' ? record.node : record.name;
  const { nodes, text } = filter;
  if (nodes !== undefined && !nodes.some((pattern) => labelMatches(label, pattern))) return false;
  if (text === undefined || text === '') return true;
  const wanted = text.toLowerCase();
  if (label.toLowerCase().includes(wanted)) return true;
  return record.kind === 'log' && record.message.toLowerCase().includes(wanted);
}

function labelMatches(label: string, pattern: string): boolean {
  return pattern.endsWith('*') ? label.startsWith(pattern.slice(0, -1)) : label === pattern;
}
