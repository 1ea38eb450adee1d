import { unreachable } from '../model/unreachable.js';
import type { RecordKind } from '../model/Record.js';
import type { Breaker } from './Breaker.js';
import { untilGivenUp, type DeliveryParts, type Unresolved } from './BatchDelivery.js';
import type { FlushJob } from './FlushJob.js';
import { packBatch } from './packBatch.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { lookForBatch, type Finding } from './lookForBatch.js';

export interface UnresolvedItem extends Unresolved {
  readonly job: FlushJob | null;
  /** Monotonic milliseconds; earlier it need not be looked for. */
  readonly notBeforeMs: number;
  /** Left open by an earlier process. */
  readonly recovered: boolean;
}

/** A permission may be given while Tether runs. */
const askPermissionAgainMs = 10 * 60_000;
const acknowledgeAgainMs = 5_000;

/**
 * A lane's batches whose request may or may not have been carried out. Each is looked for in CloudWatch. Where that cannot tell,
 * logs go again and are counted, as two lines alike do little harm; metrics wait for a person's choice, as a sum that counts
 * twice is wrong, and so is one with a hole.
 */
export class UnresolvedBatches {
  private items: UnresolvedItem[] = [];

  constructor(
    private readonly kind: RecordKind,
    private readonly parts: Pick<
      DeliveryParts,
      'cache' | 'sink' | 'clock' | 'tally' | 'intents' | 'onFound' | 'breakerOf' | 'laneBreaker' | 'giveUp'
    >,
  ) {}

  /** Records of which nobody knows whether CloudWatch has them. */
  get records(): number {
    return this.items.reduce((sum, { batch }) => sum + batch.stored.count, 0);
  }

  add(unresolved: Unresolved, job: FlushJob | null, recovered: boolean): void {
    this.items.push({ ...unresolved, job, recovered, notBeforeMs: 0 });
  }

  /** Milliseconds until one may be looked for; null when there is none. */
  waitMs(): number | null {
    if (this.items.length === 0) return null;
    const nextMs = Math.min(...this.items.map(({ notBeforeMs }) => notBeforeMs));
    return Math.max(0, nextMs - this.parts.clock.monotonicMs());
  }

  /** Takes out the one that may be looked for now, if any. */
  due(): UnresolvedItem | null {
    const nowMs = this.parts.clock.monotonicMs();
    const item = this.items.find(({ notBeforeMs }) => notBeforeMs <= nowMs) ?? null;
    this.items = this.items.filter((other) => other !== item);
    return item;
  }

  /** Looks for it. What is to be sent again now, the same batch with the same packing, or null. */
  async resolve(item: UnresolvedItem): Promise<UnresolvedItem | null> {
    const breakers = [this.parts.breakerOf(item.intent.destination.account), this.parts.laneBreaker];
    for (const breaker of breakers) breaker.enter();
    const finding = await untilGivenUp(this.parts.giveUp, (signal) =>
      lookForBatch(item, {
        ...{ sink: this.parts.sink, intents: this.parts.intents, signal },
        nowMs: () => Number(this.parts.clock.nowNs() / 1_000_000n),
      }),
    );
    this.tell(breakers, finding);
    return this.conclude(item, finding);
  }

  /** A person decides about what nobody can tell: it counts as there (`sent`), or goes again and may count twice. */
  async settle(choice: 'sent' | 'again'): Promise<number> {
    const items = this.items;
    this.items = [];
    let records = 0;
    for (const item of items) {
      records += item.batch.stored.count;
      if (choice === 'again') {
        this.parts.intents.endSentAgain(item.intent, item.batch.stored.count);
        this.parts.cache.release(item.batch);
      } else {
        await this.acknowledge(item, 'given-up');
      }
    }
    return records;
  }

  /** At the end: the records go back to the cache, and the intents stay open for the next start. */
  leave(): void {
    for (const { batch } of this.items.splice(0)) this.parts.cache.release(batch);
  }

  private tell(breakers: readonly Breaker[], finding: Finding): void {
    for (const breaker of breakers) {
      if (finding.type !== 'retry') breaker.succeeded();
      else if (this.parts.giveUp.aborted || breaker === this.parts.laneBreaker) breaker.abandoned();
      else breaker.failed(finding);
    }
  }

  private async conclude(item: UnresolvedItem, finding: Finding): Promise<UnresolvedItem | null> {
    switch (finding.type) {
      case 'there':
        await this.acknowledge(item, 'accepted');
        return null;
      case 'absent':
        this.parts.intents.end(item.intent, 'not-sent');
        this.parts.cache.release(item.batch);
        return null;
      case 'some': {
        const [present, rest] = this.parts.cache.split(item.batch, finding.present);
        this.parts.cache.release(rest);
        await this.acknowledge({ ...item, batch: present }, 'accepted');
        return null;
      }
      case 'too-early':
        this.later(item, finding.ms);
        return null;
      case 'retry':
        this.later(item, 0);
        return null;
      case 'not-authorised':
      case 'unknown':
        return this.cannotTell(item);
      default:
        return unreachable(finding);
    }
  }

  private cannotTell(item: UnresolvedItem): UnresolvedItem | null {
    if (this.kind === 'metric') {
      this.later(item, askPermissionAgainMs);
      return null;
    }
    this.parts.intents.endSentAgain(item.intent, item.batch.stored.count);
    if (!item.recovered) return item;
    // Some of them may have been held meanwhile: the cache knows which may go.
    this.parts.cache.release(item.batch);
    return null;
  }

  private later(item: UnresolvedItem, ms: number): void {
    this.items.push({ ...item, notBeforeMs: this.parts.clock.monotonicMs() + ms });
  }

  private async acknowledge(item: UnresolvedItem, how: 'accepted' | 'given-up'): Promise<void> {
    try {
      await this.parts.cache.acknowledge(item.batch, []);
    } catch {
      // A full disk: nothing is lost by asking once more.
      this.later(item, acknowledgeAgainMs);
      return;
    }
    this.parts.intents.end(item.intent, how);
    this.parts.tally.accepted(this.kind, item.batch.stored.count);
    if (how === 'accepted') this.parts.onFound?.(requestsOf(item));
    item.job?.answered(this.kind, item.batch.stored.count, 0);
  }
}

/** As they went, or would have gone for what was found of them. */
function requestsOf({ batch, intent }: Unresolved): readonly SinkRequest[] {
  const { parcels } = packBatch(batch, intent.packing, intent.destination);
  return parcels.flatMap(({ requests }) => requests.map(({ request }) => request));
}
