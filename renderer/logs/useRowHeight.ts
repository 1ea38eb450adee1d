import { usePage } from '../stores/pageStore.js';

/** Height of a line of the lists in CSS pixels: fixed, so that a million rows need no measuring. */
export function useRowHeight(): number {
  const isSunlight = usePage((page) => page.theme === 'sunlight');
  const isDense = usePage((page) => page.denseLines);
  if (isSunlight) return isDense ? denseSunlightRowPx : sunlightRowPx;
  return isDense ? denseRowPx : rowPx;
}

// 2^20 rows of 27 px stay under Chromium's greatest element height (2^25 px).
const rowPx = 23;
const sunlightRowPx = 27;
// The letters and one pixel.
const denseRowPx = 16;
const denseSunlightRowPx = 19;
