import { systemClock } from '../seams/Clock.js';
import { LaptopLink } from './LaptopLink.js';

/** A link of which nobody knows whether it costs, and whose choice is kept nowhere. */
export function laptopLinkForTests(): LaptopLink {
  return new LaptopLink({
    ...{ file: '/nowhere/at/all.json', clock: systemClock },
    readMetered: () => Promise.resolve(null),
    log: () => undefined,
  });
}
