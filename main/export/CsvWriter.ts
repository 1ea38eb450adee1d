import { stringify } from 'csv-stringify/sync';
import type { CachedRecord } from '../seams/Cache.js';
import { formatIsoNs } from './formatIsoNs.js';
import type { ByteSink, ExportWriter } from './ExportWriter.js';

const columns = [
  'robot',
  'segment',
  'ordinal',
  'kind',
  'state',
  'reason',
  'stamp',
  'stamp_ns',
  'received',
  'received_ns',
  'topic',
  'severity',
  'node',
  'message',
  'file',
  'function',
  'line',
  'metric',
  'value',
  'unit',
  'dimensions',
  'cloud',
  'region',
  'profile',
  'endpoint',
  'log_group',
  'log_stream',
  'namespace',
  'origin',
] as const;

type Row = Partial<Record<(typeof columns)[number], string | number | bigint>>;

/** Rows that are turned into text at once. */
const rowsAtOnceMax = 256;

/**
 * Comma-separated values after RFC 4180, UTF-8 with a byte order mark (spreadsheets take it for another encoding without).
 * A text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a return) gets a `'` before
 * it: a robot's log line must not run in somebody's spreadsheet. Numbers stay numbers.
 */
export class CsvWriter implements ExportWriter {
  readonly #sink: ByteSink;
  readonly #encoder = new TextEncoder();
  #rows: Row[] = [];
  #begun = false;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  async add(robot: string, cached: CachedRecord): Promise<void> {
    this.#rows.push(rowOf(robot, cached));
    if (this.#rows.length >= rowsAtOnceMax) await this.#writeRows();
  }

  async end(): Promise<void> {
    if (this.#rows.length > 0 || !this.#begun) await this.#writeRows();
  }

  async #writeRows(): Promise<void> {
    const text = stringify(this.#rows, {
      columns: [...columns],
      header: !this.#begun,
      bom: !this.#begun,
      record_delimiter: 'windows',
      escape_formulas: true,
    });
    this.#begun = true;
    this.#rows = [];
    await this.#sink.write(this.#encoder.encode(text));
  }
}

function rowOf(robot: string, { address, record, state, reason, origin, destination }: CachedRecord): Row {
  const { cloud, region, profile, endpoint } = destination.account;
  const common: Row = {
    robot,
    segment: address.segment,
    ordinal: address.ordinal,
    kind: record.kind,
    state,
    reason,
    origin,
    stamp: formatIsoNs(record.stampNs),
    stamp_ns: record.stampNs,
    received: formatIsoNs(record.receivedNs),
    received_ns: record.receivedNs,
    topic: record.topic,
    cloud,
    region,
    profile,
    endpoint,
    ...(destination.kind === 'log'
      ? { log_group: destination.group, log_stream: destination.stream }
      : { namespace: destination.namespace }),
  };
  if (record.kind === 'log') {
    const { severity, node, message, file, function: name, line } = record;
    return { ...common, severity, node, message, file, function: name, line };
  }
  const { name, unit, value, dimensions } = record;
  const named = dimensions.map((dimension) => `${dimension.name}=${dimension.value}`).join('; ');
  return { ...common, metric: name, value, unit, dimensions: named };
}
