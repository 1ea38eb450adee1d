import { DigitRunSet } from './digitRuns.js';
import { chunkRuns, headNumbered, headShapes, headShortRuns, jointRuns, RunSet, shapeOf } from './runs.js';
import { TrigramSet } from './trigrams.js';

/** What occurs in texts, or must be in a text that holds a needle. All ascending. */
export interface TextHashes {
  readonly trigrams: Uint16Array;
  /** Of the longer runs, of those of one and two characters, and of those between numbers. */
  readonly runs: Uint32Array;
  readonly shortRuns: Uint32Array;
  readonly joints: Uint32Array;
  /** Of the runs of the shapes, and of the words beside numbers. */
  readonly shapes: Uint32Array;
  readonly numbered: Uint32Array;
  /** Numbers of the runs of digits. */
  readonly digits: Uint16Array;
}

/** So many shapes are known again; those that come later are gone through each time. */
const seenShapesMax = 1024;

/** All that is collected of texts, of a chunk's or a segment's. */
export class TextSets {
  readonly #trigrams = new TrigramSet();
  readonly #runs = new RunSet(chunkRuns);
  readonly #shortRuns = new RunSet(headShortRuns);
  readonly #joints = new RunSet(jointRuns);
  readonly #shapes = new RunSet(headShapes);
  readonly #numbered = new RunSet(headNumbered);
  readonly #digits = new DigitRunSet();
  /** Most texts have the shape of one before them. */
  readonly #seenShapes = new Set<string>();

  add(text: string): void {
    const lower = text.toLowerCase();
    const shape = shapeOf(lower);
    if (!this.#seenShapes.has(shape)) {
      this.#shapes.add(shape);
      if (this.#seenShapes.size < seenShapesMax) this.#seenShapes.add(shape);
    }
    this.#digits.add(lower);
    this.#trigrams.add(lower);
    this.#runs.add(lower);
    this.#shortRuns.add(lower);
    this.#joints.add(lower);
    this.#numbered.add(lower);
  }

  addHashes({ trigrams, runs, shortRuns, joints, shapes, numbered, digits }: TextHashes): void {
    this.#trigrams.addHashes(trigrams);
    this.#runs.addHashes(runs);
    this.#shortRuns.addHashes(shortRuns);
    this.#joints.addHashes(joints);
    this.#shapes.addHashes(shapes);
    this.#numbered.addHashes(numbered);
    this.#digits.addNumbers(digits);
  }

  hashes(): TextHashes {
    return {
      trigrams: this.#trigrams.hashes(),
      runs: this.#runs.hashes(),
      shortRuns: this.#shortRuns.hashes(),
      joints: this.#joints.hashes(),
      shapes: this.#shapes.hashes(),
      numbered: this.#numbered.hashes(),
      digits: this.#digits.numbers(),
    };
  }
}

/** What must be in a text that holds the needle. */
export function hashesOf(needle: string): TextHashes {
  const sets = new TextSets();
  sets.add(needle);
  return sets.hashes();
}
