/** Numbers with a unit as a person writes them: `1 GB` for 1048576 (KB), `2 min` for 120 (s). */
interface Unit {
  readonly names: readonly string[];
  /** In the parameter's own unit. */
  readonly size: number;
}

const unitsOf: Readonly<Record<string, readonly Unit[]>> = {
  KB: [
    { names: ['TB'], size: 1024 ** 3 },
    { names: ['GB'], size: 1024 ** 2 },
    { names: ['MB'], size: 1024 },
    { names: ['KB', ''], size: 1 },
  ],
  s: [
    { names: ['d', 'day', 'days'], size: 86_400 },
    { names: ['h', 'hour', 'hours'], size: 3600 },
    { names: ['min', 'm'], size: 60 },
    { names: ['s', 'sec', ''], size: 1 },
    { names: ['ms'], size: 0.001 },
  ],
  ms: [
    { names: ['min', 'm'], size: 60_000 },
    { names: ['s', 'sec'], size: 1000 },
    { names: ['ms', ''], size: 1 },
  ],
};

/** In the largest unit that needs no more than two digits behind the point. */
export function formatWithUnit(value: number, unit: string): string {
  const units = unitsOf[unit];
  if (units === undefined) return unit === '' ? String(value) : `${value} ${unit}`;
  const found = units.find(({ size }) => value >= size && Number.isInteger(round((value / size) * 100)));
  const { names, size } = found ?? { names: [unit], size: 1 };
  return `${round(value / size)} ${names[0] ?? unit}`;
}

/** The number in the parameter's own unit, or null when it is none. A number alone is in that unit. */
export function parseWithUnit(text: string, unit: string): number | null {
  const [, digits, word = ''] = /^\s*(-?\d*[.,]?\d+(?:e[+-]?\d+)?)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const number = Number(digits.replace(',', '.'));
  const units = unitsOf[unit] ?? [{ names: ['', unit], size: 1 }];
  const found = units.find(({ names }) => names.some((name) => name.toLowerCase() === word.toLowerCase()));
  return found === undefined ? null : round(number * found.size);
}

/** Sizes and times that people choose, to pick from. */
export function commonAmounts(unit: string, min: number, max: number): readonly string[] {
  const amounts: Readonly<Record<string, readonly number[]>> = {
    KB: [1024, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216],
    s: [1, 2, 5, 10, 30, 60, 300, 900, 3600],
    ms: [1000, 2000, 5000, 10_000, 20_000, 60_000],
  };
  const fitting = (amounts[unit] ?? []).filter((amount) => amount >= min && amount <= max);
  return fitting.map((amount) => formatWithUnit(amount, unit));
}

/** Without the dust of binary fractions. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}
