import { cachesBytesMaxMin, type LaptopLimits } from '../../main/model/LaptopLimits.js';
import { formatWithUnit, parseWithUnit } from '../config/quantity.js';

const bytesPerKilobyte = 1024;
/** 1 PB in KB: no laptop has more. */
const kilobytesMax = 1024 ** 4;

/** `10 GB` of bytes; empty for none, which is the default. */
export function limitTextOf(bytes: number | null): string {
  return bytes === null ? '' : formatWithUnit(bytes / bytesPerKilobyte, 'KB');
}

export interface ReadLimits {
  /** Null while one of the texts is wrong. */
  readonly limits: LaptopLimits | null;
  readonly cachesProblem: string | null;
  readonly freeProblem: string | null;
}

/** What the two texts of the settings mean. */
export function readLimits(texts: { readonly cachesText: string; readonly freeText: string }): ReadLimits {
  const caches = readSize(texts.cachesText, cachesBytesMaxMin);
  const free = readSize(texts.freeText, 0);
  const limits =
    caches.problem === null && free.problem === null
      ? { cachesBytesMax: caches.bytes, diskFreeBytesMin: free.bytes }
      : null;
  return { limits, cachesProblem: caches.problem, freeProblem: free.problem };
}

function readSize(text: string, bytesMin: number): { readonly bytes: number | null; readonly problem: string | null } {
  if (text.trim() === '') return { bytes: null, problem: null };
  const kilobytes = parseWithUnit(text, 'KB');
  if (kilobytes === null) return { bytes: null, problem: 'Write a size, for instance 10 GB. Empty: the default.' };
  const bytes = Math.round(kilobytes * bytesPerKilobyte);
  if (bytes < bytesMin) return { bytes: null, problem: `At least ${limitTextOf(bytesMin)}.` };
  return kilobytes > kilobytesMax ? { bytes: null, problem: 'No disk is so large.' } : { bytes, problem: null };
}
