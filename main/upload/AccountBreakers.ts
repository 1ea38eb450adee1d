import type { CloudAccount } from '../model/Destination.js';
import type { Clock } from '../seams/Clock.js';
import { accountKey } from './accountKey.js';
import { Breaker } from './Breaker.js';

/**
 * One breaker for each account, shared by all robots that send to it: a throttle, an outage or a wrong clock is the same for all of
 * them, and what one has learnt spares the others. One request tries for all.
 */
export class AccountBreakers {
  private readonly breakers = new Map<string, Breaker>();

  constructor(
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  of(account: CloudAccount): Breaker {
    const key = accountKey(account);
    let breaker = this.breakers.get(key);
    if (breaker === undefined) this.breakers.set(key, (breaker = new Breaker(this.clock, this.random)));
    return breaker;
  }
}
