import { hashOf } from '../format/hashOf.js';

/**
 * A node's own colour, the same in every session, as bright as the theme says. Hues of warnings and faults are left out: who speaks
 * must not look like a verdict.
 */
export function nodeColour(node: string): string {
  const hue = firstHue + (hashOf(node) % hues) * hueStep;
  return `oklch(var(--node-lightness) 0.16 ${hue})`;
}

/** Green. */
const firstHue = 130;
const hues = 10;
/** Up to violet. */
const hueStep = 20;
