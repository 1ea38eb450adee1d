function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** `10:41:19.482`, in the laptop's time zone. */
export function formatTimeMs(timeMs: number): string {
  const time = new Date(timeMs);
  const ms = String(time.getMilliseconds()).padStart(3, '0');
  return `${formatTimeS(timeMs)}.${ms}`;
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

/** `09:58`, or `11-21 09:58` when that was another day than `nowMs`. */
export function formatSince(timeMs: number, nowMs: number): string {
  const clock = formatClock(timeMs);
  return formatDay(timeMs) === formatDay(nowMs) ? clock : `${formatDay(timeMs).slice(5)} ${clock}`;
}
