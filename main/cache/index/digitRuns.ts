/**
 * Which runs of four digits and points occur in a text (`trigrams.ts`, whose first invariant holds here as well): what tells one
 * number from the others, where every trigram of digits is in every chunk.
 *
 * A run's number is its characters, 0 to 9 and 10 for a point, as the digits of a number to the base 11. A filter has the bit of
 * that number modulo how many bits it has; one of the largest size tells all runs apart.
 */
const runLength = 4;
const base = 11;
const runCount = base ** runLength;
/** All runs but for their first character, of which the next one is made. */
const withoutFirst = base ** (runLength - 1);

export const digitFilterBytesMax = Math.ceil(runCount / 8);
const bitsPerRun = 6;

const zero = 0x30;
const point = 0x2e;

/** Collects the numbers of a chunk's runs. */
export class DigitRunSet {
  readonly #bits = new Uint8Array(digitFilterBytesMax);

  /** Adds a text's runs. */
  add(text: string): void {
    let length = 0;
    let run = 0;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const digit = unit === point ? 10 : unit >= zero && unit < zero + 10 ? unit - zero : -1;
      if (digit < 0) {
        length = 0;
        continue;
      }
      run = (run % withoutFirst) * base + digit;
      length += 1;
      if (length >= runLength) this.#set(run);
    }
  }

  addNumbers(numbers: Uint16Array): void {
    for (const number of numbers) this.#set(number);
  }

  /** In ascending order. */
  numbers(): Uint16Array {
    const found: number[] = [];
    for (let number = 0; number < runCount; number += 1) {
      if ((((this.#bits[number >> 3] ?? 0) >> (number & 7)) & 1) === 1) found.push(number);
    }
    return Uint16Array.from(found);
  }

  #set(number: number): void {
    this.#bits[number >> 3] = (this.#bits[number >> 3] ?? 0) | (1 << (number & 7));
  }
}

export function digitFilter(numbers: Uint16Array): Uint8Array {
  const filter = new Uint8Array(
    Math.min(digitFilterBytesMax, Math.max(1, Math.ceil((numbers.length * bitsPerRun) / 8))),
  );
  const bits = filter.byteLength * 8;
  for (const number of numbers) {
    const bit = number % bits;
    filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return filter;
}

/** False when a text with these runs is surely not in what the filter was made of. */
export function digitRunsMayBe(filter: Uint8Array, numbers: Uint16Array): boolean {
  const bits = filter.byteLength * 8;
  for (const number of numbers) {
    const bit = number % bits;
    if ((((filter[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0) return false;
  }
  return true;
}

/** Is it a size that `digitFilter` makes? */
export function isDigitFilterSize(bytes: number): boolean {
  return bytes >= 1 && bytes <= digitFilterBytesMax;
}
