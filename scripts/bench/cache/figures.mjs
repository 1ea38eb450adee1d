// @ts-check
/** Percentiles, medians, and words for figures. */

/**
 * @param {readonly number[]} values need not be sorted
 * @param {number} part 0.5 for the median
 */
export function percentile(values, part) {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** @param {readonly number[]} values the middle one, or the mean of the two in the middle */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  if (sorted.length === 0) return NaN;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? NaN;
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** @param {number} value about three digits, thousands set apart */
export function words(value) {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value
    .toPrecision(3)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/**
 * A table with its columns in line, the first one and words to the left, numbers to the right.
 * @param {readonly (readonly string[])[]} rows the first is the head
 */
export function table(rows) {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column === 0 || /^[a-z]/i.test(cell)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * @param {string} cell
 * @param {number} width
 * @param {boolean} left
 */
function pad(cell, width, left) {
  return left ? cell.padEnd(width) : cell.padStart(width);
}
