import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CallInput } from '../contract/calls.js';
import type { LaptopLinkStatus } from '../contract/frames.js';
import { succeed, type Result } from '../model/Problem.js';
import { meteredChoices, type MeteredChoice } from '../model/MeteredChoice.js';
import type { Clock } from '../seams/Clock.js';
import { ByteBudget } from '../upload/ByteBudget.js';
import { writeChoice } from './writeChoice.js';

const savedSchema = z.object({
  choice: z.enum(meteredChoices),
  limitBytesPerS: z.number().int().min(1).nullable(),
});

/** A person who plugs a cable in wants to see it soon. */
const askEveryMs = 10_000;

export interface LaptopLinkOptions {
  /** Where a person's choice is kept. */
  readonly file: string;
  readonly clock: Clock;
  /** Does the system call the link metered? Null when it cannot say. */
  readonly readMetered: () => Promise<boolean | null>;
  readonly log: (line: string) => void;
}

/**
 * The way from this laptop to the internet, for all robots: whether it costs (a person's choice comes before NetworkManager),
 * and how many bytes a second may leave. A lost file only means that nothing was chosen.
 */
export class LaptopLink {
  readonly budget: ByteBudget;
  private choice: MeteredChoice = 'auto';
  private detected: boolean | null = null;
  private isAsking = false;
  private cancelTimer: (() => void) | null = null;
  private stopped = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: LaptopLinkOptions) {
    this.budget = new ByteBudget(options.clock);
  }

  get metered(): boolean {
    return this.choice === 'auto' ? this.detected === true : this.choice === 'metered';
  }

  status(): LaptopLinkStatus {
    const { choice, detected, metered, budget } = this;
    return { choice, detected, metered, limitBytesPerS: budget.limitBytesPerS };
  }

  async load(): Promise<void> {
    try {
      const saved = savedSchema.safeParse(JSON.parse(await readFile(this.options.file, 'utf8')));
      if (!saved.success) return;
      this.choice = saved.data.choice;
      this.budget.setLimit(saved.data.limitBytesPerS);
    } catch {
      this.choice = 'auto';
    }
  }

  /** Resolves when the system was asked once; goes on asking until `stop`. */
  async start(): Promise<void> {
    if (this.isAsking || this.cancelTimer !== null || this.stopped) return;
    await this.ask();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
  }

  /** Calls back when what counts has changed; what is returned ends that. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** In force at once; a problem (`disk`) says that the next start will not know of it. */
  async set({ choice, limitBytesPerS }: CallInput<'link.set'>): Promise<Result<LaptopLinkStatus>> {
    if (choice !== undefined) this.choice = choice;
    if (limitBytesPerS !== undefined) this.budget.setLimit(limitBytesPerS);
    this.changed();
    const saved = { choice: this.choice, limitBytesPerS: this.budget.limitBytesPerS };
    const written = await writeChoice(this.options, 'the choice about the link', saved);
    return written.ok ? succeed(this.status()) : written;
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    const detected = await this.options.readMetered();
    this.isAsking = false;
    if (this.stopped) return;
    this.cancelTimer = this.options.clock.after(askEveryMs, () => void this.ask());
    if (detected === this.detected) return;
    this.detected = detected;
    this.changed();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
