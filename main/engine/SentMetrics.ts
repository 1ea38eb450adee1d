import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../config/writeFileDurably.js';
import type { MetricDestination } from '../model/Destination.js';
import { metricIdentity } from '../model/metricIdentity.js';
import type { MetricDimension } from '../model/Record.js';
import type { Clock } from '../seams/Clock.js';
import type { SinkOutcome, SinkRequest } from '../seams/CloudSink.js';
import { accountKey } from '../upload/accountKey.js';

/** One custom metric that CloudWatch took from here: account, namespace, identity (`metricIdentity`), and the day, in ms since the epoch. */
const lineSchema = z.tuple([z.string(), z.string(), z.string(), z.number()]);
const dayMs = 86_400_000;
/** ListMetrics forgets a metric after two weeks without data (its API reference), and so is it forgotten here. */
const knownMs = 14 * dayMs;
const metricsMax = 20_000;
const writeAfterMs = 60_000;
/** A longer file is not ours. */
const fileBytesMax = 32 * 1024 * 1024;

export interface SentMetricsOptions {
  readonly file: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * Which custom metrics this laptop has sent for a robot (`uploads/<robot>.metrics.jsonl`), so that a flush can say which would be
 * new without asking CloudWatch. For people: a sudden death may cost it its last minute.
 */
export class SentMetrics {
  /** Day of the last time, by account, namespace and identity. */
  private readonly days = new Map<string, number>();
  /** What was noted on this day already, as it came: so that hardly a datum costs more than one look. */
  private readonly seen = new Set<string>();
  private seenDay = 0;
  private isChanged = false;
  private cancelTimer: (() => void) | null = null;
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly options: SentMetricsOptions) {}

  /** A file that cannot be read is a book that begins anew; the log says so. */
  static async open(options: SentMetricsOptions): Promise<SentMetrics> {
    const book = new SentMetrics(options);
    await book.load();
    return book;
  }

  /** The answer to one request. */
  add(request: SinkRequest, outcome: SinkOutcome): void {
    if (request.kind !== 'metric' || outcome.type !== 'accepted') return;
    const day = this.today();
    if (day !== this.seenDay || this.seen.size > metricsMax) this.seen.clear();
    this.seenDay = day;
    const place = placeKey(request.destination);
    for (const { name, dimensions } of request.written?.series ?? request.data) {
      const asItCame = dimensions.reduce((text, one) => `${text}\n${one.name}=${one.value}`, `${place}${name}`);
      if (this.seen.has(asItCame)) continue;
      this.seen.add(asItCame);
      this.note(`${place}${metricIdentity(name, dimensions)}`, day);
    }
  }

  /** Was it sent from here within the last two weeks? */
  knows(destination: MetricDestination, name: string, dimensions: readonly MetricDimension[]): boolean {
    const day = this.days.get(`${placeKey(destination)}${metricIdentity(name, dimensions)}`);
    return day !== undefined && this.today() - day <= knownMs;
  }

  async write(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.writing = this.writing.then(() => this.save());
    await this.writing;
  }

  private note(key: string, day: number): void {
    // Behind all others: the first of the map is the one that was not sent for the longest.
    this.days.delete(key);
    this.days.set(key, day);
    const oldest = this.days.keys().next().value;
    if (this.days.size > metricsMax && oldest !== undefined) this.days.delete(oldest);
    this.isChanged = true;
    this.cancelTimer ??= this.options.clock.after(writeAfterMs, () => {
      void this.write();
    });
  }

  private today(): number {
    const nowMs = Number(this.options.clock.nowNs() / 1_000_000n);
    return nowMs - (nowMs % dayMs);
  }

  private async save(): Promise<void> {
    if (!this.isChanged) return;
    this.isChanged = false;
    const { file, log } = this.options;
    const lines = [...this.days].map(([key, day]) => `${JSON.stringify([...key.split('\n', 3), day])}\n`);
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFileDurably(file, Buffer.from(lines.join('')), { exclusive: false, mode: 0o600 });
    } catch (error) {
      this.isChanged = true;
      log(`the list of sent metrics could not be written: ${String(error)}`);
    }
  }

  private async load(): Promise<void> {
    const { file, log } = this.options;
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log(`the list of sent metrics: ${String(error)}`);
      return;
    }
    const lines = text.length > fileBytesMax ? [] : text.split('\n').filter((line) => line !== '');
    let unread = 0;
    for (const line of lines.slice(-metricsMax)) {
      const parsed = parseLine(line);
      if (parsed === null) unread += 1;
      else this.days.set(parsed.slice(0, 3).join('\n'), parsed[3]);
    }
    if (unread > 0) log(`the list of sent metrics: ${unread} lines could not be read`);
  }
}

/** JSON holds no line break of its own, and a namespace has none (PutMetricData). */
function placeKey({ account, namespace }: MetricDestination): string {
  return `${accountKey(account)}\n${namespace}\n`;
}

function parseLine(line: string): z.infer<typeof lineSchema> | null {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
