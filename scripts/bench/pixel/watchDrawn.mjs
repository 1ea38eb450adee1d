// @ts-check
/**
 * Runs inside a page, ours or the plain one: notes when lines whose text ends in `#<number>` were drawn.
 *
 * - `committed`: the line was in the document.
 * - `presented`: Chromium presented the frame that shows it. The newest line is marked for Element Timing
 *   (https://w3c.github.io/element-timing/) whenever the document has changed, before it is painted. A line that is above the view by
 *   then, or whose own frame was not shown, counts with the next newer one that was: late, never early.
 * - `nextFrame`: the animation frame after the one that changed the document began.
 *
 * Times are milliseconds since the epoch: those of the page's clock, moved by what Date.now() is ahead of it at its ticks, the larger of
 * two looks. `stopWatchingDrawn()` gives what was noted.
 * @typedef {{ number: number, atMs: number }} Drawn up to that number, at that time
 * @typedef {{ committed: Drawn[], presented: Drawn[], nextFrame: Drawn[] }} Watched
 * @param {string} linesSelector elements whose last one is the newest line
 */
export function watchDrawn(linesSelector) {
  const numberAtEnd = /#(\d+)$/u;
  /** @type {Watched} */
  const noted = { committed: [], presented: [], nextFrame: [] };
  const offsetBeforeMs = clockOffsetMs();
  let newest = -1;
  /** @param {PerformanceEntryList} entries */
  const takeEntries = (entries) => {
    for (const { renderTime, identifier } of /** @type {any[]} */ (entries)) {
      if (renderTime > 0) noted.presented.push({ number: Number(identifier), atMs: renderTime });
    }
  };
  const painted = new PerformanceObserver((list) => {
    takeEntries(list.getEntries());
  });
  painted.observe({ type: 'element' });
  const changed = new MutationObserver(() => {
    const lines = document.querySelectorAll(linesSelector);
    const line = lines[lines.length - 1];
    const number = Number(numberAtEnd.exec(line?.textContent ?? '')?.[1] ?? -1);
    if (line === undefined || number <= newest) return;
    newest = number;
    line.setAttribute('elementtiming', String(number));
    noted.committed.push({ number, atMs: performance.now() });
    requestAnimationFrame(() => {
      noted.nextFrame.push({ number, atMs: performance.now() });
    });
  });
  changed.observe(document.body, { childList: true, subtree: true, characterData: true });

  const stopWatchingDrawn = () => {
    changed.disconnect();
    takeEntries(painted.takeRecords());
    painted.disconnect();
    const offsetMs = Math.max(offsetBeforeMs, clockOffsetMs());
    for (const list of Object.values(noted)) for (const each of list) each.atMs += offsetMs;
    return noted;
  };
  Object.assign(globalThis, { stopWatchingDrawn });

  /** What has to be added to performance.now(), by what Date.now() says when it has just gone on by one. */
  function clockOffsetMs() {
    let offsetMs = -Infinity;
    for (let tick = 0; tick < 10; tick += 1) {
      const before = Date.now();
      while (Date.now() === before);
      offsetMs = Math.max(offsetMs, Date.now() - performance.now());
    }
    return offsetMs;
  }
}
