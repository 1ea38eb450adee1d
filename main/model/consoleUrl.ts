import type { Destination, LogDestination, MetricDestination } from './Destination.js';
import type { MetricDimension } from './Record.js';

/**
 * Addresses of the CloudWatch console, at an exact time. AWS documents the console's host names ("AWS Management Console
 * endpoints", AWS General Reference; the partitions' own in the SDKs), but not what stands behind the `#`. That part is as
 * the console itself writes it: what it was taken from is in the test.
 */
export interface TimeSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface MetricToOpen {
  readonly name: string;
  readonly dimensions: readonly MetricDimension[];
}

/** The stream's events of that time. `region` is that of the account, or what the SDK would take for it. */
export function logConsoleUrl({ group, stream }: LogDestination, region: string, span: TimeSpan): string {
  const place = `log-groups/log-group/${twiceEncoded(group)}/log-events/${twiceEncoded(stream)}`;
  const times = `$3Fstart$3D${Math.floor(span.fromMs)}$26end$3D${Math.ceil(span.untilMs)}`;
  return `${consoleOf(region)}#logsV2:${place}${times}`;
}

/** One metric's graph over that time; without a metric all that are in the namespace, as the console lists them. */
export function metricConsoleUrl(
  { namespace }: MetricDestination,
  region: string,
  span: TimeSpan,
  metric: MetricToOpen | null,
): string {
  const line = [
    namespace,
    ...(metric === null ? [] : [metric.name, ...metric.dimensions.flatMap(({ name, value }) => [name, value])]),
  ];
  const graph = [
    ...(metric === null ? [] : [`metrics~(~(${line.map((part) => `~${jsurlText(part)}`).join('')}))`]),
    `view~'timeSeries~stacked~false~region~${jsurlText(region)}~stat~'Average`,
    `period~${periodOf(span)}`,
    `start~${jsurlText(new Date(Math.floor(span.fromMs)).toISOString())}`,
    `end~${jsurlText(new Date(Math.ceil(span.untilMs)).toISOString())}`,
  ].join('~');
  const dimensionNames = metric?.dimensions.map(({ name }) => `,${name}`).join('') ?? '';
  return `${consoleOf(region)}#metricsV2:graph=~(${graph});query=~${jsurlText(`{${namespace}${dimensionNames}}`)}`;
}

/** Why the place has no page in the console, in words; empty when it has one. */
export function whyNoConsole({ account }: Destination, region: string): string {
  if (account.cloud === 'local') return "It goes to Tether's own CloudWatch on this laptop, which has no console.";
  if (account.endpoint !== '') return `It goes to ${account.endpoint}, not to AWS: the console does not show it.`;
  if (region === '') return 'The region is not known yet: name it in the robot file.';
  return '';
}

/** The only addresses that the app ever opens outside of itself. */
export function isConsoleUrl(text: string): boolean {
  // Wherever a reader of addresses might be misled: user names, ports, other schemes, spaces and control characters.
  if (
    text.length > consoleUrlLengthMax ||
    !/^https:\/\/[a-z0-9.-]+\/cloudwatch\/home\?region=[a-z0-9-]+#[!-~]*$/.test(text)
  )
    return false;
  const host = text.slice('https://'.length).split('/', 1)[0] ?? '';
  return consoleDomains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** Chromium's own limit for an address is 2 MB; thirty dimensions of 1,024 characters are far below this. */
export const consoleUrlLengthMax = 200_000;

const consoleDomains = ['console.aws.amazon.com', 'console.amazonaws.cn', 'console.amazonaws-us-gov.com'] as const;

function consoleOf(region: string): string {
  return `https://${region}.${domainOf(region)}/cloudwatch/home?region=${region}`;
}

function domainOf(region: string): (typeof consoleDomains)[number] {
  if (region.startsWith('cn-')) return 'console.amazonaws.cn';
  return region.startsWith('us-gov-') ? 'console.amazonaws-us-gov.com' : 'console.aws.amazon.com';
}

/** Percent-encoded twice, with `$` for `%`: `/` becomes `$252F`. */
function twiceEncoded(name: string): string {
  return encodeURIComponent(encodeURIComponent(name)).replaceAll('%', '$');
}

/** A text in JSURL (github.com/Sage/jsurl), which the console writes objects in: `'AWS*2fLambda`. */
function jsurlText(text: string): string {
  const written = text.replaceAll(/[^\w.-]/g, (character) => {
    if (character === '$') return '!';
    const code = character.charCodeAt(0);
    return code < 0x100 ? `*${code.toString(16).padStart(2, '0')}` : `**${code.toString(16).padStart(4, '0')}`;
  });
  return `'${written}`;
}

/** Seconds: the finest that CloudWatch draws over so long a time without thinning it. */
function periodOf({ fromMs, untilMs }: TimeSpan): number {
  const hours = (untilMs - fromMs) / 3_600_000;
  if (hours <= 3) return 60;
  return hours <= 24 ? 300 : 3_600;
}
