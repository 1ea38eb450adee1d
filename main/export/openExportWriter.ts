import { unreachable } from '../model/unreachable.js';
import type { ByteSink, ExportFormat, ExportWriter } from './ExportWriter.js';

/** Each format's code is loaded only when it is asked for: the other commands must answer at once. */
export async function openExportWriter(format: ExportFormat, sink: ByteSink): Promise<ExportWriter> {
  switch (format) {
    case 'mcap': {
      const { McapExportWriter } = await import('./McapExportWriter.js');
      return await McapExportWriter.open(sink);
    }
    case 'jsonl': {
      const { JsonLinesWriter } = await import('./JsonLinesWriter.js');
      return new JsonLinesWriter(sink);
    }
    case 'csv': {
      const { CsvWriter } = await import('./CsvWriter.js');
      return new CsvWriter(sink);
    }
    default:
      return unreachable(format);
  }
}
