/** Room for `[12345/12345] ` in front of a piece. */
const pieceHeadBytesMax = 14;

/**
 * Cuts a text that is too long for one event into numbered ones: `[1/3] ...`, `[2/3] ...`. Every piece with its head has
 * at most `textBytesMax` UTF-8 bytes; cuts lie between code points; the pieces without heads are the text again.
 */
export function splitLogEvent(text: string, textBytesMax: number): readonly string[] {
  const pieces = cutText(text, textBytesMax - pieceHeadBytesMax);
  return pieces.map((piece, index) => `[${index + 1}/${pieces.length}] ${piece}`);
}

/** A text in pieces of at most `pieceBytesMax` (4 or more) UTF-8 bytes, cut between code points. */
export function cutText(text: string, pieceBytesMax: number): readonly string[] {
  const bytes = Buffer.from(text, 'utf8');
  const pieces: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = codePointBorder(bytes, Math.min(from + pieceBytesMax, bytes.length));
    pieces.push(bytes.toString('utf8', from, to));
    from = to;
  }
  return pieces;
}

/** The last border between code points at or before `at`. */
function codePointBorder(bytes: Buffer, at: number): number {
  let border = at;
  while (border < bytes.length && isContinuation(bytes[border])) border -= 1;
  return border;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
