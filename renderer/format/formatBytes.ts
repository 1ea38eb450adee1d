const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `31 kB`, `9.8 MB`, `1 GB`. Steps of 1024, as the robot files' own limits count (`storage_limit` is in units of 1024). */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let step = 0;
  while (value >= 1023.5 && step < units.length - 1) {
    value /= 1024;
    step += 1;
  }
  const unit = units[step] ?? 'B';
  if (step === 0 || value >= 99.5) return `${Math.round(value)} ${unit}`;
  const digits = value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits).replace(/\.0$/, '')} ${unit}`;
}
