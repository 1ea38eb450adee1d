import type { RobotConfig } from '../../model/RobotConfig.js';
import type { ConfigIssue } from '../../model/ConfigIssue.js';
import { buildRobotConfig } from './buildRobotConfig.js';
import { checkEntry } from './checkEntry.js';
import type { CheckedValue, Finding } from './checkEntry.js';
import type { ParameterValue } from './ParameterValue.js';
import { checkReadable } from './checkReadable.js';
import { composeYaml } from './composeYaml.js';
import type { Dialect } from './classifyScalar.js';
import { findEntries } from './findEntries.js';
import type { Entries, Entry } from './findEntries.js';
import { quote } from './IssueList.js';
import type { IssueList } from './IssueList.js';
import { nearestName } from './nearestName.js';
import { entryKeyOf, sectionsOf } from './meantBy.js';
import { findParameter, parameters } from './parameters.js';
import type { Parameter, SectionName } from './parameters.js';

export interface ParsedRobotFile {
  readonly issues: readonly ConfigIssue[];
  /** Null when an issue is an error. */
  readonly config: RobotConfig | null;
  /** False when the text is no YAML at all: then nothing is known of its values. */
  readonly readable: boolean;
  readonly dialect: Dialect;
  /** What stands in the text, right or wrong, in its order. */
  readonly entries: readonly Entry[];
  /** The text's own right values, by entryKeyOf; the later of two. */
  readonly values: ParameterValues;
}

/** By entryKeyOf. */
export type ParameterValues = ReadonlyMap<string, ParameterValue>;

interface Given {
  readonly value: ParameterValue;
  readonly entry: Entry;
}

/**
 * Reads and checks a robot file. Never throws, whatever the text; what it finds wrong has an exact place, and often the
 * text that would mend it. Time and memory are bounded by composeYaml.ts's limits.
 */
export function parseRobotFile(name: string, text: string): ParsedRobotFile {
  const { issues, document } = composeYaml(text);
  const readable = document !== null && !issues.hasErrors();
  if (document === null) return { ...nothingRead, issues: issues.sorted(), readable };
  // What is wrong with a text that is no YAML is said by YAML alone; its entries help all the same.
  const formIssues = issues.sorted();
  const found = findEntries(document, text, issues);
  const { entries, dialect } = found;
  if (!readable) return { ...nothingRead, issues: formIssues, readable, entries, dialect };
  checkDirectives(document.directives.yaml.explicit, text, found, issues);
  const given = checkEntries(found, text, issues);
  checkTogether(given, issues);
  const values = new Map([...given].map(([key, { value }]) => [key, value]));
  const get = (section: SectionName, key: string): ParameterValue | undefined => values.get(entryKeyOf(section, key));
  const config = issues.hasErrors() ? null : buildRobotConfig(name, { dialect, get });
  return { issues: issues.sorted(), config, readable, dialect, entries, values };
}

const nothingRead = { config: null, dialect: 'ros2', entries: [], values: new Map<string, ParameterValue>() } as const;

/** libyaml, which ROS 2 reads with, knows version 1.1 only. */
function checkDirectives(explicit: boolean | undefined, text: string, entries: Entries, issues: IssueList): void {
  if (explicit !== true || entries.dialect === 'ros1') return;
  const from = Math.max(0, text.indexOf('%YAML'));
  const newline = text.indexOf('\n', from);
  const to = newline === -1 ? text.length : newline;
  if (text.slice(from, to).includes('1.1')) return;
  issues.error([from, newline === -1 ? to : newline + 1], 'ROS 2 refuses this directive: leave it out', '');
}

/** By `section key`; the later of two wins. */
function checkEntries(entries: Entries, text: string, issues: IssueList): ReadonlyMap<string, Given> {
  const values = new Map<string, Given>();
  for (const entry of entries.entries) {
    if (issues.isFull()) break;
    const meant = parametersMeant(entry);
    if (meant.length === 0) {
      reportUnknown(entry, entries, issues);
      continue;
    }
    const checked = meant.map((parameter) => checkEntry(entry, parameter, entries.dialect, text));
    reportFindings(entry, meant, checked, issues);
    for (const [index, parameter] of meant.entries()) {
      const value = checked[index]?.value ?? null;
      if (value !== null) values.set(entryKeyOf(parameter.section, parameter.key), { value, entry });
    }
  }
  return values;
}

