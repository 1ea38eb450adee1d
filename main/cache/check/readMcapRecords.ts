import { type OpenFile, readAt } from '../FileSystem.js';
import { bodyLength, recordHeadBytes, viewOf } from '../segmentBytes.js';

/** A record outside of the chunks, whole: opcode and length first. */
export interface McapRecord {
  readonly type: 'record';
  readonly opcode: number;
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** From here on nothing can be made out up to the end of the stretch. */
export interface BrokenRecord {
  readonly type: 'broken';
  readonly position: number;
  readonly length: number;
}

/** What stands behind the last chunk. */
export interface EndRecords {
  readonly attachments: readonly McapRecord[];
  readonly dataEnd: McapRecord | null;
  /** The summary section, without the footer. */
  readonly summary: readonly McapRecord[];
  readonly footer: McapRecord | null;
}

/** The MCAP records of a stretch of the file that has no chunk in it. */
export async function* readMcapRecords(
  file: OpenFile,
  start: number,
  end: number,
): AsyncGenerator<McapRecord | BrokenRecord, void, void> {
  for (let position = start; position < end;) {
    const head = await readAt(file, position, Math.min(recordHeadBytes, end - position));
    const length = head.byteLength < recordHeadBytes ? Infinity : recordHeadBytes + bodyLength(viewOf(head), 0);
    if (position + length > end) {
      yield { type: 'broken', position, length: end - position };
      return;
    }
    yield { type: 'record', opcode: head[0] ?? 0, position, bytes: await readAt(file, position, length) };
    position += length;
  }
}
