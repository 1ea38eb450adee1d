import { dateNsMax } from '../export/formatIsoNs.js';

/** Values as people read them on a terminal. */
const sizeUnits = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** Steps of 1024, as the robot files' KB has them: `0 B`, `1.5 KB`, `12 MB`. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1023.5 && unit < sizeUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${sizeUnits[unit] ?? ''}`;
}

/** `48,211` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 record`, `48,211 records` */
export function recordWords(records: number): string {
  return records === 1 ? '1 record' : `${formatCount(records)} records`;
}

/** `5 s`, `12 min`, `3 h 20 min`, `2 d 4 h`; under a second and from the future: `now`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** ISO 8601 in UTC with milliseconds; stamps that no calendar holds come as nanoseconds. */
export function formatIso(ns: bigint): string {
  if (ns > dateNsMax || ns < -dateNsMax) return `${ns} ns`;
  return new Date(Number(ns / 1_000_000n)).toISOString();
}

/** Local date and time to the millisecond: `2026-02-03 14:05:06.789`. */
export function formatLocalTime(ns: bigint): string {
  if (ns > dateNsMax || ns < -dateNsMax) return `${ns} ns`;
  const date = new Date(Number(ns / 1_000_000n));
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/**
 * A text of the robot's for a terminal: further lines are indented, other control characters shown as what they are. A log
 * line could otherwise move the cursor, change the title or write to the clipboard.
 */
export function forTerminal(text: string): string {
  return text
    .trimEnd()
    .replaceAll('\r\n', '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) =>
      character === '\t' ? '  ' : `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
    )
    .replaceAll('\n', '\n    ');
}
