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
  /** Those of the last status; null before the first. */
  private known: ReadonlySet<string> | null = null;
  private readonly dismissed = new Set<string>();
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

  take(robots: readonly RobotStatus[]): void {
    const all = robots.flatMap(({ name: robot, alarms }) =>
      alarms.map((alarm): Alarm => ({ ...alarm, robot, id: JSON.stringify([robot, alarm.key, alarm.sinceMs]) })),
    );
    for (const alarm of all) {
      // What was over before this page began is shown, and makes no sound.
      const isNew = this.known === null ? !alarm.isOver : !this.known.has(alarm.id);
      if (isNew) this.onAlarm(alarm);
    }
    const ids = new Set(all.map(({ id }) => id));
    this.known = ids;
    for (const id of this.dismissed) if (!ids.has(id)) this.dismissed.delete(id);
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
