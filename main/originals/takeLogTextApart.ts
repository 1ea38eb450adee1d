import { type Severity, severities } from '../model/Severity.js';

export interface LogParts {
  readonly stampNs: bigint;
  readonly severity: Severity;
  readonly node: string;
  readonly message: string;
}

const nsPerMs = 1_000_000n;
const dayNs = 86_400_000_000_000n;

/** `<stamp> <LEVEL> [node name: <name>] <message>`, as both logs nodes wrote it. */
const form = /^(\S+) (\S+) \[node name: ([^\]]*)\] ([^]*)$/;
/** ROS 1: seconds and all nine digits. */
const wholeStamp = /^(\d{1,10})\.(\d{9})$/;

/**
 * Takes the text of a log event apart, so that sending it again gives the same words (main/upload/formatLogEvent):
 *
 * - A `[topics: …]` part stays in the message: the ROS 2 form of a log, in which records are stored, has no field for
 *   it, and the words come out in the same order.
 * - The record's time is the message's own where the text has it whole (ROS 1) and it is within a day of the event's. The
 *   ROS 2 node printed six digits (`1.7e+09`): then, and for a simulated clock, it is the event's time.
 * - A stamp that is neither goes in front of the message, as `[stamp: …]`: it may be all that tells a simulated time.
 * - A text without this form is an INFO message of no node, whole but for the newline at its end.
 */
export function takeLogTextApart(text: string, timestampMs: number): LogParts {
  const eventNs = BigInt(timestampMs) * nsPerMs;
  const whole = text.endsWith('\n') ? text.slice(0, -1) : text;
  const [, stamp, level, node, rest] = form.exec(whole) ?? [];
  const severity = severities.find((name) => name === level);
  if (stamp === undefined || severity === undefined || node === undefined || rest === undefined) {
    return { stampNs: eventNs, severity: 'INFO', node: '', message: whole };
  }
  const ownNs = wholeStampNs(stamp);
  if (ownNs !== null && isNear(ownNs, eventNs)) return { stampNs: ownNs, severity, node, message: rest };
  const message = saysNoMore(stamp, eventNs) ? rest : `[stamp: ${stamp}] ${rest}`;
  return { stampNs: eventNs, severity, node, message };
}

function wholeStampNs(stamp: string): bigint | null {
  const [, seconds, fraction] = wholeStamp.exec(stamp) ?? [];
  return seconds === undefined || fraction === undefined ? null : BigInt(seconds) * 1_000_000_000n + BigInt(fraction);
}

/** Is the stamp a rounded form of a time near the event's? */
function saysNoMore(stamp: string, eventNs: bigint): boolean {
  const seconds = Number(stamp);
  return Number.isFinite(seconds) && isNear(BigInt(Math.round(seconds * 1000)) * nsPerMs, eventNs);
}

function isNear(aNs: bigint, bNs: bigint): boolean {
  return aNs > bNs - dayNs && aNs < bNs + dayNs;
}
