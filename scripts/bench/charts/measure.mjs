// @ts-check
/** Runs inside a page, ours or the peer's: how often it paints, and how long it takes from an action to the painted result. */

/**
 * Frames a second over some seconds, the 95th percentile of the time between two, and how often a chart was drawn (each drawing clears
 * its canvas once).
 * @param {{ seconds: number }} options
 * @returns {Promise<{ framesPerS: number, frameMsP95: number, drawsPerS: number }>}
 */
export function paintRate({ seconds }) {
  return new Promise((resolve) => {
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    let draws = 0;
    CanvasRenderingContext2D.prototype.clearRect = function (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {number} */ width,
      /** @type {number} */ height,
    ) {
      draws += 1;
      clear.call(this, x, y, width, height);
    };
    /** @type {number[]} */
    const steps = [];
    const startMs = performance.now();
    let lastMs = startMs;
    const look = () => {
      const nowMs = performance.now();
      steps.push(nowMs - lastMs);
      lastMs = nowMs;
      if (nowMs - startMs < seconds * 1000) {
        requestAnimationFrame(look);
        return;
      }
      CanvasRenderingContext2D.prototype.clearRect = clear;
      steps.sort((left, right) => left - right);
      const spanS = (nowMs - startMs) / 1000;
      resolve({
        framesPerS: steps.length / spanS,
        frameMsP95: steps[Math.floor(steps.length * 0.95)] ?? NaN,
        drawsPerS: draws / spanS,
      });
    };
    requestAnimationFrame(look);
  });
}

/**
 * Milliseconds from an action until every chart in view has been drawn anew and that frame is over.
 * @param {{ action: string, charts: number }} options `action` is the name of a function on the window
 * @returns {Promise<number>}
 */
export function actionTime({ action, charts }) {
  return new Promise((resolve) => {
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    /** @type {Set<CanvasRenderingContext2D>} */
    const drawn = new Set();
    CanvasRenderingContext2D.prototype.clearRect = function (
      /** @type {number} */ x,
      /** @type {number} */ y,
      /** @type {number} */ width,
      /** @type {number} */ height,
    ) {
      drawn.add(this);
      clear.call(this, x, y, width, height);
    };
    const startMs = performance.now();
    /** @type {Record<string, () => void>} */ (/** @type {unknown} */ (window))[action]?.();
    const look = () => {
      if (drawn.size < charts) {
        requestAnimationFrame(look);
        return;
      }
      // A task behind the frame: what was drawn in it has been handed to the compositor.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        CanvasRenderingContext2D.prototype.clearRect = clear;
        resolve(performance.now() - startMs);
      };
      channel.port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
}
