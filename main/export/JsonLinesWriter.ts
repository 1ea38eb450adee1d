import type { CachedRecord } from '../seams/Cache.js';
import { recordReport } from './recordReport.js';
import type { ByteSink, ExportWriter } from './ExportWriter.js';

/** One JSON object a record and line, with the fields of recordReport. */
export class JsonLinesWriter implements ExportWriter {
  readonly #sink: ByteSink;
  readonly #encoder = new TextEncoder();

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  add(robot: string, cached: CachedRecord): Promise<void> {
    return this.#sink.write(this.#encoder.encode(`${JSON.stringify(recordReport(robot, cached))}\n`));
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
