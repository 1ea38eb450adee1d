import type { BagFile } from '../BagPart.js';

const logHeaderBytes = 32;
const frameHeaderBytes = 24;

/**
 * Where in a write-ahead log the newest pages are, by their numbers, up to the last whole transaction:
 * https://sqlite.org/fileformat2.html, 4. What follows damage was never written, by SQLite's own rule. Empty for a log of nothing.
 */
export async function readWriteAheadLog(log: BagFile, pageBytes: number): Promise<ReadonlyMap<number, number>> {
  const committed = new Map<number, number>();
  if (log.bytes < logHeaderBytes) return committed;
  const header = Buffer.from(await log.read(0, logHeaderBytes));
  const magic = header.readUInt32BE(0);
  if (magic >>> 1 !== 0x377f0682 >>> 1 || header.readUInt32BE(8) !== pageBytes) return committed;
  const isBigEndian = (magic & 1) === 1;
  let sums = checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  if (!agrees(sums, header, 24)) return committed;
  let open = new Map<number, number>();
  const frameBytes = frameHeaderBytes + pageBytes;
  for (let at = logHeaderBytes; at + frameBytes <= log.bytes; at += frameBytes) {
    const frame = await log.read(at, frameBytes);
    if (frame.compare(header, 16, 24, 8, 16) !== 0) break;
    sums = checksum(frame.subarray(0, 8), sums, isBigEndian);
    sums = checksum(frame.subarray(frameHeaderBytes), sums, isBigEndian);
    if (!agrees(sums, frame, 16)) break;
    open.set(frame.readUInt32BE(0), at + frameHeaderBytes);
    if (frame.readUInt32BE(4) === 0) continue;
    for (const [page, place] of open) committed.set(page, place);
    open = new Map();
  }
  return committed;
}

type Sums = readonly [number, number];

function checksum(bytes: Buffer, before: Sums, isBigEndian: boolean): Sums {
  let [first, second] = before;
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + second) >>> 0;
    second = (second + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + first) >>> 0;
  }
  return [first, second];
}

function agrees([first, second]: Sums, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}
