/**
 * Which runs of characters occur in a text, beside its trigrams (`trigrams.ts`, whose first invariant holds here as well): longer
 * ones, which tell `E-4100` from `E-4101` and a phrase from its words, those between two numbers, which tell the pair `0.53 0.77`
 * from others, and in a segment's head those of one and two, those of shapes, and those of a word beside a number, which tell
 * `cell 17` from `cell 3`.
 *
 * Invariant: whether a run is taken depends on its own characters and nothing else, so that all runs of what is looked for that
 * are taken are in each text that holds it. Of words, a digit beside a space or a bracket is not taken: every number makes
 * another run there, and what it says is little. A joint begins and ends with a digit, and has more than digits and points between
 * them. A numbered word is one to three digits behind units that are no digits, or before them.
 */
export interface RunKind {
  readonly lengths: readonly number[];
  readonly taken: 'all' | 'words' | 'joints' | 'numbered';
  /** Of the filter, for each run in it. */
  readonly bitsPerRun: number;
  readonly filterBytesMax: number;
}

export const chunkRuns: RunKind = { lengths: [4, 6], taken: 'words', bitsPerRun: 8, filterBytesMax: 4 * 1024 };
export const headRuns: RunKind = { lengths: [4, 6], taken: 'words', bitsPerRun: 12, filterBytesMax: 16 * 1024 };
export const jointRuns: RunKind = { lengths: [6], taken: 'joints', bitsPerRun: 8, filterBytesMax: 4 * 1024 };
export const headShortRuns: RunKind = { lengths: [1, 2], taken: 'all', bitsPerRun: 12, filterBytesMax: 16 * 1024 };
/** Of what `shapeOf` makes of a text. */
export const headShapes: RunKind = { lengths: [5, 8], taken: 'all', bitsPerRun: 12, filterBytesMax: 8 * 1024 };
/** Few bits for each: what is looked for mostly has several of them. */
export const headNumbered: RunKind = { lengths: [6], taken: 'numbered', bitsPerRun: 6, filterBytesMax: 6 * 1024 };

const hashBits = 18;
/** Bits that are set for each run. */
const bitsSet = 4;
const filterBytesMin = 16;
const factor = 0x9e3779b1;

/**
 * A text with each run of digits as one 0: the shape of a message, of which there are few, whatever its numbers are. The shape of
 * what is looked for is in that of each text that holds it.
 */
export function shapeOf(lower: string): string {
  return lower.replace(/[0-9]+/g, '0');
}

/** Collects the hashes of runs of some lengths. */
export class RunSet {
  readonly #words = new Uint32Array(2 ** hashBits / 32);
  readonly #lengths: readonly number[];
  readonly #taken: RunKind['taken'];

  constructor({ lengths, taken }: Pick<RunKind, 'lengths' | 'taken'>) {
    this.#lengths = lengths;
    this.#taken = taken;
  }

  /** Adds a text's runs; it is in lower case already. */
  add(lower: string): void {
    for (const length of this.#lengths) this.#addRuns(lower, length);
  }

  addHashes(hashes: Uint32Array): void {
    for (const hash of hashes) this.#set(hash);
  }

  /** In ascending order. */
  hashes(): Uint32Array {
    const found: number[] = [];
    for (let place = 0; place < this.#words.length; place += 1) {
      let word = this.#words[place] ?? 0;
      while (word !== 0) {
        const bit = 31 - Math.clz32(word & -word);
        found.push(place * 32 + bit);
        word &= word - 1;
      }
    }
    return Uint32Array.from(found);
  }

  #addRuns(lower: string, length: number): void {
    const leaving = power(factor, length);
    let hash = 0;
    const taken = this.#taken;
    const stretches = taken === 'numbered' ? new Stretches() : null;
    let [letterAt, digitAt, otherAt, betweenAt] = [-Infinity, -Infinity, -Infinity, -Infinity];
    for (let at = 0; at < lower.length; at += 1) {
      const unit = lower.charCodeAt(at);
      hash = (Math.imul(hash, factor) + unit + 1) | 0;
      if (at >= length) hash = (hash - Math.imul(lower.charCodeAt(at - length) + 1, leaving)) | 0;
      const kind = kindOf(unit);
      if (kind === letter) letterAt = at;
      else if (kind === digit) digitAt = at;
      else if (kind === other) otherAt = at;
      if (kind !== digit && unit !== point) betweenAt = at;
      stretches?.add(kind === digit);
      if (at < length - 1) continue;
      const before = at - length;
      let isTaken = taken === 'all';
      if (taken === 'words') isTaken = isWord(length, letterAt > before, digitAt > before, otherAt > before);
      else if (taken === 'numbered') isTaken = stretches?.endsNumbered(length) === true;
      else if (taken === 'joints' && kind === digit && betweenAt > before) {
        isTaken = kindOf(lower.charCodeAt(before + 1)) === digit;
      }
      if (isTaken) this.#set(finish(hash, length));
    }
  }

