/**
 * Fields of a JSON object that nobody has checked. A field of another type than asked for, or none, gives the zero of its
 * type and leaves `failed` true where the field is needed: the caller looks once, at the end.
 */
export class JsonFields {
  failed = false;

  constructor(private readonly value: Readonly<Record<string, unknown>>) {}

  /** The message's object; null for bytes that are no JSON object. */
  static of(data: Uint8Array): JsonFields | null {
    try {
      const value: unknown = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
      return isObject(value) ? new JsonFields(value) : null;
    } catch {
      return null;
    }
  }

  /** A text that has to be there. */
  text(name: string): string {
    const value = this.value[name];
    if (typeof value === 'string') return value;
    this.failed = true;
    return '';
  }

  /** A text that may be left out. */
  textOr(name: string, otherwise: string): string {
    const value = this.value[name];
    return typeof value === 'string' ? value : otherwise;
  }

  /** A number that has to be there. JSON has no NaN: writers put null, or its name as a text. */
  number(name: string): number {
    const value = this.value[name];
    if (typeof value === 'number') return value;
    if (value === null || value === 'NaN') return Number.NaN;
    if (value === 'Infinity' || value === '-Infinity') return Number(value);
    this.failed = true;
    return 0;
  }

  /** The first of these names that holds a whole number. */
  integerOr(names: readonly string[], otherwise: number): number {
    for (const name of names) {
      const value = this.value[name];
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    }
    return otherwise;
  }

  raw(name: string): unknown {
    return this.value[name];
  }

  /** An object inside; null when there is none of that name. */
  inner(name: string): JsonFields | null {
    const value = this.value[name];
    return isObject(value) ? new JsonFields(value) : null;
  }

  /** A list; an empty one when there is none of that name. */
  list(name: string): readonly unknown[] {
    const value = this.value[name];
    return Array.isArray(value) ? (value as readonly unknown[]) : [];
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
