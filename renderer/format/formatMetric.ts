/** A value with its unit as a person writes it, from CloudWatch's StandardUnit names. */
export interface MetricText {
  readonly value: string;
  /** `%`, `MB`, `GB/s`, `°` is never guessed; empty for `None` and `Count`. */
  readonly unit: string;
}

interface Scale {
  readonly names: readonly string[];
  readonly factor: number;
  /** Which of `names` CloudWatch's unit is. */
  readonly start: number;
}

const byteNames = ['B', 'kB', 'MB', 'GB', 'TB'];
const bitNames = ['bit', 'kbit', 'Mbit', 'Gbit', 'Tbit'];
const timeNames = ['µs', 'ms', 's'];

const scales: Readonly<Record<string, Scale>> = {
  Bytes: { names: byteNames, factor: 1000, start: 0 },
  Kilobytes: { names: byteNames, factor: 1000, start: 1 },
  Megabytes: { names: byteNames, factor: 1000, start: 2 },
  Gigabytes: { names: byteNames, factor: 1000, start: 3 },
  Terabytes: { names: byteNames, factor: 1000, start: 4 },
  Bits: { names: bitNames, factor: 1000, start: 0 },
  Kilobits: { names: bitNames, factor: 1000, start: 1 },
  Megabits: { names: bitNames, factor: 1000, start: 2 },
  Gigabits: { names: bitNames, factor: 1000, start: 3 },
  Terabits: { names: bitNames, factor: 1000, start: 4 },
  Microseconds: { names: timeNames, factor: 1000, start: 0 },
  Milliseconds: { names: timeNames, factor: 1000, start: 1 },
};

/**
 * Three or four significant digits; large numbers grouped, tiny ones not lost: `38.2`, `25.0`, `812`, `12,120`, `0.0182`.
 * A fraction keeps its zeros, so that a live value does not change its width.
 */
export function formatValue(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2);
  if (size >= 100)
    return value.toLocaleString('en-US', { maximumFractionDigits: size >= 1000 ? digits - 3 : digits - 2 });
  return Number.isInteger(value) ? String(value) : value.toPrecision(digits);
}

/** `(812.5, 'Megabytes')` gives `812.5 MB`; `(4210, 'Megabytes')` gives `4.21 GB`; `(12031, 'Seconds')` gives `3 h 20`. */
export function formatMetric(value: number, unit: string, digits = 3): MetricText {
  const [base = unit, per] = unit.split('/');
  const rate = per === undefined ? '' : '/s';
  if (base === 'Percent') return { value: formatPercent(value, digits), unit: `%${rate}` };
  if (base === 'Seconds' && rate === '') return formatSeconds(value, digits);
  const scale = scales[base];
  if (scale === undefined)
    return { value: formatValue(value, digits), unit: base === 'None' || base === 'Count' ? rate : base };
  return formatScaled(value, scale, rate, digits);
}

/** The same as one text: `74.9 %`. */
export function formatMetricText(value: number, unit: string): string {
  const text = formatMetric(value, unit);
  return text.unit === '' ? text.value : `${text.value} ${text.unit}`;
}

function formatPercent(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(Math.abs(value) >= 1000 ? 0 : digits - 2) : '–';
}

function formatSeconds(value: number, digits: number): MetricText {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size === 0) return { value: formatValue(value, digits), unit: 's' };
  if (size < 0.001) return { value: formatValue(value * 1e6, digits), unit: 'µs' };
  if (size < 1) return { value: formatValue(value * 1000, digits), unit: 'ms' };
  if (size < 180) return { value: formatValue(value, digits), unit: 's' };
  if (size < 10_800) return { value: formatValue(value / 60, digits), unit: 'min' };
  if (size < 172_800) return { value: formatValue(value / 3600, digits), unit: 'h' };
  return { value: formatValue(value / 86_400, digits), unit: 'd' };
}

function formatScaled(value: number, scale: Scale, rate: string, digits: number): MetricText {
  let step = scale.start;
  let scaled = value;
  while (Math.abs(scaled) >= scale.factor && step < scale.names.length - 1) {
    scaled /= scale.factor;
    step += 1;
  }
  while (scaled !== 0 && Math.abs(scaled) < 1 && step > 0) {
    scaled *= scale.factor;
    step -= 1;
  }
  return { value: formatValue(scaled, digits), unit: `${scale.names[step] ?? ''}${rate}` };
}
