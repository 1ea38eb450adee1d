const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `48,211` */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** For chips, at most five characters: `58`, `1.9k`, `12.4k`, `311k`, `1.2M`. Rounds down: a count is never overstated. */
export function formatCountShort(count: number): string {
  if (count < 1000) return String(count);
  const [scaled, suffix] = count < 1_000_000 ? [count / 1000, 'k'] : [count / 1_000_000, 'M'];
  const tenths = Math.floor(scaled * 10) / 10;
  return tenths >= 100 ? `${Math.floor(tenths)}${suffix}` : `${tenths.toFixed(1)}${suffix}`;
}

/** `1 record`, `2 records`. */
export function formatQuantity(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** `214/s`, `0.4/s`, `0/s`. */
export function formatRate(perS: number): string {
  if (perS === 0) return '0/s';
  return perS < 10 ? `${perS.toFixed(1)}/s` : `${formatCount(Math.round(perS))}/s`;
}
