/**
 * Gives the focus back to the card or row of a series, once the page has drawn what was chosen: a card that was pinned stands
 * somewhere else then, and is another element.
 */
export function focusSeries(key: string): void {
  requestAnimationFrame(() => {
    // A dialog that was opened meanwhile keeps the focus, and gives it back itself.
    if (document.querySelector('[role="dialog"]') !== null) return;
    const places = [...document.querySelectorAll<HTMLElement>('.metrics [data-key]')];
    // Not by a selector: keys have characters that none can name.
    const place = places.find((element) => element.dataset['key'] === key);
    place?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: 'nearest' });
  });
}
