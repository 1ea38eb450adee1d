// @ts-check
/** The questions a person asks of a backlog, the same for ours and for SQLite. */
import { absentText, frequentTexts, nodes, Random, rareCodes } from './records.mjs';

/** @typedef {{ severity?: import('./records.mjs').Severity, node?: string, text?: string }} Query */

export const hitsWanted = 100;

/** @type {readonly { name: string, target: string, queries: readonly Query[] }[]} */
export const queryKinds = [
  { name: 'severity and node', target: 'first 100 hits by severity and node, p95 ms', queries: bySeverityAndNode(60) },
  { name: 'frequent text', target: 'first 100 hits by frequent text, p95 ms', queries: round(frequentTexts, 56) },
  {
    name: 'rare text in bursts',
    target: 'first 100 hits by rare text in bursts, p95 ms',
    queries: round(rareCodes.burst, 50),
  },
  {
    name: 'rare text, spread',
    target: 'first 100 hits by rare text spread evenly, p95 ms',
    queries: round(rareCodes.spread, 50),
  },
  {
    name: 'text without a hit',
    target: 'text without a hit, p95 ms',
    queries: Array.from({ length: 50 }, (_, number) => ({ text: `${absentText}${number}` })),
  },
];

/**
 * @param {number} count
 * @returns {Query[]}
 */
function bySeverityAndNode(count) {
  const random = new Random(3);
  const severities = /** @type {const} */ (['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);
  return Array.from({ length: count }, (_, number) => ({
    severity: /** @type {import('./records.mjs').Severity} */ (severities[number % severities.length]),
    node: random.pick(nodes).name,
  }));
}

/**
 * @param {readonly string[]} texts
 * @param {number} count
 * @returns {Query[]}
 */
function round(texts, count) {
  return Array.from({ length: count }, (_, number) => ({ text: /** @type {string} */ (texts[number % texts.length]) }));
}
