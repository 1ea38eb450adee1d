import type { RobotConfig } from '../../model/RobotConfig.js';
import { groupTagsMax } from '../../model/NewGroups.js';
import type { ConfigIssue } from '../../model/ConfigIssue.js';
import { buildRobotConfig } from './buildRobotConfig.js';
import { checkEntry } from './checkEntry.js';
import type { CheckedValue, Finding } from './checkEntry.js';
import { everyNode, type Given, type GivenByNode, type LayeredValue, layerValues } from './layerValues.js';
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
  readonly givenByNode: GivenByNode;
  /** What counts, by entryKeyOf: the text's own values with those of the fleet's file. Defaults are not among them. */
  readonly layered: ReadonlyMap<string, LayeredValue>;
}

/** By entryKeyOf. */
export type ParameterValues = ReadonlyMap<string, ParameterValue>;

/**
 * Reads and checks a robot file. Never throws, whatever the text; what it finds wrong has an exact place, and often the
 * text that would mend it. Time and memory are bounded by composeYaml.ts's limits. `fleet` is what lies below it: the issues
 * given are those of `text` alone, but without a valid fleet's file there is no configuration either.
 */
export function parseRobotFile(name: string, text: string, fleet: ParsedRobotFile | null = null): ParsedRobotFile {
  const { issues, document } = composeYaml(text);
  const readable = document !== null && !issues.hasErrors();
  if (document === null) return { ...nothingRead, issues: issues.sorted(), readable };
  // What is wrong with a text that is no YAML is said by YAML alone; its entries help all the same.
  const formIssues = issues.sorted();
  const found = findEntries(document, text, issues);
  const { entries, dialect } = found;
  if (!readable) return { ...nothingRead, issues: formIssues, readable, entries, dialect };
  checkDirectives(document.directives.yaml.explicit, text, found, issues);
  const givenByNode = checkEntries(found, text, issues);
  const own = layerValues(new Map(), givenByNode, false);
  const layered = fleet === null ? own : layerValues(fleet.givenByNode, givenByNode, dialect === 'ros1');
  checkTogether(layered, issues);
  if (fleet !== null) checkShadowed(entries, own, layered, issues);
  const values = new Map([...own].map(([key, { value }]) => [key, value]));
  const get = (section: SectionName, key: string): ParameterValue | undefined =>
    layered.get(entryKeyOf(section, key))?.value;
  const wrong = issues.hasErrors() || (fleet !== null && fleet.config === null);
  const config = wrong ? null : buildRobotConfig(name, { dialect, get });
  return { issues: issues.sorted(), config, readable, dialect, entries, values, givenByNode, layered };
}

const nothingRead = {
  config: null,
  dialect: 'ros2',
  entries: [],
  values: new Map<string, ParameterValue>(),
  givenByNode: new Map<string, ReadonlyMap<string, Given>>(),
  layered: new Map<string, LayeredValue>(),
} as const;

/** libyaml, which ROS 2 reads with, knows version 1.1 only. */
function checkDirectives(explicit: boolean | undefined, text: string, entries: Entries, issues: IssueList): void {
  if (explicit !== true || entries.dialect === 'ros1') return;
  const from = Math.max(0, text.indexOf('%YAML'));
  const newline = text.indexOf('\n', from);
  const to = newline === -1 ? text.length : newline;
  if (text.slice(from, to).includes('1.1')) return;
  issues.error([from, newline === -1 ? to : newline + 1], 'ROS 2 refuses this directive: leave it out', '');
}

function checkEntries(entries: Entries, text: string, issues: IssueList): GivenByNode {
  const given = new Map<string, Map<string, Given>>();
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
      if (value === null) continue;
      const node = entry.section ?? everyNode;
      const values = given.get(node) ?? new Map<string, Given>();
      given.set(node, values.set(entryKeyOf(parameter.section, parameter.key), { value, entry }));
    }
  }
  return given;
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

