/**
 * Which runs of three characters occur in a text, as bits of a filter: what is not in the filter is surely not in the
 * text, the reverse does not hold.
 *
 * Invariants: a character is a UTF-16 unit, and both the text and what is looked for go through `toLowerCase` as whole
 * strings before, because that is how `contentMatches` compares them. So the run of every place where a lower-cased needle
 * occurs in a lower-cased text is in the filter, whatever the characters are: halves of pairs, a final sigma, letters that
 * become two. A trigram has a hash of 16 bits; a filter of 2^n bits has the bit of the hash's highest n bits.
 */
const hashBits = 16;

/** Bytes of the filter that tells all hashes apart. */
export const trigramSetBytes = 2 ** hashBits / 8;

/** Bits that may be set of all of a filter's bits: with more, it would let too much through. */
const filledShareMax = 0.25;
const filterBytesMin = 32;

function hashOf(first: number, second: number, third: number): number {
  let hash = Math.imul(first, 0x9e3779b1) + Math.imul(second, 0x85ebca77) + Math.imul(third, 0xc2b2ae3d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> (32 - hashBits);
}

/** For listing hashes before it is known how many there are. */
const found = new Uint16Array(2 ** hashBits);

/** Collects the hashes of a chunk's trigrams. */
export class TrigramSet {
  readonly #bits = new Uint8Array(trigramSetBytes);

  /** Adds a text's trigrams; it is in lower case already. */
  add(lower: string): void {
    let first = lower.charCodeAt(0);
    let second = lower.charCodeAt(1);
    for (let at = 2; at < lower.length; at += 1) {
      const third = lower.charCodeAt(at);
      const hash = hashOf(first, second, third);
      this.#bits[hash >> 3] = (this.#bits[hash >> 3] ?? 0) | (1 << (hash & 7));
      first = second;
      second = third;
    }
  }

  addHashes(hashes: Uint16Array): void {
    for (const hash of hashes) this.#bits[hash >> 3] = (this.#bits[hash >> 3] ?? 0) | (1 << (hash & 7));
  }

  /** In ascending order. */
  hashes(): Uint16Array {
    let count = 0;
    for (let place = 0; place < trigramSetBytes; place += 1) {
      const byte = this.#bits[place] ?? 0;
      for (let bit = 0; byte >> bit !== 0; bit += 1) {
        if (((byte >> bit) & 1) === 1) found[count++] = place * 8 + bit;
      }
    }
    return found.slice(0, count);
  }
}

/** The smallest filter that keeps enough of its bits free: a power of two of bytes, at most `trigramSetBytes`. */
export function trigramFilter(hashes: Uint16Array): Uint8Array {
  let bytes = filterBytesMin;
  while (bytes < trigramSetBytes && hashes.length > bytes * 8 * filledShareMax) bytes *= 2;
  const filter = new Uint8Array(bytes);
  const shift = shiftOf(filter);
  for (const hash of hashes) {
    const bit = hash >> shift;
    filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return filter;
}

/** False when a text with these trigrams is surely not in what the filter was made of. */
export function filterMayHold(filter: Uint8Array, hashes: Uint16Array): boolean {
  const shift = shiftOf(filter);
  for (const hash of hashes) {
    const bit = hash >> shift;
    if ((((filter[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0) return false;
  }
  return true;
}

/** Is it a size that `trigramFilter` makes? */
export function isFilterSize(bytes: number): boolean {
  return bytes >= filterBytesMin && bytes <= trigramSetBytes && Number.isInteger(Math.log2(bytes));
}

function shiftOf(filter: Uint8Array): number {
  // Its size is a power of two.
  return hashBits - 3 - (31 - Math.clz32(filter.byteLength));
}
