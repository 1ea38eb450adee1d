/** What a log group gets when Tether makes it; one that is there already is never changed. */
export interface NewGroups {
  /** Days that CloudWatch keeps its events; 0: for ever, as CloudWatch does by itself. */
  readonly retentionDays: number;
  readonly tags: readonly GroupTag[];
}

export interface GroupTag {
  readonly key: string;
  readonly value: string;
}

/** AWS PutRetentionPolicy API reference: the possible values of retentionInDays. */
export const retentionDaysAllowed = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
] as const;

/** AWS TagResource (CloudWatch Logs) API reference. */
export const groupTagsMax = 50;
const keyLengthMax = 128;
const valueLengthMax = 256;
/** The same: letters, digits and spaces of any language, and these. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** `key=value`, the first `=` divides; the value may be empty. What is wrong with it in words, or the tag. */
export function parseGroupTag(text: string): GroupTag | string {
  const place = text.indexOf('=');
  if (place <= 0) return 'a tag is written "key=value"';
  const [key, value] = [text.slice(0, place), text.slice(place + 1)];
  if (key.toLowerCase().startsWith('aws:')) return 'tags that begin with "aws:" are reserved by AWS';
  if (key.length > keyLengthMax) return `a tag's key has at most ${keyLengthMax} characters`;
  if (value.length > valueLengthMax) return `a tag's value has at most ${valueLengthMax} characters`;
  if (!tagText.test(key) || !tagText.test(value)) return 'a tag has letters, digits, spaces and _ . : / = + - @ only';
  return { key, value };
}
