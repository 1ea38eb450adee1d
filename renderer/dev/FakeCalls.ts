import type { CachedRow, CallInput, CallName, CallOutput, FilterMessage } from '../../main/contract/calls.js';
import { parseRobotFile } from '../../main/config/text/parseRobotFile.js';
import type { LogRow, Row } from '../../main/contract/frames.js';
import type { Answer } from '../../main/contract/port.js';
import type { EditKind } from '../../main/model/EditKind.js';
import { termsMatch } from '../../main/model/compileTerms.js';
import { type Severity } from '../../main/model/Severity.js';
import { fakeFindings } from './fakeFindings.js';
import type { Story } from './stories.js';

const rightText = `# rover 7, field team 2
tether:
  ros__parameters:
    source: ros2
    domain_id: 7
cloudwatch_logger:
  ros__parameters:
    log_group_name: "field-team-2"
    log_stream_name: "rover-7"
    min_log_verbosity: "INFO"   # was DEBUG until the motor is fixed
    publish_frequency: 5.0
    storage_limit: 1048576
    maximum_file_size: 1024
    ignore_nodes: ["cloudwatch_logger"]
    aws_client_configuration:
      region: "us-west-2"
cloudwatch_metrics_collector:
  ros__parameters:
    aws_metrics_namespace: "rovers"
`;

const editsByCall: Readonly<Record<'cache.redact' | 'cache.reaim' | 'cache.shiftTime', EditKind>> = {
  'cache.redact': 'redacted',
  'cache.reaim': 'redirected',
  'cache.shiftTime': 'time-shifted',
};

const emptyImport: CallOutput<'cache.import'>['report'] = {
  ...{ robot: 'rover-7', folder: '', files: [], problems: [], problemsNotListed: 0, leftOut: [], notes: [] },
};

/** Answers to the page's calls, with as much memory as the story needs. */
export class FakeCalls {
  readonly heldSeverities = new Set<Severity>();
  readonly addedRobots: string[] = [];
  manual = false;
  recoveriesDismissed = false;
  flushing = false;
  paused: FilterMessage | null = null;
  private flushed: FilterMessage = {};
  private edited: EditKind | null = null;
  private text: string;
  private revision = 1;

  constructor(private readonly story: Story) {
    this.text = story.configError ? rightText.replace('storage_limit: 1048576', 'storage_limit: 1048576.0') : rightText;
    if (story.link === 'offline') this.heldSeverities.add('DEBUG');
    this.flushing = story.flushing;
  }