/** A value for every node that the fleet's file gives in a node's own section: the robot's does not count. */
function checkShadowed(
  entries: readonly Entry[],
  own: ReadonlyMap<string, Given>,
  layered: ReadonlyMap<string, LayeredValue>,
  issues: IssueList,
): void {
  for (const entry of entries) {
    const shadowed = parametersMeant(entry).filter(({ section, key }) => {
      const name = entryKeyOf(section, key);
      return own.get(name)?.entry === entry && layered.get(name)?.from === 'fleet';
    });
    if (shadowed.length === 0) continue;
    const sections = shadowed.map(({ section }) => section).join(' and ');
    const message = `${entry.key}: does not count for ${sections}, whose own section in the fleet's file gives it`;
    issues.warning(entry.pairSpan, `${message}; give it in that section here`);
  }
}

/** `values` are those that count; what is wrong is said where the text itself has a part in it. */
function checkTogether(values: ReadonlyMap<string, LayeredValue>, issues: IssueList): void {
  for (const section of ['cloudwatch_logger', 'cloudwatch_metrics_collector'] as const) {
    const trigger = values.get(`${section} batch_trigger_publish_size`);
    const size = values.get(`${section} batch_max_queue_size`);
    const queue = size?.value ?? 1024;
    const place = [trigger, size].find((one) => one?.from === 'robot');
    if (trigger !== undefined && place !== undefined && Number(trigger.value) >= Number(queue)) {
      const message = 'batch_trigger_publish_size: must be smaller than batch_max_queue_size, or the node stops';
      issues.error(place.entry.pairSpan, `${message} (${Number(trigger.value)} and ${Number(queue)})`);
    }
  }
  const numbers = values.get(entryKeyOf('tether', 'numeric_topics'));
  if (values.get(entryKeyOf('tether', 'source'))?.value === 'ros1' && numbers?.from === 'robot') {
    const message =
      'numeric_topics: of a ROS 1 robot nothing comes of it; have a node publish these numbers as a MetricList';
    issues.warning(numbers.entry.pairSpan, message);
  }
  for (const section of ['cloudwatch_logger', 'cloudwatch_metrics_collector'] as const) {
    const verify = values.get(`${section} aws_client_configuration.verify_SSL`);
    if (verify?.value !== false || verify.from !== 'robot') continue;
    const message = 'verify_SSL: only the robot obeys it. Tether checks the certificate of CloudWatch all the same';
    issues.warning(verify.entry.pairSpan, `${message}; where that fails, name the authority in ca_file`);
  }
  const tags = values.get('tether log_group_tags');
  if (tags?.from === 'robot' && typeof tags.value === 'object') {
    const keys = tags.value.map((text) => text.slice(0, text.indexOf('=')));
    if (new Set(keys).size < keys.length) issues.error(tags.entry.pairSpan, 'log_group_tags: a key comes twice');
    if (keys.length > groupTagsMax) {
      issues.error(tags.entry.pairSpan, `log_group_tags: more than the ${groupTagsMax} tags that CloudWatch takes`);
    }
  }
  // One robot has one account and one connection.
  for (const name of oneForBoth) {
    const key = `aws_client_configuration.${name}`;
    const logs = values.get(`cloudwatch_logger ${key}`);
    const metrics = values.get(`cloudwatch_metrics_collector ${key}`);
    if (logs === undefined || metrics === undefined || logs.value === metrics.value) continue;
    const place = [metrics, logs].find(({ from }) => from === 'robot');
    if (place === undefined) continue;
    const message =
      place === metrics
        ? `${name}: differs from that of cloudwatch_logger, which Tether uses for both`
        : `${name}: differs from that of cloudwatch_metrics_collector; Tether uses this one for both`;
    issues.warning(place.entry.pairSpan, message);
  }
}

/** Of `aws_client_configuration`, what Tether takes from one node for both. */
const oneForBoth = [
  ...['region', 'endpoint_override', 'connect_timeout_ms', 'request_timeout_ms', 'max_connections'],
  ...['proxy_host', 'proxy_port', 'proxy_user_name', 'proxy_password', 'ca_file', 'ca_path'],
];
