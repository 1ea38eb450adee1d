import type { Problem } from '../../model/Problem.js';
import type { Clock } from '../../seams/Clock.js';
import type { RosEnvironment } from '../toolchain.js';
import { AddressWatch } from './AddressWatch.js';
import type { RosEnvironmentAsk } from './robotRosEnvironment.js';

export interface RunEnvironmentParts {
  /** Asked at each start, and again while it says `no-interface`. */
  readonly ros: RosEnvironmentAsk;
  /** Of the chosen network interface, now: the environment names those of its start. Absent where none is chosen. */
  readonly interfaceAddresses?: () => readonly string[];
  readonly clock: Clock;
}

export interface RunEnvironmentEvents {
  readonly found: (ros: RosEnvironment) => void;
  /** Problem `no-interface`: it is asked again. */
  readonly waiting: (problem: Problem) => void;
  readonly failed: (problem: Problem) => void;
  /** The interface has got other addresses than those that the environment names. Nothing more is told until `begin`. */
  readonly outdated: (addresses: readonly string[]) => void;
}

export const noInterface = 'no-interface';
/** A cable may be plugged in at any time. */
const interfaceEveryMs = 2_000;

/** The environment of one run of a robot's hosts: found at its beginning, waited for, and watched for whether it still holds. */
export class RunEnvironment {
  readonly #parts: RunEnvironmentParts;
  readonly #events: RunEnvironmentEvents;
  readonly #watch: AddressWatch | null;
  #asking = new AbortController();
  #cancelAsking: () => void = () => undefined;

  constructor(parts: RunEnvironmentParts, events: RunEnvironmentEvents) {
    this.#parts = parts;
    this.#events = events;
    const { interfaceAddresses, clock } = parts;
    this.#watch =
      interfaceAddresses === undefined
        ? null
        : new AddressWatch(interfaceAddresses, clock, (addresses) => {
            this.end();
            events.outdated(addresses);
          });
  }

  begin(): void {
    // Before it is asked for: what changes meanwhile is seen later.
    this.#watch?.start();
    const asking = new AbortController();
    this.#asking = asking;
    void this.#parts.ros(asking.signal).then((ros) => {
      if (asking.signal.aborted) return;
      if (ros.ok) this.#events.found(ros.value);
      else if (ros.problem.code === noInterface) {
        this.#events.waiting(ros.problem);
        this.#cancelAsking = this.#parts.clock.after(interfaceEveryMs, () => {
          this.begin();
        });
      } else {
        this.#events.failed(ros.problem);
      }
    });
  }

  end(): void {
    this.#watch?.stop();
    this.#asking.abort();
    this.#cancelAsking();
  }
}
