// @ts-check
import { writeFileSync } from 'node:fs';
import { table, words } from './figures.mjs';

/** What the engine may take, whatever it does. */
export const engineMemoryMbMax = 200;

/**
 * @typedef {object} Target
 * @property {string} what what was measured, with its unit
 * @property {number} figure ours; NaN when it could not be measured
 * @property {string} [peer] the peer's name
 * @property {number} [peerFigure]
 * @property {'ratioMin' | 'ratioMax' | 'max'} rule how figure and limit are compared: figure / peer at least or at most the limit, or
 *   the figure itself at most the limit
 * @property {number} limit
 * @property {number} [ratio] given when it is not simply figure / peer (the median over rounds, say)
 * @property {string} [missing] why there is no figure
 */

/** Collects what the parts measured: lines for people as they come, targets for the end, and everything for a JSON file. */
export class Report {
  /** @type {Record<string, unknown>} */
  #parts = {};
  /** @type {(Target & { part: string, held: boolean | null })[]} */
  #targets = [];
  #part = '';

  /** @param {string} part */
  begin(part) {
    this.#part = part;
    this.say(`\n--- ${part}`);
  }

  /** @param {string} line */
  say(line) {
    process.stdout.write(`${line}\n`);
  }

  /** @param {readonly (readonly string[])[]} rows */
  table(rows) {
    this.say(table(rows));
  }

  /** @param {unknown} figures */
  keep(figures) {
    this.#parts[this.#part] = figures;
  }

  /** @param {Target} target */
  target(target) {
    const ratio = target.ratio ?? (target.peerFigure === undefined ? undefined : target.figure / target.peerFigure);
    this.#targets.push({
      ...target,
      ...(ratio === undefined ? {} : { ratio }),
      part: this.#part,
      held: judge(target, ratio),
    });
  }

  /** Prints the targets. */
  finish() {
    this.say('\n--- targets');
    const head = ['target', 'ours', "peer's", 'peer', 'ratio', 'wanted', ''];
    this.table([head, ...this.#targets.map(rowOf)]);
  }

  /**
   * @param {string} path
   * @param {Record<string, unknown>} about
   */
  write(path, about) {
    writeFileSync(path, `${JSON.stringify({ ...about, targets: this.#targets, parts: this.#parts }, null, 2)}\n`);
  }
}

/**
 * @param {Target} target
 * @param {number | undefined} ratio
 * @returns {boolean | null} null when there is nothing to judge
 */
function judge({ rule, figure, limit }, ratio) {
  const value = rule === 'max' ? figure : (ratio ?? NaN);
  if (!Number.isFinite(value)) return null;
  return rule === 'ratioMin' ? value >= limit : value <= limit;
}

/** @param {Target & { held: boolean | null }} target */
function rowOf({ what, figure, peer = '', peerFigure, ratio, rule, limit, held, missing }) {
  const wanted = { ratioMin: `>= ${limit} x`, ratioMax: `<= ${limit} x`, max: `<= ${limit}` }[rule];
  const verdict =
    held === null ? `not measured${missing === undefined ? '' : `: ${missing}`}` : held ? 'held' : 'not held';
  const peers = peerFigure === undefined ? '' : words(peerFigure);
  return [
    what,
    words(figure),
    peers,
    peer,
    ratio === undefined || Number.isNaN(ratio) ? '' : `${words(ratio)} x`,
    wanted,
    verdict,
  ];
}
