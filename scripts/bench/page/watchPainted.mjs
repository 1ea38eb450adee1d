// @ts-check
/**
 * Runs inside a page: from now on `globalThis.painted` gets, for each event of an input, the milliseconds from it to the frame
 * that shows what it did.
 * @param {Element} input
 * @param {string} name of the event
 */
export function watchPainted(input, name) {
  /** @type {number[]} */
  const painted = [];
  Object.assign(globalThis, { painted });
  /** @param {Event} event */
  const listen = (event) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      // After the frame that this animation frame belongs to.
      channel.port1.onmessage = () => painted.push(performance.now() - event.timeStamp);
      channel.port2.postMessage(null);
    });
  };
  /** @type {any} */ (globalThis).stopWatchingPainted?.();
  input.addEventListener(name, listen, { capture: true });
  Object.assign(globalThis, {
    stopWatchingPainted: () => {
      input.removeEventListener(name, listen, { capture: true });
    },
  });
}
