import type { TextChange } from '../../main/config/text/spotsInText.js';

/**
 * A file whose lines all end with carriage returns is edited without them, and gets them back on its way out: typed lines end as
 * the others do, and no cursor stands between the two characters. A file that mixes both keeps each as it is.
 */
export function hasReturns(text: string): boolean {
  return text.includes('\r\n') && !/\r(?!\n)|(?<!\r)\n/.test(text);
}

export function withoutReturns(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

export function withReturns(text: string): string {
  return text.replaceAll('\n', '\r\n');
}

/** A change of `text`, for the same text without its carriage returns. */
export function changeWithoutReturns(text: string, { from, to, insert }: TextChange): TextChange {
  const place = (offset: number): number => withoutReturns(text.slice(0, offset)).length;
  return { from: place(from), to: place(to), insert: withoutReturns(insert) };
}
