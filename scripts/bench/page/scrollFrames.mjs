// @ts-check
/**
 * Runs inside a page, ours or the empty one: milliseconds from each frame to the next while `element` is scrolled by `pixels` in
 * every frame, from its middle; with 0 it is left alone.
 * @param {Element} element
 * @param {{ durationMs: number, pixels: number }} options
 * @returns {Promise<number[]>}
 */
export async function scrollFrames(element, { durationMs, pixels }) {
  if (pixels !== 0) element.scrollTop = element.scrollHeight / 2;
  /** @type {number[]} */
  const times = [];
  await new Promise((resolve) => {
    /** @param {number} now */
    const frame = (now) => {
      times.push(now);
      if (pixels !== 0) element.scrollTop += pixels;
      if (now - (times[0] ?? now) < durationMs) requestAnimationFrame(frame);
      else resolve(undefined);
    };
    requestAnimationFrame(frame);
  });
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}
