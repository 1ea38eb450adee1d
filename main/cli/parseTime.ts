const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Further back no robot has been. */
const agoMsMax = 100 * 365 * 86_400_000;

/**
 * A time as it is written for `--since` and `--until`, in milliseconds since the epoch:
 * `now`; `10m`, `2h`, `3d` ago; `14:05` or `14:05:30`, the last such time (today's or yesterday's); or ISO 8601, in local
 * time unless it names a zone. Null when it is none of these.
 */
export function parseTime(text: string, nowMs: number): number | null {
  const trimmed = text.trim();
  if (trimmed === 'now') return nowMs;
  return parseAgo(trimmed, nowMs) ?? parseClockTime(trimmed, nowMs) ?? parseIso(trimmed);
}

function parseAgo(text: string, nowMs: number): number | null {
  const match = /^(\d+(?:\.\d+)?) ?(s|m|min|h|d|w)(?: ago)?$/.exec(text);
  if (match === null) return null;
  const agoMs = Number(match[1]) * (unitsMs[match[2] ?? ''] ?? NaN);
  return agoMs <= agoMsMax ? nowMs - agoMs : null;
}

function parseClockTime(text: string, nowMs: number): number | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return null;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  const time = new Date(nowMs);
  time.setHours(hours, minutes, seconds, 0);
  if (time.getTime() > nowMs) time.setDate(time.getDate() - 1);
  return time.getTime();
}

function parseIso(text: string): number | null {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text,
  );
  if (iso === null) return null;
  // Date takes a date alone for UTC, and rolls 31 February over into March; people mean neither.
  const [year, month, day] = [Number(iso[1]), Number(iso[2]), Number(iso[3])];
  const calendar = new Date(Date.UTC(year, month - 1, day));
  if (calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day) return null;
  const ms = Date.parse(iso[4] === undefined ? `${text}T00:00` : text.replace(' ', 'T'));
  return Number.isNaN(ms) ? null : ms;
}