  #set(hash: number): void {
    this.#words[hash >> 5] = (this.#words[hash >> 5] ?? 0) | (1 << (hash & 31));
  }
}

function isWord(length: number, hasLetter: boolean, hasDigit: boolean, hasOther: boolean): boolean {
  return hasLetter && (length === 4 ? hasDigit && !hasOther : !(hasDigit && hasOther));
}

/** The last two stretches of digits and of all else. */
class Stretches {
  #isDigits = false;
  #length = 0;
  #lengthBefore = 0;

  /** The next unit. */
  add(isDigit: boolean): void {
    if (isDigit === this.#isDigits) {
      this.#length += 1;
      return;
    }
    this.#isDigits = isDigit;
    this.#lengthBefore = this.#length;
    this.#length = 1;
  }

  /** Are the last `length` units a numbered word? */
  endsNumbered(length: number): boolean {
    const rest = length - this.#length;
    if (rest < 1 || rest > this.#lengthBefore) return false;
    return (this.#isDigits ? this.#length : rest) <= numberDigitsMax;
  }
}

/** Of a numbered word. */
const numberDigitsMax = 3;

const letter = 0;
const digit = 1;
/** What may stand inside of a code or a name. */
const joining = 2;
const other = 3;
const point = 0x2e;

type Kind = typeof letter | typeof digit | typeof joining | typeof other;

function kindOf(unit: number): Kind {
  if ((unit >= 0x61 && unit <= 0x7a) || unit >= 0x80) return letter;
  // - . / and the digits, then :
  if (unit >= 0x2d && unit <= 0x3a) return unit >= 0x30 && unit <= 0x39 ? digit : joining;
  return unit === 0x5f || unit === 0x23 ? joining : other;
}

function power(base: number, exponent: number): number {
  let value = 1;
  for (let step = 0; step < exponent; step += 1) value = Math.imul(value, base);
  return value;
}

function finish(hash: number, length: number): number {
  return mix(hash ^ Math.imul(length, 0x85ebca77)) >>> (32 - hashBits);
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return hash ^ (hash >>> 15);
}

export function runFilter(hashes: Uint32Array, { bitsPerRun, filterBytesMax }: RunKind): Uint8Array {
  const bytes = Math.ceil((hashes.length * bitsPerRun) / 8);
  const filter = new Uint8Array(Math.min(filterBytesMax, Math.max(filterBytesMin, bytes)));
  const bits = filter.byteLength * 8;
  for (const hash of hashes) {
    for (let number = 0; number < bitsSet; number += 1) {
      const bit = bitOf(hash, number, bits);
      filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return filter;
}

/** False when a text with these runs is surely not in what the filter was made of. */
export function runsMayBe(filter: Uint8Array, hashes: Uint32Array): boolean {
  const bits = filter.byteLength * 8;
  for (const hash of hashes) {
    for (let number = 0; number < bitsSet; number += 1) {
      const bit = bitOf(hash, number, bits);
      if ((((filter[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 0) return false;
    }
  }
  return true;
}

function bitOf(hash: number, number: number, bits: number): number {
  return (mix(Math.imul(hash + 1, factor) + Math.imul(number, 0xc2b2ae3d)) >>> 0) % bits;
}

/** Is it a size that `runFilter` makes? */
export function isRunFilterSize(bytes: number): boolean {
  return bytes >= filterBytesMin && bytes <= headRuns.filterBytesMax;
}
