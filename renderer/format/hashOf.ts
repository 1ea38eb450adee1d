/** A number from 0 to 2^32 - 1, the same for the same text in every session: for colours, not for security. */
export function hashOf(text: string): number {
  let hash = 7;
  for (let index = 0; index < text.length; index += 1) hash = (hash * 31 + text.charCodeAt(index)) >>> 0;
  return hash;
}
