import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileDurably } from '../config/writeFileDurably.js';
import type { CallInput } from '../contract/calls.js';
import type { LaptopLinkStatus } from '../contract/frames.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import { meteredChoices, type MeteredChoice } from '../model/MeteredChoice.js';
import type { Clock } from '../seams/Clock.js';
import { ByteBudget } from '../upload/ByteBudget.js';

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
    const { file, log } = this.options;
    const saved = { choice: this.choice, limitBytesPerS: this.budget.limitBytesPerS };
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFileDurably(file, Buffer.from(JSON.stringify(saved)), { exclusive: false, mode: 0o600 });
      return succeed(this.status());
    } catch (error) {
      log(`the choice about the link could not be written: ${String(error)}`);
      return fail(
        'disk',
        `The choice holds until Tether ends: ${String(error)}`,
        'Make room on the disk, then choose again.',
      );
    }
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
