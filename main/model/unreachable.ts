/** Ends an exhaustive switch: the compiler proves that it is never reached, and says so if a case is added. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
