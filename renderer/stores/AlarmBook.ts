import type { AlarmStatus, RobotStatus } from '../../main/contract/frames.js';

/** An alarm of one of the robots. */
export interface Alarm extends AlarmStatus {
  readonly robot: string;
  /** The same as long as it is the same crossing. */
  readonly id: string;
}

/** The alarms of all robots that nobody has dismissed, the newest first, as the engine tells them. */
export class AlarmBook {
  private readonly listeners = new Set<() => void>();
  private readonly known = new Set<string>();
  private readonly dismissed = new Set<string>();
  private list: readonly Alarm[] = [];
  private hasBegun = false;

  /** @param onAlarm called once when an alarm begins */
  constructor(private readonly onAlarm: (alarm: Alarm) => void) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly getAlarms = (): readonly Alarm[] => this.list;

  take(robots: readonly RobotStatus[]): void {
    const all = robots.flatMap(({ name: robot, alarms }) =>
      alarms.map((alarm): Alarm => ({ ...alarm, robot, id: JSON.stringify([robot, alarm.key, alarm.sinceMs]) })),
    );
    for (const alarm of all) {
      if (this.known.has(alarm.id)) continue;
      this.known.add(alarm.id);
      // What was over before this page began is shown, and makes no sound.
      if (this.hasBegun || !alarm.isOver) this.onAlarm(alarm);
    }
    this.hasBegun = true;
    const ids = new Set(all.map(({ id }) => id));
    for (const set of [this.known, this.dismissed]) for (const id of set) if (!ids.has(id)) set.delete(id);
    this.show(all.filter(({ id }) => !this.dismissed.has(id)));
  }

  dismiss(id: string): void {
    this.dismissed.add(id);
    this.show(this.list.filter((alarm) => alarm.id !== id));
  }

  private show(alarms: readonly Alarm[]): void {
    const next = [...alarms].sort((left, right) => right.sinceMs - left.sinceMs);
    if (JSON.stringify(next) === JSON.stringify(this.list)) return;
    this.list = next;
    for (const listener of this.listeners) listener();
  }
}
