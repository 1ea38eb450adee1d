// @ts-check
/**
 * A failure that a person can act on: what went wrong in one sentence, the end of what the failing command said, and
 * what to do next.
 */
export class SetupError extends Error {
  /**
   * @param {string} message what went wrong, one sentence
   * @param {{ nextStep?: string, lastLines?: string[], logPath?: string }} [details]
   */
  constructor(message, details = {}) {
    super(message);
    this.name = 'SetupError';
    this.nextStep = details.nextStep;
    this.lastLines = details.lastLines ?? [];
    this.logPath = details.logPath;
  }
}

/**
 * The sentence to keep in the toolchain file for an error of any kind.
 * @param {unknown} error
 * @returns {string}
 */
export function problemText(error) {
  if (error instanceof SetupError && error.nextStep) return `${error.message} ${error.nextStep}`;
  return error instanceof Error ? error.message : String(error);
}
