// @ts-check
/** A stand-in for `@foxglove/log`: warnings and errors go to the console. */
const quiet = () => undefined;
/** @param {unknown[]} words */
const warn = (...words) => {
  console.warn(...words);
};
const log = { debug: quiet, info: quiet, warn, error: warn, getLogger: () => log, getName: () => '' };

export default log;