  answer(name: CallName, input: unknown, rows: readonly Row[]): Answer['result'] {
    const value = (() => {
      switch (name) {
        case 'robots.add':
          this.addedRobots.push((input as CallInput<'robots.add'>).name);
          return {};
        case 'robots.importProfile':
          return { robot: (input as CallInput<'robots.importProfile'>).name ?? 'rover-7', isNew: true };
        case 'robots.startDemo':
          return { robot: 'rover-7' };
        case 'live.watch':
        case 'live.thresholds':
        case 'robots.connect':
        case 'robots.disconnect':
        case 'robots.remove':
        case 'robots.setLoggerLevel':
          return {};
        case 'logs.older':
          return { rows: [], gaps: [], after: null };
        case 'logs.note':
          return {};
        case 'robots.examine':
          return { findings: fakeFindings };
        case 'cache.segments':
          return this.segments();
        case 'cache.read':
          return this.read(input as CallInput<'cache.read'>, rows);
        case 'cache.counts':
          return this.counts(input as CallInput<'cache.counts'>, rows);
        case 'cache.groups':
          return [];
        case 'cache.timeline':
          return this.timeline(input as CallInput<'cache.timeline'>, rows);
        case 'cache.record':
          return this.record(input as CallInput<'cache.record'>, rows);
        case 'cache.disk':
          return { waitingInMemory: 0, lostWaiting: 0, problem: null };
        case 'cache.dismissRecoveries':
          this.recoveriesDismissed = true;
          return { dismissed: 1 };
        case 'cache.retry':
          return { records: 3 };
        case 'cache.previewRedaction':
          return previewOf(input as CallInput<'cache.previewRedaction'>, rows);
        case 'logs.errorTimes':
          return { timesMs: [], complete: true };
        case 'metrics.history':
          return { series: [], records: 0, reachedMs: null };
        case 'metrics.sent':
          return { sent: (input as CallInput<'metrics.sent'>).metrics.map((_, index) => index % 5 > 0) };
        case 'cache.hold':
        case 'cache.release':
          return this.hold(name, input as CallInput<'cache.hold'>);
        case 'cache.undoHold':
          this.heldSeverities.clear();
          return { records: 12_120 };
        case 'cache.delete':
          return { id: 1, records: 12_120 };
        case 'cache.undelete':
          return { records: 12_120 };
        case 'cache.redact':
        case 'cache.reaim':
        case 'cache.shiftTime':
          this.edited = editsByCall[name];
          return { id: 1, records: 4_160, segments: 3, underWay: 0, unwritable: 0 };
        case 'cache.edits':
          return this.edited === null ? [] : [{ id: 1, what: this.edited, records: 4_160, atMs: Date.now() - 20_000 }];
        case 'cache.confirmEdit':
        case 'cache.undoEdit':
          this.edited = null;
          return {};
        case 'cache.export':
          return {
            file: '/home/ada/.local/share/tether/exports/rover-7-2026-11-21T10-41-19Z.mcap',
            records: 3,
            bytes: 2048,
          };
        case 'cache.import':
          return { report: emptyImport, problem: null };
        case 'cache.importStep':
        case 'cache.exportStep':
          return null;
        case 'cache.stopExport':
        case 'cache.stopImport':
          return {};
        case 'upload.dryRun':
          return this.dryRun();
        case 'upload.flush':
          this.flushing = this.story.link !== 'online';
          this.flushed = (input as CallInput<'upload.flush'>).filter;
          return { sentLogs: 290, sentMetrics: 28, refused: 3, remaining: 12 };
        case 'upload.cancel':
          if ((input as CallInput<'upload.cancel'>).only === 'paused') this.paused = null;
          else this.flushing = false;
          return { flushes: 1 };
        case 'upload.pause':
          this.flushing = false;
          this.paused = this.flushed;
          return { flushes: 1 };
        case 'upload.resume':
          this.flushing = true;
          this.paused = null;
          return { flushes: 1 };
        case 'upload.ledger':
          return this.story.history === 0 ? [] : ledger();
        case 'upload.requests':
          return ledger().flatMap(({ kind, goesTo, account, toMs }, stretch) =>
            Array.from({ length: 3 }, (_, index) => ({
              ...{ requestId: `8d1f2c3a-0b4e-4f6a-9a51-7c20e5d3b${stretch}${index}0`, atMs: toMs - index * 900 },
              ...{ kind, goesTo, account, events: 294, refused: 0 },
            })),
          );
        case 'upload.settle':
          return { records: 0 };
        case 'upload.status':
          return { state: 'idle', words: 'up to date', problem: null, unresolvedRecords: 0 };
        case 'link.set':
          return { choice: 'auto', detected: null, metered: false, limitBytesPerS: null };
        case 'upload.setMode':
          this.manual = (input as CallInput<'upload.setMode'>).mode === 'manual';
          return {};
        case 'config.read':
          return this.file();
        case 'config.check':
          return { issues: [...parseRobotFile('rover-7', (input as CallInput<'config.check'>).text).issues] };
        case 'config.write':
          this.text = (input as CallInput<'config.write'>).text;
          this.revision += 1;
          return this.file();
        case 'config.test':
          return [
            {
              id: 'topics',
              state: 'warning',
              words: 'Live: /rosout. Nothing publishes on metrics.',
              nextStep: 'Check these names against the robot.',
              copy: '',
            },
            { id: 'credentials', state: 'ok', words: 'Accepted for account 123456789012.', nextStep: '', copy: '' },
            {
              id: 'permissions',
              state: 'failed',
              words: 'cloudwatch:PutMetricData is missing. Metrics are sent with it.',
              nextStep:
                'Give the policy to who looks after the account: it allows what Tether does for this robot, no more.',
              copy: fakePolicy,
            },
            {
              id: 'group',
              state: 'warning',
              words: '"field-team-2" is not there yet in us-west-2.',
              nextStep: 'The first upload makes it. Make it now to see whether that is allowed.',
              copy: '',
            },
            {
              id: 'disk',
              state: 'ok',
              words: 'Written to at this moment: 51200 MB free, and up to 1020 MB wanted for what waits.',
              nextStep: '',
            },
          ];
        case 'config.createGroup':
          return {};
        case 'config.readTarget':
          return { text: rightText.replace('5.0', '10.0') };
        case 'config.writeTarget':
          return {};
        case 'config.running':
          return this.runningNodes;
        case 'config.setRunning':
          return {
            answers: [
              { name: 'publish_frequency', isSet: true, reason: '' },
              { name: 'log_group_name', isSet: false, reason: 'parameter is read-only' },
            ],
          };
        case 'config.choices':
          return {
            logTopics: ['/nav/log'],
            metricTopics: ['metrics', '/battery/metrics'],
            nodes: ['amcl', 'nav2', 'lidar'],
            logGroups: ['field-team-1', 'field-team-2'],
            profiles: ['default', 'field'],
            distributions: ['humble', 'jazzy'],
            interfaces: ['enp3s0', 'wlp2s0'],
            namespaces: ['/rover_1', '/rover_2'],
          };
        case 'config.history':
          return [3, 2, 1].map((id) => ({ id, atMs: Date.now() - (4 - id) * 7_300_000 }));
        case 'config.version':
          return { text: rightText.replace('"INFO"', '"DEBUG"').replace('5.0', '10.0') };
      }
    })();
    return { ok: true, value };
  }

