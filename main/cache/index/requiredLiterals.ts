/**
 * What must be in a text for a regular expression to match it: a literal, all of some needs, or one of some needs. `all` of
 * nothing is no need.
 *
 * Invariants: only what is sure. Literals are ASCII: the lower case of another character may depend on what stands beside
 * it. They stand in the text as they are, or (`anyCase`, for a pattern that begins with the flag i) in any case, and are in
 * lower case here; k and s are not among those, because the Kelvin sign and the long s match them. A pattern with another
 * use of flags, or with anything that is not understood here, has no need.
 */
export type LiteralNeed =
  | { readonly type: 'literal'; readonly text: string; readonly anyCase: boolean }
  | { readonly type: 'all'; readonly needs: readonly LiteralNeed[] }
  | { readonly type: 'any'; readonly needs: readonly LiteralNeed[] };

export const noNeed: LiteralNeed = { type: 'all', needs: [] };

/** For a pattern that the engine has accepted. */
export function requiredLiterals(pattern: string): LiteralNeed {
  const flags = /^\(\?([imsU]+)\)/.exec(pattern);
  const parser = new Parser(pattern.slice(flags?.[0].length ?? 0), flags?.[1]?.includes('i') ?? false);
  const need = parser.alternation();
  return parser.atEnd && !parser.gaveUp ? need : noNeed;
}

/** Escapes that match no literal of their own, and those of one character whose meaning is that character. */
const classEscapes = /[dDwWsSbBAzCntrfva]/;
/** Groups that change nothing but what is captured. */
const plainGroup = /^\?(?::|P?<[A-Za-z_][A-Za-z0-9_]*>)/;
const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})\??/;

class Parser {
  readonly #pattern: string;
  readonly #anyCase: boolean;
  #position = 0;
  gaveUp = false;

  constructor(pattern: string, anyCase: boolean) {
    this.#pattern = pattern;
    this.#anyCase = anyCase;
  }

  get atEnd(): boolean {
    return this.#position === this.#pattern.length;
  }

  alternation(): LiteralNeed {
    const branches = [this.#sequence()];
    while (this.#takes('|')) branches.push(this.#sequence());
    return branches.length === 1 ? (branches[0] ?? noNeed) : { type: 'any', needs: branches };
  }

  /** Atoms one after the other, up to `|`, `)` or the end. */
  #sequence(): LiteralNeed {
    const needs: LiteralNeed[] = [];
    let run = '';
    const endRun = (): void => {
      if (run !== '') needs.push({ type: 'literal', text: run, anyCase: this.#anyCase });
      run = '';
    };
    while (!this.atEnd && !this.gaveUp && !/[|)]/.test(this.#character())) {
      const atom = this.#atom();
      const times = this.#times();
      if (typeof atom === 'string' && times === 'once') {
        run += atom;
        continue;
      }
      // The first of several, beside what comes before it; what comes after stands beside the last of them.
      if (typeof atom === 'string' && times === 'many') run += atom;
      endRun();
      if (typeof atom === 'string' && times === 'many') run = atom;
      if (typeof atom !== 'string' && atom !== null && times !== 'maybe') needs.push(atom);
    }
    endRun();
    return needs.length === 1 ? (needs[0] ?? noNeed) : { type: 'all', needs };
  }

  /** A literal character, a group's need, or null for what has none. */
  #atom(): string | LiteralNeed | null {
    const character = this.#character();
    this.#position += 1;
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#characterClass();
      case '\\':
        return this.#escape();
      case '.':
      case '^':
      case '$':
        return null;
      default:
        return this.#literal(character);
    }
  }

  #group(): LiteralNeed | null {
    if (this.#character() === '?') {
      const head = plainGroup.exec(this.#rest())?.[0];
      if (head === undefined) return this.#giveUp();
      this.#position += head.length;
    }
    const need = this.alternation();
    return this.#takes(')') ? need : this.#giveUp();
  }

  /** Steps over a class; one that has another class or an unusual escape inside is not understood. */
  #characterClass(): null {
    this.#takes('^');
    this.#takes(']');
    while (!this.atEnd) {
      const character = this.#character();
      this.#position += 1;
      if (character === ']') return null;
      if (character === '[' && this.#character() === ':') break;
      if (character !== '\\') continue;
      if (!/[^A-Za-z0-9]/.test(this.#character()) && !classEscapes.test(this.#character())) break;
      this.#position += 1;
    }
    return this.#giveUp();
  }

  #escape(): string | null {
    const character = this.#character();
    this.#position += 1;
    if (classEscapes.test(character)) return null;
    if (/[A-Za-z0-9]/.test(character) || !isAscii(character)) return this.#giveUp();
    return this.#literal(character);
  }

  #literal(character: string): string | null {
    if (!isAscii(character) || (this.#anyCase && /[ks]/i.test(character))) return null;
    return this.#anyCase ? character.toLowerCase() : character;
  }

  /** How often the last atom must be there. */
  #times(): 'once' | 'many' | 'maybe' {
    const found = quantifier.exec(this.#rest());
    if (found === null) return 'once';
    this.#position += found[0].length;
    // With a leading zero the braces are literals.
    if (/[{,]0\d/.test(found[0])) this.#giveUp();
    if (found[0].startsWith('+')) return 'many';
    return Number(found[1] ?? 0) > 0 ? 'many' : 'maybe';
  }

  #takes(character: string): boolean {
    if (this.#character() !== character) return false;
    this.#position += 1;
    return true;
  }

  #character(): string {
    return this.#pattern.charAt(this.#position);
  }

  #rest(): string {
    return this.#pattern.slice(this.#position);
  }

  #giveUp(): null {
    this.gaveUp = true;
    return null;
  }
}

function isAscii(character: string): boolean {
  return character !== '' && character <= '\u007f';
}

/** Is the need met, by what `holds` says of each literal? */
export function needIsMet(need: LiteralNeed, holds: (literal: string, anyCase: boolean) => boolean): boolean {
  switch (need.type) {
    case 'literal':
      return holds(need.text, need.anyCase);
    case 'all':
      return need.needs.every((part) => needIsMet(part, holds));
    case 'any':
      return need.needs.some((part) => needIsMet(part, holds));
  }
}
