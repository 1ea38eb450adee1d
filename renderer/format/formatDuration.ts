const minuteS = 60;
const hourS = 3600;
const dayS = 86_400;

/** `4 s`, `43 min`, `3 h 20`, `2 d 4 h`: the two largest parts that matter. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < minuteS) return `${whole} s`;
  if (whole < hourS) return `${Math.floor(whole / minuteS)} min`;
  if (whole < dayS) {
    const minutes = Math.floor((whole % hourS) / minuteS);
    const hours = Math.floor(whole / hourS);
    return minutes === 0 ? `${hours} h` : `${hours} h ${String(minutes).padStart(2, '0')}`;
  }
  const days = Math.floor(whole / dayS);
  const hours = Math.floor((whole % dayS) / hourS);
  return hours === 0 || days >= 10 ? `${days} d` : `${days} d ${hours} h`;
}

/** Difference of two clocks: `+0.031 s`, `-2.4 s`, `+12 min`. */
export function formatOffset(offsetMs: number): string {
  return `${offsetMs < 0 ? '-' : '+'}${formatOffsetSize(offsetMs)}`;
}

/** As `formatOffset`, where words say which clock is ahead. */
export function formatOffsetSize(offsetMs: number): string {
  const size = Math.abs(offsetMs);
  if (size < 1000) return `${(size / 1000).toFixed(3)} s`;
  if (size < 60_000) return `${(size / 1000).toFixed(1)} s`;
  return formatDuration(size / 1000);
}
