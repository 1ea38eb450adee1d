import { create } from 'zustand';

/**
 * The moment and the range of time that the desks look at together. All times are the robot's (`stampMs`), in milliseconds since
 * the epoch: a metric and a line that belong together have the same one, whatever the laptop's clock says.
 *
 * A desk writes what a person points at in it, and shows what the others point at.
 */
export interface TimeCursor {
  /** What the pointer or the keyboard is on; null when it is on nothing. */
  readonly pointed: { readonly timeMs: number; readonly by: Desk } | null;
  /** What was brushed or zoomed to: charts show it, the log list keeps to it; null shows everything. */
  readonly range: TimeRange | null;
  /** A moment that somebody asked the log list to go to; a new object each time, so that asking twice goes there twice. */
  readonly linesAt: { readonly timeMs: number } | null;
}

export interface TimeRange {
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
}

type Desk = 'logs' | 'metrics';

const nowhere: TimeCursor = { pointed: null, range: null, linesAt: null };

export const useTimeCursor = create<TimeCursor>()(() => nowhere);
export const getTimeCursor = useTimeCursor.getState;

export function pointAt(timeMs: number | null, by: Desk): void {
  useTimeCursor.setState({ pointed: timeMs === null ? null : { timeMs, by } });
}

/** Null shows everything again. */
export function showRange(range: TimeRange | null): void {
  useTimeCursor.setState({ range });
}

/** Asks for the lines of a moment: the caller opens the log desk. */
export function goToLines(timeMs: number): void {
  useTimeCursor.setState({ linesAt: { timeMs } });
}

/** For another robot: its times are others. */
export function forgetTimes(): void {
  useTimeCursor.setState(nowhere);
}
