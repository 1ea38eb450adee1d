// @ts-check
/** Messages as Studio's players give them to a panel. */
import { LogMaker } from '../../../cache/records.mjs';

const levels = { DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, FATAL: 50 };
const liveLevels = [10, 20, 30, 40, 50];
export const topic = '/rosout';
export const schemaName = 'rcl_interfaces/msg/Log';

/**
 * @typedef {{ stamp: { sec: number, nsec: number }, level: number, name: string, msg: string, file: string, function: string,
 *   line: number }} Log
 * @typedef {{ topic: string, schemaName: string, receiveTime: { sec: number, nsec: number }, message: Log, sizeInBytes: number }}
 *   MessageEvent
 */

/**
 * The lines that are on our disk in the same benchmark: the same words in the same order.
 * @param {number} count
 * @param {number} untilMs time of the last one
 * @returns {MessageEvent[]}
 */
export function recordedMessages(count, untilMs) {
  const maker = new LogMaker();
  return Array.from({ length: count }, (_, index) => {
    const { severity, node, message, ...place } = maker.next();
    return toEvent({ level: levels[severity], name: node, msg: message, ...place }, untilMs - (count - index) / 2);
  });
}

/**
 * A line as our tests' publisher says it.
 * @param {number} number
 * @returns {MessageEvent}
 */
export function liveMessage(number) {
  const level = liveLevels[number % liveLevels.length] ?? 20;
  const place = { file: '', function: '', line: 0 };
  return toEvent({ level, name: 'tether_test_publisher', msg: `message ${number} of the test`, ...place }, Date.now());
}

/**
 * @param {Omit<Log, 'stamp'>} log
 * @param {number} atMs
 * @returns {MessageEvent}
 */
function toEvent(log, atMs) {
  const stamp = { sec: Math.floor(atMs / 1000), nsec: Math.round((atMs % 1000) * 1e6) };
  return { topic, schemaName, receiveTime: stamp, message: { stamp, ...log }, sizeInBytes: 200 };
}
