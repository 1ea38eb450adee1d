import type { Clock } from '../../seams/Clock.js';

const lookEveryMs = 2_000;

/**
 * Tells when a network interface has got other addresses, as when a laptop joins another Wi-Fi. An interface without any is waited for:
 * a cable that is pulled and plugged in again mostly has the address of before. A change counts when two looks in a row agree on it.
 */
export class AddressWatch {
  #known = '';
  #seen = '';
  #cancel: () => void = () => undefined;

  /** @param addresses those that the interface has now */
  constructor(
    private readonly addresses: () => readonly string[],
    private readonly clock: Clock,
    private readonly onChange: (addresses: readonly string[]) => void,
  ) {}

  /** From now on; begins anew where it runs already. */
  start(): void {
    this.#known = this.#now();
    this.#seen = this.#known;
    this.#lookLater();
  }

  stop(): void {
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel();
    this.#cancel = this.clock.after(lookEveryMs, () => {
      this.#look();
    });
  }

  #look(): void {
    const now = this.#now();
    const isSettled = now === this.#seen;
    this.#seen = now;
    this.#lookLater();
    if (!isSettled || now === '' || now === this.#known) return;
    const isFirst = this.#known === '';
    this.#known = now;
    if (!isFirst) this.onChange(now.split(' '));
  }

  #now(): string {
    return [...this.addresses()].sort().join(' ');
  }
}
