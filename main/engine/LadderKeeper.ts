import { rungIds, type Rung, type RungId } from '../model/Ladder.js';
import type { Clock } from '../seams/Clock.js';

/** A rung as it is now; since when is the keeper's to know. */
export type RungNow = Omit<Rung, 'id' | 'sinceMs'>;

/** Remembers since when each rung has its state, so that the page can say `no internet since 09:58`. */
export class LadderKeeper {
  private readonly rungs = new Map<RungId, Rung>();

  constructor(private readonly clock: Clock) {}

  update(now: Readonly<Record<RungId, RungNow>>): readonly Rung[] {
    return rungIds.map((id) => {
      const before = this.rungs.get(id);
      const sinceMs = before?.state === now[id].state ? before.sinceMs : Number(this.clock.nowNs() / 1_000_000n);
      const rung: Rung = { id, ...now[id], sinceMs };
      this.rungs.set(id, rung);
      return rung;
    });
  }
}
