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
  /** Of the line that is chosen on the log desk: charts show it while nothing is pointed at. */
  readonly chosenMs: number | null;
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

const nowhere: TimeCursor = { pointed: null, chosenMs: null, range: null, linesAt: null };

export const useTimeCursor = create<TimeCursor>()(() => nowhere);
export const getTimeCursor = useTimeCursor.getState;

export function pointAt(timeMs: number | null, by: Desk): void {
  useTimeCursor.setState({ pointed: timeMs === null ? null : { timeMs, by } });
}

/** A line was chosen: newer than whatever was pointed at before. Null: none is chosen any more. */
export function chooseMoment(chosenMs: number | null): void {
  useTimeCursor.setState({ pointed: null, chosenMs });
}

/** What charts stand at: what is pointed at, else the chosen line; null is the newest. */
export function lookedAtMs({ pointed, chosenMs }: TimeCursor = getTimeCursor()): number | null {
  return pointed?.timeMs ?? chosenMs;
}

/** Charts show their newest again. */
export function forgetMoment(): void {
  useTimeCursor.setState({ pointed: null, chosenMs: null });
}

/** Null shows everything again. */
export function showRange(range: TimeRange | null): void {
  useTimeCursor.setState({ range });
}

/** Asks for the lines of a moment: the caller opens the log desk. */
export function goToLines(timeMs: number): void {
  useTimeCursor.setState({ linesAt: { timeMs } });
}

/** The list is there: it does not go there again when the desk is opened another time. */
export function forgetLinesAt(): void {
  useTimeCursor.setState({ linesAt: null });
}

/** For another robot: its times are others. */
export function forgetTimes(): void {
  useTimeCursor.setState(nowhere);
}
