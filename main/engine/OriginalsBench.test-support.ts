import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DiskCache } from '../cache/DiskCache.js';
import { FaultyFiles } from '../cache/FaultyFiles.js';
import { openDiskCache } from '../cache/openDiskCache.js';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import type { ImportedFile } from '../contract/importReport.js';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { type ImportEnd, importFolder } from '../originals/importFolder.js';
import { systemClock } from '../seams/Clock.js';
import type { CloudSink, SinkRequest } from '../seams/CloudSink.js';
import { CloudWatchSink } from '../upload/CloudWatchSink.js';
import { MemoryIntentBook } from '../upload/intents/MemoryIntentBook.js';
import { Uploader } from '../upload/Uploader.js';

export function originalsConfig(name = 'rover'): RobotConfig {
  const { config } = parseRobotFile(name, newRobotText({ name, domainId: 0, cloud: 'local' }));
  if (config === null) throw new Error('the new robot file is not valid');
  return config;
}

/** A log line as the ROS 1 node kept it; `stampMs` is the message's own time. */
export function logLine(timestampMs: number, words: string, stampMs = timestampMs): string {
  const stamp = `${Math.floor(stampMs / 1000)}.${String(stampMs % 1000).padStart(3, '0')}000000`;
  return JSON.stringify({ timestamp: timestampMs, message: `${stamp} WARN [node name: /nav] ${words}\n` });
}

export function metricLine(timestampMs: number, value: number, name = 'free_ram'): string {
  const dimensions = [{ name: 'robot_id', value: 'r1' }];
  return JSON.stringify({
    timestamp: timestampMs,
    metric_name: name,
    storage_resolution: 60,
    unit: 6,
    dimensions,
    value,
  });
}

/** A folder of the originals, a real cache beside it, and a CloudWatch API on loopback. */
export class OriginalsBench {
  readonly files = new FaultyFiles();
  readonly requests: SinkRequest[] = [];
  /** Some minutes ago, so that nothing is too old. */
  readonly startMs = Date.now() - 600_000;
  config = originalsConfig();
  bytesMax = 64 * 1024 * 1024;
  #cache: DiskCache | null = null;

  private constructor(
    readonly root: string,
    readonly cloud: LocalCloudWatch,
  ) {}

  static async make(): Promise<OriginalsBench> {
    const root = await mkdtemp(path.join(os.tmpdir(), 'tether-originals-'));
    await mkdir(path.join(root, 'cw'));
    return new OriginalsBench(root, await LocalCloudWatch.start());
  }

  get folder(): string {
    return path.join(this.root, 'cw');
  }

  get cacheFolder(): string {
    return path.join(this.root, 'cache');
  }

  async write(name: string, lines: readonly string[], end = '\n'): Promise<void> {
    await writeFile(path.join(this.folder, name), lines.join('\n') + end);
  }

  async cache(): Promise<DiskCache> {
    if (this.#cache !== null) return this.#cache;
    const opened = await openDiskCache({
      folder: this.cacheFolder,
      robot: 'rover',
      owner: { kind: 'a test', controlSocket: null },
      limits: { bytesMax: this.bytesMax, segmentBytesMax: 1024 * 1024 },
      // Retries after a second come after a hundredth of one.
      clock: { ...systemClock, after: (delayMs, callback) => systemClock.after(delayMs / 100, callback) },
      files: this.files,
    });
    if (!opened.ok) throw new Error(opened.problem.message);
    this.#cache = opened.value;
    return opened.value;
  }

  async closeCache(): Promise<void> {
    await this.#cache?.close();
    this.#cache = null;
  }

  async import(all = false, folder = this.folder): Promise<ImportEnd> {
    const cache = await this.cache();
    const signal = new AbortController().signal;
    const done = await importFolder({ cache, config: this.config, folder, all, signal, onStep: () => undefined });
    if (!done.ok) throw new Error(done.problem.message);
    return done.value;
  }

  /** Sends what the filter means through the real uploader and sink, or through another sink. */
  async flush(filter: Parameters<Uploader['flush']>[0] = {}, sink: CloudSink = this.#sink()): Promise<void> {
    const recording: CloudSink = {
      send: (request, signal) => {
        this.requests.push(request);
        return sink.send(request, signal);
      },
      findEvents: (...asked) => sink.findEvents(...asked),
      countSamples: (...asked) => sink.countSamples(...asked),
      look: (...asked) => sink.look(...asked),
      probe: (signal) => sink.probe(signal),
      close: () => {
        sink.close();
      },
    };
    const uploader = new Uploader({
      intents: new MemoryIntentBook(),
      ...{ cache: await this.cache(), sink: recording, clock: systemClock },
      settings: this.config,
      random: () => 0,
    });
    uploader.setMode('manual');
    uploader.start();
    const done = await uploader.flush(filter, { signal: new AbortController().signal, wait: true });
    await uploader.stop();
    recording.close();
    if (!done.ok) throw new Error(done.problem.message);
  }

  /** Words of the events that CloudWatch holds. */
  sentWords(): string[] {
    return this.cloud.logEvents(this.config.logs.group).map(({ message }) => message);
  }

  sentMetrics(): unknown[] {
    return this.cloud.metricData(this.config.metrics.namespace).map(({ observation }) => observation);
  }

  /** Messages and values on disk, in the order of arrival. */
  async cached(): Promise<(string | number)[]> {
    const found: (string | number)[] = [];
    for await (const { record } of (await this.cache()).read({}, 'oldest')) {
      found.push(record.kind === 'log' ? record.message : record.value);
    }
    return found;
  }

  async stop(): Promise<void> {
    this.files.fault = null;
    await this.closeCache();
    await this.cloud.stop();
    await rm(this.root, { recursive: true, force: true });
  }

  #sink(): CloudSink {
    const { account, connection } = this.config;
    return new CloudWatchSink({ account, connection, localEndpoint: () => this.cloud.url });
  }
}

/** The counts of all files together. */
export function sumOf({ report }: ImportEnd): Omit<ImportedFile, 'file'> {
  const sum = { lines: 0, imported: 0, importedBefore: 0, uploadedBefore: 0, reported: 0 };
  for (const file of report.files) {
    sum.lines += file.lines;
    sum.imported += file.imported;
    sum.importedBefore += file.importedBefore;
    sum.uploadedBefore += file.uploadedBefore;
    sum.reported += file.reported;
  }
  return sum;
}
