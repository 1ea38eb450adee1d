// @ts-check
import { SetupError } from './SetupError.mjs';
import { relativeToRoot } from './paths.mjs';

/** A step that found everything in place shows up in the table of times only from here on. */
const tableFromMs = 1000;

/**
 * Tells a person what set-up finds and does, one whole line at a time (steps may run side by side), and where the time
 * went. `onlyWork` leaves out the steps that found everything in place: the command line uses it to stay silent.
 */
export class Reporter {
  /** @type {{ step: string, elapsedMs: number, worked: boolean }[]} */
  #times = [];
  #startedAtMs = performance.now();

  /**
   * @param {{ stream?: NodeJS.WritableStream, onlyWork?: boolean }} [options]
   */
  constructor({ stream = process.stdout, onlyWork = false } = {}) {
    this.stream = stream;
    this.onlyWork = onlyWork;
  }

  /**
   * Runs one step, timed. The step's own reporter has `found` (already in place), `doing`, `done` and `needsPerson`.
   * @template T
   * @param {string} name
   * @param {(step: Step) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async step(name, work) {
    const step = new Step(this, name);
    try {
      return await work(step);
    } catch (error) {
      step.failed(error);
      throw error;
    } finally {
      this.#times.push({ step: name, elapsedMs: performance.now() - step.startedAtMs, worked: step.worked });
    }
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  line(name, text) {
    this.stream.write(`${name.padEnd(10)} ${text}\n`);
  }

  /** Prints where the time went. Steps may overlap, so the rows can add up to more than the total. */
  printTimes() {
    const totalMs = performance.now() - this.#startedAtMs;
    const rows = this.#times.filter((row) => row.worked || row.elapsedMs >= tableFromMs);
    if (rows.length === 0) {
      if (!this.onlyWork) this.line('set-up', `everything in place (${formatSeconds(totalMs)})`);
      return;
    }
    this.stream.write('\nWhere the time went (steps may overlap)\n');
    for (const row of rows) this.stream.write(`  ${row.step.padEnd(10)} ${formatSeconds(row.elapsedMs).padStart(8)}\n`);
    this.stream.write(`  ${'total'.padEnd(10)} ${formatSeconds(totalMs).padStart(8)}\n\n`);
  }
}

/** One step's lines: see {@link Reporter.step}. */
export class Step {
  startedAtMs = performance.now();
  worked = false;

  /**
   * @param {Reporter} reporter
   * @param {string} name
   */
  constructor(reporter, name) {
    this.reporter = reporter;
    this.name = name;
  }

  /** @param {string} text what was already in place */
  found(text) {
    if (!this.reporter.onlyWork) this.reporter.line(this.name, `found: ${text}`);
  }

  /** @param {string} text what begins now and takes a while */
  doing(text) {
    this.worked = true;
    this.reporter.line(this.name, `… ${text}`);
  }

  /** @param {string} text what was done */
  done(text) {
    this.worked = true;
    this.reporter.line(this.name, `done: ${text} (${formatSeconds(performance.now() - this.startedAtMs)})`);
  }

  /** @param {string} text what only a person can do */
  needsPerson(text) {
    this.reporter.line(this.name, `TO DO: ${text}`);
  }

  /** @param {unknown} error */
  failed(error) {
    this.worked = true;
    if (!(error instanceof SetupError)) {
      this.reporter.line(this.name, `FAILED: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      return;
    }
    this.reporter.line(this.name, `FAILED: ${error.message}`);
    for (const line of error.lastLines) this.reporter.line(this.name, `  | ${line}`);
    if (error.logPath) this.reporter.line(this.name, `the whole output: ${relativeToRoot(error.logPath)}`);
    if (error.nextStep) this.needsPerson(error.nextStep);
  }
}

/** @param {number} elapsedMs */
export function formatSeconds(elapsedMs) {
  return `${(elapsedMs / 1000).toFixed(elapsedMs < 10_000 ? 2 : 1)} s`;
}

/** @param {number} bytes */
export function formatMegabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
