import { z } from 'zod';
import type { MetricDestination } from '../model/Destination.js';
import { metricIdentity } from '../model/metricIdentity.js';
import type { MetricDimension } from '../model/Record.js';
import type { SinkOutcome, SinkRequest } from '../seams/CloudSink.js';
import { accountKey } from '../upload/accountKey.js';
import { JsonLinesFile, type JsonLinesPlace } from './JsonLinesFile.js';

/** One custom metric that CloudWatch took from here: account, namespace, identity (`metricIdentity`), and the day, in ms since the epoch. */
const lineSchema = z.tuple([z.string(), z.string(), z.string(), z.number()]);
type Line = z.infer<typeof lineSchema>;
const dayMs = 86_400_000;
/** ListMetrics forgets a metric after two weeks without data (its API reference), and so is it forgotten here. */
const knownMs = 14 * dayMs;
const metricsMax = 20_000;
/** A longer file is not ours. */
const fileBytesMax = 32 * 1024 * 1024;

/**
 * Which custom metrics this laptop has sent for a robot (`uploads/<robot>.metrics.jsonl`), so that a flush can say which would be
 * new without asking CloudWatch. For people: a sudden death may cost it its last minute.
 */
export class SentMetrics {
  /** Day of the last time, by account, namespace and identity. */
  private readonly days = new Map<string, number>();
  private isChanged = false;
  private readonly book: JsonLinesFile<Line>;

  private constructor(private readonly place: JsonLinesPlace) {
    this.book = new JsonLinesFile(place, {
      schema: lineSchema,
      called: 'the list of sent metrics',
      bytesMax: fileBytesMax,
      save: () => this.save(),
    });
  }

  /** A file that cannot be read is a book that begins anew; the log says so. */
  static async open(place: JsonLinesPlace): Promise<SentMetrics> {
    const sent = new SentMetrics(place);
    await sent.load();
    return sent;
  }

  /** The answer to one request. */
  add(request: SinkRequest, outcome: SinkOutcome): void {
    if (request.kind !== 'metric' || outcome.type !== 'accepted') return;
    const day = this.today();
    const place = placeKey(request.destination);
    for (const { name, dimensions } of request.written?.series ?? request.data) {
      this.note(`${place}${metricIdentity(name, dimensions)}`, day);
    }
  }

  /** Was it sent from here within the last two weeks? */
  knows(destination: MetricDestination, name: string, dimensions: readonly MetricDimension[]): boolean {
    const day = this.days.get(`${placeKey(destination)}${metricIdentity(name, dimensions)}`);
    return day !== undefined && this.today() - day <= knownMs;
  }

  async write(): Promise<void> {
    await this.book.write();
  }

  private note(key: string, day: number): void {
    if (this.days.get(key) === day) return;
    // Behind all others: the first of the map is the one that was not sent for the longest.
    this.days.delete(key);
    this.days.set(key, day);
    const oldest = this.days.keys().next().value;
    if (this.days.size > metricsMax && oldest !== undefined) this.days.delete(oldest);
    this.isChanged = true;
    this.book.writeSoon();
  }

  private today(): number {
    const nowMs = Number(this.place.clock.nowNs() / 1_000_000n);
    return nowMs - (nowMs % dayMs);
  }

  private async save(): Promise<void> {
    if (!this.isChanged) return;
    this.isChanged = false;
    const lines = Array.from(this.days, ([key, day]): Line => {
      const [account = '', namespace = '', identity = ''] = key.split('\n', 3);
      return [account, namespace, identity, day];
    });
    if (!(await this.book.replace(lines))) this.isChanged = true;
  }

  private async load(): Promise<void> {
    for (const [account, namespace, identity, day] of (await this.book.read()).slice(-metricsMax)) {
      this.days.set(`${account}\n${namespace}\n${identity}`, day);
    }
  }
}

/** JSON holds no line break of its own, and a namespace has none (PutMetricData). */
function placeKey({ account, namespace }: MetricDestination): string {
  return `${accountKey(account)}\n${namespace}\n`;
}
