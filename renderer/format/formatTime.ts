function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** The laptop's time zone, or UTC. */
export type Zone = 'local' | 'utc';

/** `10:41:19.482` */
export function formatTimeMs(timeMs: number, zone: Zone = 'local'): string {
  const ms = String(new Date(timeMs).getUTCMilliseconds()).padStart(3, '0');
  return `${formatTimeS(timeMs, zone)}.${ms}`;
}

/** `10:41:19.4`, or `10:41:19.4 UTC`: a moment as charts say it. */
export function formatMoment(timeMs: number, zone: Zone): string {
  return `${formatTimeMs(timeMs, zone).slice(0, -2)}${zoneMark(zone)}`;
}

/** `2026-11-21T10:41:19.482+01:00`, or with a `Z` in UTC: day and zone travel with it (ISO 8601). */
export function formatIso(timeMs: number, zone: Zone): string {
  if (zone === 'utc') return new Date(timeMs).toISOString();
  const minutes = -new Date(timeMs).getTimezoneOffset();
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
  return `${formatDay(timeMs)}T${formatTimeMs(timeMs)}${offset}`;
}

/** What is put behind times to tell them from the laptop's: nothing for those. */
export function zoneMark(zone: Zone): string {
  return zone === 'utc' ? ' UTC' : '';
}

/** `+12.418 s`, `-3:07.002`, `+1:02:03.004`: how long after a moment. */
export function formatElapsed(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const whole = Math.round(Math.abs(ms));
  const seconds = `${String(Math.floor((whole % 60_000) / 1000))}.${String(whole % 1000).padStart(3, '0')}`;
  if (whole < 60_000) return `${sign}${seconds} s`;
  const minutes = Math.floor(whole / 60_000) % 60;
  const hours = Math.floor(whole / 3_600_000);
  const rest = seconds.padStart(6, '0');
  return hours === 0 ? `${sign}${minutes}:${rest}` : `${sign}${hours}:${twoDigits(minutes)}:${rest}`;
}

/** `10:41:19` */
export function formatTimeS(timeMs: number, zone: Zone = 'local'): string {
  return `${formatClock(timeMs, zone)}:${twoDigits(new Date(timeMs).getUTCSeconds())}`;
}

/** `10:41` */
export function formatClock(timeMs: number, zone: Zone = 'local'): string {
  const time = new Date(timeMs);
  if (zone === 'utc') return time.toISOString().slice(11, 16);
  return `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`;
}

/** `2026-11-21` */
export function formatDay(timeMs: number, zone: Zone = 'local'): string {
  const time = new Date(timeMs);
  if (zone === 'utc') return time.toISOString().slice(0, 10);
  return `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`;
}

/** `2026-11-21 10:41:19.482`, in the laptop's time zone. */
export function formatDayTimeMs(timeMs: number): string {
  return `${formatDay(timeMs)} ${formatTimeMs(timeMs)}`;
}

/** `09:58`, or `11-21 09:58` when that was another day than `nowMs`. */
export function formatSince(timeMs: number, nowMs: number, zone: Zone = 'local'): string {
  const clock = formatClock(timeMs, zone);
  const day = formatDay(timeMs, zone);
  return day === formatDay(nowMs, zone) ? clock : `${day.slice(5)} ${clock}`;
}