  private readonly runningNodes: CallOutput<'config.running'> = {
    nodes: [
      {
        node: '/cloudwatch_logger',
        problem: null,
        parameters: [
          { key: 'log_group_name', running: 'field-team-1', file: 'field-team-2', isDeclared: true, isSame: false },
          { key: 'min_log_verbosity', running: 'INFO', file: 'INFO', isDeclared: true, isSame: true },
          { key: 'publish_frequency', running: 10, file: 5, isDeclared: true, isSame: false },
          { key: 'storage_limit', running: null, file: 1_048_576, isDeclared: false, isSame: false },
        ],
      },
      {
        node: '/health_metric_collector',
        problem: {
          code: 'parameters-off',
          message:
            '/health_metric_collector offers no parameter services: its author has switched them off, or it has just ended.',
          nextStep: 'Write the file to the robot and start the node with it again.',
        },
        parameters: [],
      },
    ],
  };

  private file(): CallOutput<'config.read'> {
    return {
      name: 'rover-7',
      path: '/home/ada/.config/tether/robots/rover-7.yaml',
      text: this.text,
      revision: String(this.revision),
      issues: [...parseRobotFile('rover-7', this.text).issues],
      fleet: null,
    };
  }

  private hold(name: 'cache.hold' | 'cache.release', input: CallInput<'cache.hold'>): CallOutput<'cache.hold'> {
    for (const severity of input.filter.severities ?? []) {
      if (name === 'cache.hold') this.heldSeverities.add(severity);
      else this.heldSeverities.delete(severity);
    }
    return { id: 1, records: 12_120 };
  }

  private dryRun(): CallOutput<'upload.dryRun'> {
    const held = this.heldSeverities.has('DEBUG') ? 12_120 : 0;
    const records = this.story.pendingAtStart === 0 ? 0 : Math.max(1, this.story.pendingAtStart - held);
    const metrics = Math.floor(records * 0.09);
    const requests = records === 0 ? 0 : Math.ceil(records / 4000);
    return {
      records,
      logs: records - metrics,
      metrics,
      requests: requests * 2,
      logRequests: requests,
      metricRequests: requests,
      bytes: records * 290,
      wireBytes: records * 64,
      wireMeasured: Math.min(1, 14_000 / Math.max(1, records)),
      accountId: '111122223333',
      groups:
        records === 0
          ? []
          : [
              {
                kind: 'log',
                ...{ goesTo: 'field-team-2 / rover-7', account: 'profile field, us-west-2' },
                destination: JSON.stringify(['log', 'aws', 'us-west-2', 'field', '', 'field-team-2', 'rover-7']),
                ...{ records: records - metrics, requests, bytes: records * 270, lastSentMs: null },
                place: this.story.link === 'online' ? { group: true, stream: false } : null,
                newMetrics: null,
                example: '1764029047.120000000 WARN [node name: nav.planner] no path to goal, token=[redacted]',
              },
              {
                kind: 'metric',
                ...{ goesTo: 'rovers', account: 'profile field, us-west-2' },
                destination: JSON.stringify(['metric', 'aws', 'us-west-2', 'field', '', 'rovers']),
                ...{ records: metrics, requests, bytes: records * 20, lastSentMs: Date.now() - 3_600_000, place: null },
                newMetrics: {
                  ...{ all: 14, fresh: 2, cut: false },
                  knownBy: this.story.link === 'online' ? 'cloudwatch' : 'here',
                  names: [{ name: 'winding_temperature', count: 2 }],
                },
                example: 'battery = 81.5 Percent, robot: rover-7',
              },
            ],
      leftOut:
        held === 0
          ? []
          : [
              { reason: 'DEBUG, held', records: held },
              { reason: 'in quarantine', records: 3 },
            ],
      redacted: Math.floor(records / 100),
      billed: { logBytes: records * 270, metricRequests: requests, newMetrics: records === 0 ? 0 : 2 },
      costUsd: records * 290 * 0.5e-9,
    };
  }

