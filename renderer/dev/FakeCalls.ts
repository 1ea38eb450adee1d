import type { CallInput, CallName, CallOutput } from '../../main/contract/calls.js';
import type { Row } from '../../main/contract/frames.js';
import type { Answer } from '../../main/contract/port.js';
import type { Severity } from '../../main/model/Severity.js';
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

/** Answers to the page's calls, with as much memory as the story needs. */
const emptyImport: CallOutput<'cache.import'>['report'] = {
  ...{ robot: 'rover-7', folder: '', files: [], problems: [], problemsNotListed: 0, leftOut: [], notes: [] },
};

export class FakeCalls {
  readonly heldSeverities = new Set<Severity>();
  readonly addedRobots: string[] = [];
  manual = false;
  flushing = false;
  private text: string;
  private revision = 1;

  constructor(private readonly story: Story) {
    this.text = story.configError ? rightText.replace('storage_limit: 1048576', 'storage_limit: 1048576.0') : rightText;
    if (story.link === 'offline') this.heldSeverities.add('DEBUG');
  }

  answer(name: CallName, input: unknown, rows: readonly Row[]): Answer['result'] {
    const value = (() => {
      switch (name) {
        case 'robots.add':
          this.addedRobots.push((input as CallInput<'robots.add'>).name);
          return {};
        case 'robots.startDemo':
          return { robot: 'rover-7' };
        case 'live.watch':
        case 'robots.connect':
        case 'robots.disconnect':
        case 'robots.remove':
          return {};
        case 'cache.segments':
          return this.segments();
        case 'cache.read':
          return this.read(input as CallInput<'cache.read'>, rows);
        case 'cache.counts':
          return this.counts(rows);
        case 'metrics.history':
          return { series: [], records: 0, reachedMs: null };
        case 'cache.hold':
        case 'cache.release':
          return this.hold(name, input as CallInput<'cache.hold'>);
        case 'cache.delete':
          return { id: 1, records: 12_120 };
        case 'cache.undelete':
          return { records: 12_120 };
        case 'cache.redact':
        case 'cache.reaim':
          return { id: 1, records: 4_160, segments: 3, underWay: 0 };
        case 'cache.edits':
          return [];
        case 'cache.confirmEdit':
        case 'cache.undoEdit':
          return {};
        case 'cache.import':
          return { report: emptyImport, problem: null };
        case 'cache.importStep':
          return null;
        case 'upload.dryRun':
          return this.dryRun();
        case 'upload.flush':
          this.flushing = true;
          return { sentLogs: 0, sentMetrics: 0, refused: 0, remaining: 0 };
        case 'upload.setMode':
          this.manual = (input as CallInput<'upload.setMode'>).mode === 'manual';
          return {};
        case 'config.read':
          return this.file();
        case 'config.check':
          return { issues: issuesOf((input as CallInput<'config.check'>).text) };
        case 'config.write':
          this.text = (input as CallInput<'config.write'>).text;
          this.revision += 1;
          return this.file();
      }
    })();
    return { ok: true, value };
  }

  private file(): CallOutput<'config.read'> {
    return {
      name: 'rover-7',
      path: '/home/ada/.config/tether/robots/rover-7.yaml',
      text: this.text,
      revision: String(this.revision),
      issues: issuesOf(this.text),
    };
  }

  private hold(name: 'cache.hold' | 'cache.release', input: CallInput<'cache.hold'>): { records: number } {
    for (const severity of input.filter.severities ?? []) {
      if (name === 'cache.hold') this.heldSeverities.add(severity);
      else this.heldSeverities.delete(severity);
    }
    return { records: 12_120 };
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
      groups:
        records === 0
          ? []
          : [
              { goesTo: 'field-team-2 / rover-7', account: 'profile field, us-west-2', records: records - metrics },
              { goesTo: 'rovers', account: 'profile field, us-west-2', records: metrics },
            ],
      leftOut:
        held === 0
          ? []
          : [
              { reason: 'DEBUG, held', records: held },
              { reason: 'in quarantine', records: 3 },
            ],
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

  private counts(rows: readonly Row[]): CallOutput<'cache.counts'> {
    return { records: rows.length, bySeverity: [], byLabel: [], byHour: [] };
  }

  private read(input: CallInput<'cache.read'>, rows: readonly Row[]): CallOutput<'cache.read'> {
    const text = input.filter.text?.toLowerCase() ?? '';
    const found = rows.flatMap((row) => (row.type === 'log' ? [row] : [])).reverse();
    const fitting = found.filter(
      (row) =>
        (input.filter.severities?.includes(row.severity) ?? true) &&
        `${row.node} ${row.message}`.toLowerCase().includes(text) &&
        row.stampMs >= (input.filter.sinceMs ?? 0) &&
        row.stampMs < (input.filter.untilMs ?? Infinity) &&
        row.id < (input.after?.ordinal ?? Infinity),
    );
    const page = fitting.slice(input.skip, input.skip + input.limit);
    return {
      rows: page.map((row) => ({
        segment: 311,
        ordinal: row.id,
        kind: 'log',
        stampMs: row.stampMs,
        receivedMs: row.receivedMs,
        severity: row.severity,
        label: row.node,
        text: row.message,
        state: this.heldSeverities.has(row.severity) ? 'held' : 'pending',
        reason: '',
      })),
      more: fitting.length > input.skip + input.limit,
    };
  }
}

function issuesOf(text: string): CallOutput<'config.check'>['issues'] {
  return text.split('\n').flatMap((content, index) => {
    const match = /^(\s*(?:storage_limit|maximum_file_size): )(\d+)\.0\b/u.exec(content);
    const [whole, before, number] = match ?? [];
    if (whole === undefined || before === undefined || number === undefined) return [];
    const place = { line: index + 1, column: before.length + 1, endLine: index + 1, endColumn: whole.length + 1 };
    return [{ ...place, severity: 'error' as const, message: 'ROS 2 wants an integer here', fix: number }];
  });
}
