import type { ConfigIssue } from '../model/ConfigIssue.js';

export interface DecodedText {
  readonly text: string;
  /** Why the bytes are no UTF-8, or null. The text then has replacement characters and must not be written back. */
  readonly issue: ConfigIssue | null;
}

function guessEncoding(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'it looks like UTF-16';
  return 'it may be Latin-1';
}

/** Line and column (in UTF-16 units) of the first byte that is no UTF-8, by the replacement character it became. */
function findBadPlace(bytes: Uint8Array, lenient: string): { line: number; column: number } {
  let from = lenient.indexOf('\ufffd');
  let [counted, length] = [0, 0];
  // A replacement character may stand in the file as such: three good bytes.
  while (from !== -1) {
    length += Buffer.byteLength(lenient.slice(counted, from));
    counted = from;
    const [a, b, c] = bytes.subarray(length, length + 3);
    if (!(a === 0xef && b === 0xbf && c === 0xbd)) break;
    from = lenient.indexOf('\ufffd', from + 1);
  }
  const lines = lenient.slice(0, Math.max(0, from)).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** A byte order mark stays in the text, so that the same bytes are written back. */
export function decodeText(bytes: Uint8Array): DecodedText {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), issue: null };
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const { line, column } = findBadPlace(bytes, text);
    const message = `the file is not in UTF-8 (${guessEncoding(bytes)}): save it as UTF-8`;
    const issue = {
      line,
      column,
      endLine: line,
      endColumn: column + 1,
      severity: 'error',
      message,
      fix: null,
    } as const;
    return { text, issue };
  }
}