  private segments(): CallOutput<'cache.segments'> {
    if (this.story.history === 0) return [];
    const count = this.story.full ? 320 : this.story.link === 'online' ? 5 : 64;
    const now = Date.now();
    const each = (43 * 60_000) / count;
    return Array.from({ length: count }, (_, index) => {
      const records = 700 + ((index * 97) % 140) + (index % 17 === 11 ? 900 : 0);
      const remaining = index < 2 ? 0 : index === 2 ? Math.floor(records / 2) : records;
      const oldestMs = now - (count - index) * each;
      return {
        segment: 311 + index,
        bytes: 1_048_576 - ((index * 7919) % 40_000),
        records,
        remaining,
        open: index === count - 1,
        oldestMs,
        newestMs: oldestMs + each,
      };
    });
  }

  private counts({ filter }: CallInput<'cache.counts'>, rows: readonly Row[]): CallOutput<'cache.counts'> {
    const fitting = this.fitting(filter, rows);
    const byLabel = new Map<string, number>();
    const byHour = new Map<number, number>();
    for (const row of fitting) {
      byLabel.set(row.node, (byLabel.get(row.node) ?? 0) + 1);
      const hourMs = Math.floor(row.stampMs / 3_600_000) * 3_600_000;
      byHour.set(hourMs, (byHour.get(hourMs) ?? 0) + 1);
    }
    return {
      records: fitting.length,
      byLabel: [...byLabel].map(([label, records]) => ({ label, records })).sort((a, b) => b.records - a.records),
      byHour: [...byHour].map(([hourMs, records]) => ({ hourMs, records })).sort((a, b) => a.hourMs - b.hourMs),
    };
  }

  private fitting(filter: CallInput<'cache.read'>['filter'], rows: readonly Row[]): LogRow[] {
    const unused = { kind: 'log', stampNs: 0n, receivedNs: 0n, nodeTopics: [] } as const;
    return rows.flatMap((row) =>
      row.type === 'log' &&
      (filter.severities?.includes(row.severity) ?? true) &&
      (filter.nodes?.includes(row.node) ?? true) &&
      termsMatch({ ...row, ...unused }, filter.terms ?? []) &&
      row.stampMs >= (filter.sinceMs ?? 0) &&
      row.stampMs < (filter.untilMs ?? Infinity)
        ? [row]
        : [],
    );
  }

  private timeline(input: CallInput<'cache.timeline'>, rows: readonly Row[]): CallOutput<'cache.timeline'> {
    const fitting = this.fitting(input.filter, rows);
    const fromMs = Math.min(...fitting.map((row) => row.stampMs));
    const untilMs = Math.max(...fitting.map((row) => row.stampMs)) + 1;
    if (this.story.full) return { fromMs: 0, untilMs: 0, steps: null, tooMany: true };
    if (fitting.length === 0) return { fromMs: 0, untilMs: 0, steps: null, tooMany: false };
    const steps = Array.from({ length: input.columns }, () => ({ quiet: 0, warn: 0, error: 0, metric: 0 }));
    for (const row of fitting) {
      const step = steps[Math.floor(((row.stampMs - fromMs) / (untilMs - fromMs)) * input.columns)];
      if (step === undefined) continue;
      if (row.severity === 'WARN') step.warn += 1;
      else if (row.severity === 'ERROR' || row.severity === 'FATAL') step.error += 1;
      else step.quiet += 1;
    }
    return { fromMs, untilMs, steps, tooMany: false };
  }

