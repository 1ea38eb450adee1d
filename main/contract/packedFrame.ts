import { severities, severityRank } from '../model/Severity.js';
import { type GapRow, type LogRow, type RobotFrame, type Row, rowStates } from './frames.js';

/**
 * A robot frame as it goes over the port: what its rows say in columns, and what many of them say alike once. To copy an object
 * of a dozen named fields for each row costs engine and page several times as much.
 */
export interface PackedRobotFrame extends Omit<RobotFrame, 'rows'> {
  readonly rows: PackedRows;
}

/** Rows in order; entries of one index are one row. */
export interface PackedRows {
  readonly ids: Float64Array;
  readonly stampsMs: Float64Array;
  readonly receivedMs: Float64Array;
  /** Severity rank, plus `replayedFlag` where the row was replayed; `gapKind` for a gap, which stands whole in `gaps`. */
  readonly kinds: Uint8Array;
  /** Index in `rowStates`. */
  readonly states: Uint8Array;
  readonly messages: readonly string[];
  /** Index in `speakers`. */
  readonly speakerOf: Uint32Array;
  /** Who said it, and where in the code. */
  readonly speakers: readonly Speaker[];
  /** In the order of the rows. */
  readonly gaps: readonly GapRow[];
}

type Speaker = Pick<LogRow, 'node' | 'file' | 'function' | 'line' | 'topic'>;

const gapKind = 255;
const replayedFlag = 128;

export function packFrame(frame: RobotFrame): PackedRobotFrame {
  return { ...frame, rows: packRows(frame.rows) };
}

export function unpackFrame(frame: PackedRobotFrame): RobotFrame {
  return { ...frame, rows: unpackRows(frame.rows) };
}

function packRows(rows: readonly Row[]): PackedRows {
  const count = rows.length;
  const ids = new Float64Array(count);
  const stampsMs = new Float64Array(count);
  const receivedMs = new Float64Array(count);
  const kinds = new Uint8Array(count);
  const states = new Uint8Array(count);
  const messages: string[] = [];
  const speakerOf = new Uint32Array(count);
  const speakers = new SpeakerTable();
  const gaps: GapRow[] = [];
  for (let index = 0; index < count; index += 1) {
    const row = rows[index];
    if (row === undefined) continue;
    ids[index] = row.id;
    receivedMs[index] = row.receivedMs;
    if (row.type === 'gap') {
      kinds[index] = gapKind;
      messages.push('');
      gaps.push(row);
      continue;
    }
    stampsMs[index] = row.stampMs;
    kinds[index] = severityRank(row.severity) + (row.replayed === true ? replayedFlag : 0);
    states[index] = rowStates.indexOf(row.state);
    messages.push(row.message);
    speakerOf[index] = speakers.numberOf(row);
  }
  return { ids, stampsMs, receivedMs, kinds, states, messages, speakerOf, speakers: speakers.all, gaps };
}

function unpackRows(packed: PackedRows): Row[] {
  const { ids, stampsMs, receivedMs, kinds, states, messages, speakerOf, speakers, gaps } = packed;
  const rows: Row[] = [];
  let nextGap = 0;
  for (let index = 0; index < ids.length; index += 1) {
    const kind = kinds[index] ?? gapKind;
    const speaker = speakers[speakerOf[index] ?? 0];
    const severity = severities[kind & ~replayedFlag];
    if (kind === gapKind || speaker === undefined || severity === undefined) {
      const gap = gaps[nextGap++];
      if (gap !== undefined) rows.push(gap);
      continue;
    }
    rows.push({
      type: 'log',
      id: ids[index] ?? 0,
      stampMs: stampsMs[index] ?? 0,
      receivedMs: receivedMs[index] ?? 0,
      severity,
      node: speaker.node,
      message: messages[index] ?? '',
      file: speaker.file,
      function: speaker.function,
      line: speaker.line,
      topic: speaker.topic,
      state: rowStates[states[index] ?? 0] ?? 'received',
      ...((kind & replayedFlag) === 0 ? {} : { replayed: true }),
    });
  }
  return rows;
}

/** Numbers each speaker once: a robot's code has far fewer places that speak than it says lines. */
class SpeakerTable {
  readonly all: Speaker[] = [];
  /** By node, then by line of code: almost always one. */
  readonly #numbers = new Map<string, Map<number, number[]>>();

  numberOf({ node, file, function: name, line, topic }: LogRow): number {
    let ofNode = this.#numbers.get(node);
    if (ofNode === undefined) {
      ofNode = new Map();
      this.#numbers.set(node, ofNode);
    }
    const numbers = ofNode.get(line) ?? [];
    for (const number of numbers) {
      const known = this.all[number];
      if (known?.file === file && known.function === name && known.topic === topic) return number;
    }
    const number = this.all.length;
    this.all.push({ node, file, function: name, line, topic });
    ofNode.set(line, [...numbers, number]);
    return number;
  }
}
