import type { SeriesChoice } from '../../main/contract/bridge.js';
import type { Series } from './Series.js';

/** A series that is beyond one of its thresholds. */
export interface Alarm {
  readonly key: string;
  readonly series: Series;
  readonly side: 'above' | 'below';
  readonly threshold: number;
  /** The sample that began it, robot time. */
  readonly sinceMs: number;
  /** The farthest value since. */
  readonly worst: number;
  readonly isOver: boolean;
}

/**
 * Watches the newest samples of a robot's series for those that a person set a threshold on: every sample that came counts, also one
 * that is gone again by the time anybody looks. An alarm that is over stays listed until it is dismissed: one who was away must see it.
 */
export class ThresholdWatch {
  private alarms = new Map<string, Alarm>();
  private seenUntil = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  private list: readonly Alarm[] = [];

  /** @param onAlarm called once when an alarm begins */
  constructor(private readonly onAlarm: (alarm: Alarm) => void) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly getAlarms = (): readonly Alarm[] => this.list;

  /** To be called when samples came or a choice changed; `choices` are those of the robot looked at, by the series' key. */
  look(series: ReadonlyMap<string, Series>, choices: Readonly<Record<string, SeriesChoice>>): void {
    let changed = this.forgetUnwatched(choices);
    for (const [key, choice] of Object.entries(choices)) {
      const watched = series.get(key);
      if (watched === undefined || (choice.above === null && choice.below === null)) continue;
      changed = this.lookAt(watched, choice) || changed;
    }
    if (changed) this.tell();
  }

  dismiss(key: string): void {
    if (this.alarms.delete(key)) this.tell();
  }

  /** For another robot. */
  forget(): void {
    this.alarms.clear();
    this.seenUntil.clear();
    this.tell();
  }

  private lookAt(series: Series, choice: SeriesChoice): boolean {
    const last = series.last;
    if (last === null) return false;
    const seenMs = this.seenUntil.get(series.key) ?? last.stampMs - 0.001;
    this.seenUntil.set(series.key, last.stampMs);
    const { times, values } = series.between(seenMs, last.stampMs);
    let changed = false;
    for (let index = 0; index < times.length; index += 1) {
      const timeMs = times[index] ?? 0;
      if (timeMs > seenMs) changed = this.take(series, choice, timeMs, values[index] ?? NaN) || changed;
    }
    return changed;
  }

  private take(series: Series, { above, below }: SeriesChoice, timeMs: number, value: number): boolean {
    const side = above !== null && value > above ? 'above' : below !== null && value < below ? 'below' : null;
    const before = this.alarms.get(series.key);
    if (side === null) {
      if (before === undefined || before.isOver) return false;
      this.alarms.set(series.key, { ...before, isOver: true });
      return true;
    }
    if (before !== undefined && !before.isOver && before.side === side) {
      const isWorse = side === 'above' ? value > before.worst : value < before.worst;
      if (isWorse) this.alarms.set(series.key, { ...before, worst: value });
      return isWorse;
    }
    const threshold = (side === 'above' ? above : below) ?? 0;
    const alarm: Alarm = { key: series.key, series, side, threshold, sinceMs: timeMs, worst: value, isOver: false };
    this.alarms.set(series.key, alarm);
    this.onAlarm(alarm);
    return true;
  }

  private forgetUnwatched(choices: Readonly<Record<string, SeriesChoice>>): boolean {
    let changed = false;
    for (const { key, side, threshold } of [...this.alarms.values()]) {
      if (choices[key]?.[side] === threshold) continue;
      this.alarms.delete(key);
      this.seenUntil.delete(key);
      changed = true;
    }
    return changed;
  }

  private tell(): void {
    this.list = [...this.alarms.values()].sort((left, right) => right.sinceMs - left.sinceMs);
    for (const listener of this.listeners) listener();
  }
}