  private record(input: CallInput<'cache.record'>, rows: readonly Row[]): CallOutput<'cache.record'> {
    const row = rows.find((other) => other.type === 'log' && other.id === input.ordinal) as LogRow;
    const message = `[${row.severity}] ${row.node}: ${row.message}\n  ${row.file}:${row.line} ${row.function}`;
    return {
      row: this.rowOf(row),
      goesTo: 'field-team-2 / rover-7',
      account: 'profile field, us-west-2',
      topic: row.topic,
      schema: 'rcl_interfaces/msg/Log',
      source: `${row.file}:${row.line} ${row.function}`,
      origin: '',
      bytesOnDisk: 180 + row.message.length,
      bytesSent: 26 + message.length,
      sends: [{ kind: 'log', timestampMs: Math.floor(row.stampMs), message }],
      redacted: false,
      cannotGo: '',
    };
  }

  private rowOf(row: LogRow): CachedRow {
    const refused = row.state === 'refused';
    return {
      segment: 311,
      ordinal: row.id,
      kind: 'log',
      stampMs: row.stampMs,
      receivedMs: row.receivedMs,
      severity: row.severity,
      label: row.node,
      text: row.message,
      state: refused ? 'quarantined' : this.heldSeverities.has(row.severity) ? 'held' : 'pending',
      reason: refused ? 'timestamp more than 14 days old' : '',
    };
  }

  private read(input: CallInput<'cache.read'>, rows: readonly Row[]): CallOutput<'cache.read'> {
    const states = input.filter.states ?? [];
    const all = this.fitting(input.filter, rows)
      .filter((row) => row.id < (input.after?.ordinal ?? Infinity))
      .map((row) => this.rowOf(row))
      .filter((row) => states.length === 0 || states.includes(row.state))
      .reverse();
    const end = input.skip + input.limit;
    return { rows: all.slice(input.skip, end), more: all.length > end };
  }
}

function previewOf(
  { find, replace }: CallInput<'cache.previewRedaction'>,
  rows: readonly Row[],
): CallOutput<'cache.previewRedaction'> {
  const changed = rows.flatMap((row) => {
    if (row.type !== 'log' || !row.message.includes(find)) return [];
    return [{ before: row.message, after: row.message.replaceAll(find, replace) }];
  });
  return { records: changed.length, unwritable: 0, examples: changed.slice(0, 20) };
}

function ledger(): CallOutput<'upload.ledger'> {
  const now = Date.now();
  const place = { account: 'profile field, us-west-2', refused: 0 };
  const times = { eventsFromMs: now - 86_400_000, eventsToMs: now - 43 * 60_000 };
  const logs = {
    ...{ ...place, ...times, kind: 'log' as const, goesTo: 'field-team-2 / rover-7' },
    destination: JSON.stringify(['log', 'aws', 'us-west-2', 'field', '', 'field-team-2', 'rover-7']),
  };
  const metrics = {
    ...{ ...place, ...times, kind: 'metric' as const, goesTo: 'rovers' },
    destination: JSON.stringify(['metric', 'aws', 'us-west-2', 'field', '', 'rovers']),
  };
  return [
    { ...logs, fromMs: now - 46 * 60_000, toMs: now - 43 * 60_000, events: 9120, requests: 31, bytes: 2_640_000 },
    { ...metrics, fromMs: now - 46 * 60_000, toMs: now - 43 * 60_000, events: 4160, requests: 12, bytes: 0 },
    {
      ...logs,
      fromMs: now - 90_000_000,
      toMs: now - 86_400_000,
      events: 412_008,
      requests: 1204,
      bytes: 119_482_000,
      refused: 3,
    },
  ];
}

const fakePolicy = JSON.stringify(
  {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TetherMetrics',
        Effect: 'Allow',
        Action: 'cloudwatch:PutMetricData',
        Resource: '*',
        Condition: { StringEquals: { 'cloudwatch:namespace': 'rovers' } },
      },
    ],
  },
  null,
  2,
);
