function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** `10:41:19.482`, in the laptop's time zone or in UTC. */
export function formatTimeMs(timeMs: number, zone: 'local' | 'utc' = 'local'): string {
  if (zone === 'utc') return new Date(timeMs).toISOString().slice(11, 23);
  const time = new Date(timeMs);
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${formatTimeS(timeMs)}.${ms}`;
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
export function formatTimeS(timeMs: number): string {
  return `${formatClock(timeMs)}:${twoDigits(new Date(timeMs).getSeconds())}`;
}

/** `10:41` */
export function formatClock(timeMs: number): string {
  const time = new Date(timeMs);
  return `${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`;
}

/** `2026-11-21` */
export function formatDay(timeMs: number): string {
  const time = new Date(timeMs);
  return `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`;
}

/** `2026-11-21 10:41:19.482`, in the laptop's time zone. */
export function formatDayTimeMs(timeMs: number): string {
  return `${formatDay(timeMs)} ${formatTimeMs(timeMs)}`;
}

/** `09:58`, or `11-21 09:58` when that was another day than `nowMs`. */
export function formatSince(timeMs: number, nowMs: number): string {
  const clock = formatClock(timeMs);
  return formatDay(timeMs) === formatDay(nowMs) ? clock : `${formatDay(timeMs).slice(5)} ${clock}`;
}
