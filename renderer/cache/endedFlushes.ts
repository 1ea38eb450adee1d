import { create } from 'zustand';

/** What became of a flush. */
export interface EndedFlush {
  readonly sentLogs: number;
  readonly sentMetrics: number;
  readonly refused: number;
  readonly remaining: number;
  readonly beganMs: number;
  readonly endedMs: number;
}

/** By robot: its last flush that came to its end, until somebody puts it away. It is kept whatever the page shows meanwhile. */
export const useEndedFlushes = create<Readonly<Record<string, EndedFlush>>>()(() => ({}));

export function keepEndedFlush(robot: string, ended: EndedFlush): void {
  useEndedFlushes.setState({ [robot]: ended });
}

export function putEndedFlushAway(robot: string): void {
  const others = Object.entries(useEndedFlushes.getState()).filter(([name]) => name !== robot);
  useEndedFlushes.setState(Object.fromEntries(others), true);
}
