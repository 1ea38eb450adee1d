import type { Result } from '../model/Problem.js';
import type { EditReceipt, OpenEditSummary } from '../seams/Cache.js';
import type { RobotOutcome } from './forEachRobot.js';
import { recordWords } from './formatValues.js';

/** What became of an edit in one robot's cache. */
export interface EditOutcome extends RobotOutcome {
  /** Null when nothing was changed: there is nothing to confirm or to undo. */
  readonly id: number | null;
  readonly records: number;
  readonly segments: number;
  /** Records that were meant as well, but are just being sent. */
  readonly underWay: number;
  /** Records that fit as well, but cannot be written anew. */
  readonly unwritable: number;
}

/** `made` is null for a robot without records. */
export function outcomeOfEdit(name: string, made: Result<EditReceipt | null>): EditOutcome {
  const none = { name, id: null, records: 0, segments: 0, underWay: 0, unwritable: 0 };
  if (!made.ok) return { ...none, problem: made.problem };
  if (made.value === null) return { ...none, problem: null };
  const { id, ...counts } = made.value;
  return { name, id: counts.records === 0 ? null : id, ...counts, problem: null };
}

export function editLines(
  { name, id, records, underWay, unwritable }: EditOutcome,
  what: OpenEditSummary['what'],
): readonly string[] {
  const left = [
    ...(underWay === 0 ? [] : [`  ${recordWords(underWay)} left as they were: they are just being sent`]),
    ...unwritableLines(unwritable, what),
  ];
  if (id === null) return [`${name}: nothing to change`, ...left];
  return [
    `${name}: ${recordWords(records)} ${what}; the originals are kept on disk`,
    ...left,
    `  "tether cache confirm ${id} --robot ${name}" removes the originals for good`,
    `  "tether cache undo ${id} --robot ${name}" brings them back`,
  ];
}

/** What can be done about them depends on what was to be changed. */
export function unwritableLines(records: number, what: OpenEditSummary['what']): readonly string[] {
  if (records === 0) return [];
  const redacts = what === 'redacted';
  return [
    `  as they were, though meant: ${recordWords(records)}; lines of ROS 1 and of JSON cannot be written anew`,
    redacts
      ? '  what is not to be sent of them: name it under "redact" in the robot file, or hold or delete them'
      : '  hold, export or delete them',
  ];
}
