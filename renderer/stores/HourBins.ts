import type { CallOutput } from '../../main/contract/calls.js';

const hourS = 3600;
/** Older than this before the newest is not shown: a clock that was not set must not stretch the picture to 1970. */
const hoursMax = 31 * 24;

type Hours = CallOutput<'cache.counts'>['byHour'];

/** How many lines are on disk of each hour of the robot's clock, by how bad they are. */
export class HourBins {
  /** By hours since the epoch: all, WARN, ERROR and worse. */
  private readonly counts = new Map<number, readonly [all: number, warn: number, bad: number]>();
  readonly oldestSecond: number;
  /** The last second of the newest hour. */
  readonly newestSecond: number;

  constructor(all: Hours, warn: Hours, bad: Hours) {
    const newest = all.reduce((last, { hourMs }) => Math.max(last, hourOf(hourMs)), -Infinity);
    const [warnings, errors] = [countsByHour(warn), countsByHour(bad)];
    let oldest = newest;
    for (const { hourMs, records } of all) {
      const hour = hourOf(hourMs);
      if (hour <= newest - hoursMax) continue;
      oldest = Math.min(oldest, hour);
      this.counts.set(hour, [records, warnings.get(hour) ?? 0, errors.get(hour) ?? 0]);
    }
    this.oldestSecond = oldest * hourS;
    this.newestSecond = (newest + 1) * hourS - 1;
  }

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  /** As `SecondBins.sum`, over whole hours; what is neither WARN nor worse counts as INFO. */
  sum(from: number, until: number, sums: Uint32Array): void {
    sums.fill(0);
    for (let hour = Math.floor(from / hourS); hour < Math.ceil(until / hourS); hour += 1) {
      const [all, warn, bad] = this.counts.get(hour) ?? [0, 0, 0];
      sums[1] = (sums[1] ?? 0) + Math.max(0, all - warn - bad);
      sums[2] = (sums[2] ?? 0) + warn;
      sums[3] = (sums[3] ?? 0) + bad;
    }
  }
}

function hourOf(hourMs: number): number {
  return Math.floor(hourMs / 1000 / hourS);
}

function countsByHour(hours: Hours): ReadonlyMap<number, number> {
  return new Map(hours.map(({ hourMs, records }) => [hourOf(hourMs), records]));
}
