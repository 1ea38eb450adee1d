import { z } from 'zod';

/** A place in a settings file and what is the matter with it: `settings.theme`, `Invalid option: ...`. */
export interface FieldFinding {
  readonly place: string;
  readonly words: string;
}

/**
 * Reads `value` by an object schema whose fields all have defaults, each field for itself: one that is wrong falls back alone to its
 * default, and so does one element of a list or of a record. What was wrong, and what nobody knows, is told through `findings`.
 */
export function takeByField<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  value: unknown,
  findings: FieldFinding[],
  place = '',
): z.infer<z.ZodObject<Shape>> {
  return schema.parse(mend(schema, value, findings, place));
}

/** The value with what is wrong left out; undefined when nothing of it can be used. */
function mend(schema: z.ZodType, value: unknown, findings: FieldFinding[], place: string): unknown {
  if (schema instanceof z.ZodDefault) return mend(schema.unwrap() as z.ZodType, value, findings, place);
  if (schema instanceof z.ZodObject && isObject(value)) return mendObject(schema, value, findings, place);
  if (schema instanceof z.ZodRecord && isObject(value)) {
    const kept = Object.entries(value).map(([key, one]) => {
      return [key, mend(schema.valueType as z.ZodType, one, findings, nameOf(place, key))] as const;
    });
    return checked(schema, Object.fromEntries(kept.filter(([, one]) => one !== undefined)), findings, place);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    const kept = value.map((one, index) => mend(schema.element as z.ZodType, one, findings, `${place}[${index}]`));
    return cutToLength(
      schema,
      kept.filter((one) => one !== undefined),
      findings,
      place,
    );
  }
  return checked(schema, value, findings, place);
}

function mendObject(
  schema: z.ZodObject,
  value: Readonly<Record<string, unknown>>,
  findings: FieldFinding[],
  place: string,
): unknown {
  const mended: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    const field = Object.hasOwn(schema.shape, key) ? (schema.shape[key] as z.ZodType) : undefined;
    if (field === undefined) findings.push({ place: nameOf(place, key), words: 'is not known to this version' });
    else mended[key] = mend(field, one, findings, nameOf(place, key));
  }
  // A required field may be missing: then the object as a whole is of no use.
  return checked(schema, mended, findings, place);
}

/** A list that is too long keeps its beginning. */
function cutToLength(schema: z.ZodType, list: readonly unknown[], findings: FieldFinding[], place: string): unknown {
  const first = schema.safeParse(list).error?.issues[0];
  if (first?.code !== 'too_big') return checked(schema, list, findings, place);
  findings.push({ place, words: first.message });
  return checked(schema, list.slice(0, Number(first.maximum)), findings, place);
}

function checked(schema: z.ZodType, value: unknown, findings: FieldFinding[], place: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  findings.push({
    place: (issue?.path ?? []).map(String).reduce(nameOf, place),
    words: issue?.message ?? 'is not valid',
  });
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}