/** One, or for an entry without a section all that go by this key in the sections of the robot's nodes. */
function parametersMeant(entry: Entry): readonly Parameter[] {
  return sectionsOf(entry.section)
    .map((section) => findParameter(section, entry.key))
    .filter((parameter) => parameter !== null);
}

function reportUnknown(entry: Entry, entries: Entries, issues: IssueList): void {
  if (entry.value === null && entries.dialect === 'ros2') {
    issues.error(entry.pairSpan, `${quote(entry.key)} has no value: ROS 2 refuses the whole file`);
    return;
  }
  if (entry.value !== null && entries.dialect === 'ros2') checkReadable(entry.value, issues);
  const known = parameters.filter(({ section }) => entry.section === null || section === entry.section);
  const near = nearestName(entry.key, new Set(known.map(({ key }) => key)));
  // The marked text is the last part of a dotted name; the fix replaces just that.
  const prefix = entry.key.slice(0, entry.key.lastIndexOf('.') + 1);
  const written = entry.key.slice(prefix.length);
  const nested = entry.keySpan[1] - entry.keySpan[0] <= written.length + 2 && prefix !== '';
  const fix = near !== null && nested ? (near.startsWith(prefix) ? near.slice(prefix.length) : null) : near;
  const guess = near === null ? 'nothing reads it' : `do you mean "${near}"?`;
  issues.warning(entry.keySpan, `${quote(entry.key)} is no known parameter: ${guess}`, fix);
}

function report(finding: Finding, issues: IssueList): void {
  if (finding.severity === 'error') issues.error(finding.span, finding.message, finding.fix);
  else issues.warning(finding.span, finding.message, finding.fix);
}

/** A value for every node may suit one and stop another, as `publish_frequency` does in ROS 2: that is a warning. */
function reportFindings(
  entry: Entry,
  meant: readonly Parameter[],
  checked: readonly CheckedValue[],
  issues: IssueList,
): void {
  const well = checked.filter(({ value }) => value !== null);
  const spoken = well.length === 0 ? checked.slice(0, 1) : well;
  const findings = new Map(spoken.flatMap((one) => one.findings).map((finding) => [finding.message, finding]));
  for (const finding of findings.values()) report(finding, issues);
  if (well.length === 0 || well.length === checked.length) return;
  const unhappy = meant.filter((_, index) => checked[index]?.value === null).map(({ section }) => section);
  issues.warning(entry.pairSpan, `${entry.key}: stops ${unhappy.join(' and ')}; give it in each node's own section`);
}

function checkTogether(values: ReadonlyMap<string, Given>, issues: IssueList): void {
  for (const section of ['cloudwatch_logger', 'cloudwatch_metrics_collector'] as const) {
    const trigger = values.get(`${section} batch_trigger_publish_size`);
    const queue = values.get(`${section} batch_max_queue_size`)?.value ?? 1024;
    if (trigger !== undefined && Number(trigger.value) >= Number(queue)) {
      const message = 'batch_trigger_publish_size: must be smaller than batch_max_queue_size, or the node stops';
      issues.error(trigger.entry.pairSpan, `${message} (${Number(queue)})`);
    }
  }
  // One robot has one account and one connection.
  for (const name of ['region', 'endpoint_override', 'connect_timeout_ms', 'request_timeout_ms', 'max_connections']) {
    const key = `aws_client_configuration.${name}`;
    const logs = values.get(`cloudwatch_logger ${key}`);
    const metrics = values.get(`cloudwatch_metrics_collector ${key}`);
    if (logs === undefined || metrics === undefined || logs.value === metrics.value) continue;
    const message = `${name}: differs from that of cloudwatch_logger, which Tether uses for both`;
    issues.warning(metrics.entry.pairSpan, message);
  }
}
