import { z } from 'zod';
import { serializationError } from './ApiError.js';

/** A member that may be absent or null: AWS's JSON protocols treat the two alike. */
export function member<Schema extends z.ZodType>(schema: Schema): z.ZodOptional<z.ZodNullable<Schema>> {
  return schema.nullable().optional();
}

/** A whole number that JSON carries exactly. */
export const wholeNumber = z.number().int();

/**
 * Parses a JSON body and checks the **types** of its members, as AWS's deserialiser does before any rule of the operation
 * is looked at. Unknown members are ignored, as AWS ignores them. Throws SerializationException.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, body: Buffer): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue === undefined ? '' : issue.path.map(String).join('.');
  throw serializationError(`${path === '' ? 'the request' : path}: ${issue?.message ?? 'has a wrong type'}`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
  } catch (error) {
    throw serializationError(`The request body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
