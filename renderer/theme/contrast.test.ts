import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { themes } from '../../main/contract/bridge.js';

/** WCAG 2.2: 4.5 to 1 for text. https://www.w3.org/TR/WCAG22/#contrast-minimum */
const textContrastMin = 4.5;
const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function tokens(theme: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`, 'u').exec(css)?.[1] ?? '';
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/gu)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((left, right) => left - right);
  return (light + 0.05) / (dark + 0.05);
}

const inks = ['text', 'text-strong', 'muted', 'accent', 'debug', 'info', 'warn', 'error', 'fatal'];
const papers = ['background', 'panel', 'raised', 'hover', 'selected'];
const pairs = [
  ...inks.flatMap((ink) => papers.map((paper) => [ink, paper] as const)),
  ['on-accent', 'accent'] as const,
  ['fatal', 'fatal-row'] as const,
  ['muted', 'fatal-row'] as const,
  ['warn', 'warn-soft'] as const,
  ['warn', 'stripe'] as const,
  ['text', 'warn-soft'] as const,
  ['error', 'error-soft'] as const,
  ['text', 'error-soft'] as const,
  ['accent', 'accent-soft'] as const,
  ['text', 'accent-soft'] as const,
  ['muted', 'accent-soft'] as const,
];

describe.each(themes)('theme %s', (theme) => {
  const values = tokens(theme);
  it('has the same tokens as the others', () => {
    expect([...values.keys()]).toEqual([...tokens('dark').keys()]);
  });
  it.each(pairs)('%s on %s can be read', (ink, paper) => {
    expect(contrast(values.get(ink) ?? '#000000', values.get(paper) ?? '#000000')).toBeGreaterThanOrEqual(
      textContrastMin,
    );
  });
});
