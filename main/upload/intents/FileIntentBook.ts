import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { RecordKind } from '../../model/Record.js';
import type { Intent, IntentDraft, IntentEnd } from './Intent.js';
import { encodeIntentLine, intentsVersion, minutesOfLine, minutesToLine, readIntentLines } from './intentLines.js';
import type { IntentLine, ReadIntentLines } from './intentLines.js';
import { accountFor, MemoryIntentBook } from './MemoryIntentBook.js';
import { SampleBook } from './SampleBook.js';

/** The file is written anew when it has grown by this much. */
const rewriteBytes = 1_048_576;
const everyMinute = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/**
 * The intents of one robot in a file, which has one owner: that of the robot's cache.
 *
 * Invariants: `begin` resolves after its line is durable. A file that is written anew is durable before it takes the old
 * one's place. Lines that wait are written together, with one `fdatasync`.
 */
export class FileIntentBook extends MemoryIntentBook {
  /** Requests that were sent although their intent could not be made durable. */
  undurable = 0;
  private handle: FileHandle | null = null;
  private waiting = '';
  private written: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;
  private bytes = 0;
  private bytesWhenNew = 0;

  private constructor(
    private readonly file: string,
    { samples, left, maybeTwice }: Known,
  ) {
    super(samples, left, maybeTwice);
  }

  /** A file of an unknown version is set aside. A disk that takes nothing now is asked again at the first request. */
  static async load(file: string): Promise<FileIntentBook> {
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    });
    const read = readIntentLines(text);
    if (read.foreign) await rename(file, `${file}.aside`);
    const book = new FileIntentBook(file, read.foreign ? knowingNothing() : replay(read));
    await book.writeAnew().catch(() => undefined);
    return book;
  }

  override async begin(draft: IntentDraft): Promise<Intent> {
    const intent = await super.begin(draft);
    try {
      await this.append(encodeIntentLine(beginLine(intent)));
    } catch {
      // A disk that takes nothing more is emptied by sending: that must go on. After a crash this one is not looked for.
      this.undurable += 1;
    }
    return intent;
  }

  override end(intent: Intent, how: Exclude<IntentEnd, 'sent-again'>): void {
    super.end(intent, how);
    this.waiting += encodeIntentLine({ type: 'end', id: intent.id, how, records: 0 });
  }

  override endSentAgain(intent: Intent, records: number): void {
    super.endSentAgain(intent, records);
    this.waiting += encodeIntentLine({ type: 'end', id: intent.id, how: 'sent-again', records });
  }

  override async close(): Promise<void> {
    if (this.waiting !== '') await this.append('').catch(() => undefined);
    await this.written.catch(() => undefined);
    await this.handle?.close();
    this.handle = null;
  }

  /** Resolves when the text, and all that waited, is durable. */
  private append(text: string): Promise<void> {
    this.waiting += text;
    // While one write is under way, all that comes meanwhile goes together in the next.
    this.next ??= this.written
      .catch(() => undefined)
      .then(() => {
        this.next = null;
        this.written = this.write();
        return this.written;
      });
    return this.next;
  }

  private async write(): Promise<void> {
    if (this.handle === null || this.bytes > this.bytesWhenNew + rewriteBytes) {
      await this.writeAnew();
      return;
    }
    const bytes = Buffer.from(this.waiting);
    this.waiting = '';
    try {
      const { bytesWritten } = await this.handle.write(bytes, 0, bytes.length, this.bytes);
      if (bytesWritten !== bytes.length) throw new Error('the disk took only a part');
      await this.handle.datasync();
    } catch (error) {
      // What this file holds now is not known: the next write makes a new one.
      await this.handle.close().catch(() => undefined);
      this.handle = null;
      throw error;
    }
    this.bytes += bytes.length;
  }

  /** Everything that still counts, in a new file. */
  private async writeAnew(): Promise<void> {
    const text = this.snapshot();
    this.waiting = '';
    const draft = `${this.file}.new`;
    await this.handle?.close();
    this.handle = null;
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, this.file);
    await syncFolder(path.dirname(this.file));
    this.handle = await open(this.file, 'r+');
    this.bytes = Buffer.byteLength(text);
    this.bytesWhenNew = this.bytes;
  }

  private snapshot(): string {
    const { samples, forgotten } = this.samples.snapshot();
    const lines: IntentLine[] = [
      { type: 'head', version: intentsVersion },
      {
        type: 'kept',
        samples: minutesToLine(samples),
        forgotten: forgotten === null ? null : [forgotten.from, forgotten.to],
        maybeTwice: { ...this.maybeTwice },
      },
      ...[...this.openNow()].map(beginLine),
    ];
    return lines.map(encodeIntentLine).join('');
  }
}

interface Known {
  readonly samples: SampleBook;
  readonly left: readonly Intent[];
  readonly maybeTwice: Record<RecordKind, number>;
}

function replay({ lines, damaged }: ReadIntentLines): Known {
  const samples = new SampleBook();
  const maybeTwice = { log: 0, metric: 0 };
  const open = new Map<number, Intent>();
  for (const line of lines) {
    if (line.type === 'kept') {
      if (line.forgotten !== null) samples.forget({ from: line.forgotten[0], to: line.forgotten[1] });
      samples.add(minutesOfLine(line.samples));
      Object.assign(maybeTwice, line.maybeTwice);
    } else if (line.type === 'begin') open.set(line.id, intentOf(line));
    else if (line.type === 'end') {
      const intent = open.get(line.id);
      open.delete(line.id);
      if (intent === undefined) continue;
      accountFor(samples, intent, line.how);
      maybeTwice[intent.destination.kind] += line.records;
    }
  }
  if (damaged) samples.forget(everyMinute);
  return { samples, left: [...open.values()].sort((a, b) => a.id - b.id), maybeTwice };
}

function knowingNothing(): Known {
  const samples = new SampleBook();
  samples.forget(everyMinute);
  return { samples, left: [], maybeTwice: { log: 0, metric: 0 } };
}

function beginLine(intent: Intent): IntentLine {
  const { id, atMs, destination, packing, ranges, records, samples } = intent;
  return {
    ...{ type: 'begin', id, atMs, destination, packing, records },
    ranges: ranges.map(({ segment, from, to }) => [segment, from, to]),
    samples: minutesToLine(samples),
  };
}

function intentOf(line: Extract<IntentLine, { type: 'begin' }>): Intent {
  const { id, atMs, destination, packing, ranges, records, samples } = line;
  return {
    ...{ id, atMs, destination, packing, records },
    ranges: ranges.map(([segment, from, to]) => ({ segment, from, to })),
    samples: minutesOfLine(samples),
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
