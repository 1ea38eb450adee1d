import type { Problem } from '../../model/Problem.js';
import { unreachable } from '../../model/unreachable.js';
import type { Clock } from '../../seams/Clock.js';
import type { RobotSource, SourceEvent, SourceStatus } from '../../seams/RobotSource.js';
import { ChannelBook } from '../ChannelBook.js';
import type { OpenRecording, RecordedItem, Recording } from './Recording.js';
import type { ReplayBookmark } from './ReplayBookmark.js';

export interface ReplaySourceOptions {
  /** As a person knows it: the path. */
  readonly name: string;
  readonly open: OpenRecording;
  /** Times the speed of the robot; 0: at once. */
  readonly speed: number;
  /** Topics for the status, until the recording's own are known. */
  readonly topics: readonly { readonly topic: string; readonly schemaName: string }[];
  readonly bookmark: ReplayBookmark;
  /** Resolves when all that was handed on is on disk. */
  readonly drain: () => Promise<void>;
  readonly clock: Clock;
}

type State = SourceStatus['state'];

/** Messages that are handed on before the disk is waited for, at once; at a pace what is due in one moment. */
export const batchMessagesMax = 1_000;

/**
 * A recording, replayed once: it goes on where it ended when it is connected again, also after a crash, and a whole replay is not
 * begun anew. For that the bookmark follows what is on disk, never ahead of it.
 */
export class ReplaySource implements RobotSource {
  readonly #options: ReplaySourceOptions;
  readonly #book: ChannelBook;
  #running = false;
  #work: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #state: State = 'stopped';
  #problem: Problem | null = null;
  #done = 0;
  #total: number | null = null;
  /** Of what was read so far: places where messages could not be, and how many those are. */
  #unread = { places: 0, messages: 0 };
  #lastStatus = '';

  constructor(options: ReplaySourceOptions) {
    this.#options = options;
    this.#book = new ChannelBook(options.topics);
  }

  start(listener: (event: SourceEvent) => void): Promise<void> {
    if (this.#running) throw new Error('the source runs already');
    this.#running = true;
    this.#problem = null;
    this.#book.begin(listener);
    this.#setState('starting');
    this.#work = this.#run().catch((error: unknown) => {
      this.#fail({ code: 'replay', message: `${this.#options.name}: ${String(error)}`, nextStep: '' });
    });
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#wake();
    await this.#work;
    this.#book.forgetPublishers();
    this.#problem = null;
    this.#setState('stopped');
    this.#book.end();
  }

  status(): SourceStatus {
    const { reason, nextStep } = this.#words();
    return {
      state: this.#state,
      reason,
      nextStep,
      topics: this.#book.status(),
      hostPid: null,
      hostless: true,
      restarts: 0,
    };
  }

  async #run(): Promise<void> {
    const opened = await this.#options.open();
    if (!opened.ok) {
      this.#fail(opened.problem);
      return;
    }
    try {
      await this.#replay(opened.value);
    } finally {
      await opened.value.close();
    }
  }

  async #replay(recording: Recording): Promise<void> {
    const { bookmark, clock, speed } = this.#options;
    const before = await bookmark.read(recording.identity);
    this.#done = before;
    this.#total = recording.messages;
    this.#unread = { places: 0, messages: 0 };
    this.#setState('waiting');
    let position = 0;
    let pending = 0;
    let settledAtMs = clock.monotonicMs();
    let pace: { readonly loggedNs: bigint; readonly atMs: number } | null = null;
    const settle = async (): Promise<void> => {
      if (pending === 0) return;
      pending = 0;
      settledAtMs = clock.monotonicMs();
      this.#book.flush();
      await this.#options.drain();
      await bookmark.write(recording.identity, this.#done);
    };
    for await (const message of recording.read()) {
      if (this.#isOver()) break;
      if ('code' in message) {
        await settle();
        this.#brokenOff(message);
        return;
      }
      if ('gap' in message) {
        // It has no number of its own: it was told of when what follows it was given.
        if (position >= before) this.#give(message);
        continue;
      }
      position += 1;
      if ('lost' in message) {
        const { places, messages } = this.#unread;
        this.#unread = { places: places + 1, messages: messages + (message.count ?? 1) };
      }
      if (position <= before) continue;
      if (speed > 0 && 'loggedNs' in message) {
        pace ??= { loggedNs: message.loggedNs, atMs: clock.monotonicMs() };
        const dueMs = pace.atMs + Number(message.loggedNs - pace.loggedNs) / 1e6 / speed;
        if (dueMs > clock.monotonicMs()) {
          if (clock.monotonicMs() - settledAtMs >= settleIntervalMs) await settle();
          await this.#sleepUntil(dueMs);
          if (this.#isOver()) break;
        }
      }
      this.#give(message);
      this.#done = position;
      pending += 1;
      if (pending >= batchMessagesMax) await settle();
    }
    await settle();
    if (this.#isOver()) return;
    this.#total = this.#done;
    this.#book.forgetPublishers();
    this.#setState('waiting');
  }

  #give(message: RecordedItem): void {
    const nowNs = this.#options.clock.nowNs();
    if ('lost' in message) {
      const { lost: reason, count = 1 } = message;
      this.#book.tell({ type: 'loss', loss: { stage: 'decode', count, reason, noticedNs: nowNs } });
      return;
    }
    if ('gap' in message) {
      this.#book.tell({ type: 'gap', reason: message.gap, noticedNs: nowNs });
      return;
    }
    const { channel, data } = message;
    const channelId = this.#book.open(channel);
    const entry = this.#book.find(channel.topic);
    if (entry === undefined) return;
    entry.schemaName = channel.schemaName;
    entry.publishers = 1;
    this.#book.take(entry, { channelId, receivedNs: nowNs, data });
    if (this.#state !== 'receiving') this.#setState('receiving');
  }

  async #sleepUntil(dueMs: number): Promise<void> {
    const { clock } = this.#options;
    while (!this.#isOver() && clock.monotonicMs() < dueMs) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(Math.min(dueMs - clock.monotonicMs(), sleepMsMax), resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
  }

  #isOver(): boolean {
    return !this.#running;
  }

  /** The rest of the recording cannot be read: how many messages that is, nobody can say. */
  #brokenOff(problem: Problem): void {
    this.#book.tell({ type: 'gap', reason: problem.message, noticedNs: this.#options.clock.nowNs() });
    this.#fail(problem);
  }

  #fail(problem: Problem): void {
    this.#problem = problem;
    this.#book.forgetPublishers();
    this.#setState('failed');
  }

  #setState(state: State): void {
    this.#state = state;
    const status = this.status();
    const telling = JSON.stringify([status.state, this.#problem, status.topics.map(({ publishers }) => publishers)]);
    if (telling === this.#lastStatus) return;
    this.#lastStatus = telling;
    this.#book.tell({ type: 'status', status });
  }

  #wholeWords(): string {
    const { places, messages } = this.#unread;
    const read = this.#done - places;
    if (messages === 0) return `all ${read} messages of ${this.#options.name} are on disk`;
    const unread = messages === 1 ? '1 message' : `${messages} messages`;
    return `${unread} of ${this.#options.name} could not be read, the ${read} others are on disk`;
  }

  #words(): { reason: string; nextStep: string } {
    const { name, speed } = this.#options;
    if (this.#problem !== null) return { reason: this.#problem.message, nextStep: this.#problem.nextStep };
    switch (this.#state) {
      case 'starting':
        return { reason: `opening ${name}`, nextStep: '' };
      case 'waiting':
        if (this.#done === 0 && this.#total === 0) {
          const wanted = this.#book.topics.map(({ topic }) => topic).join(', ');
          const nextStep = 'See what it has (`ros2 bag info`, `mcap info`), and name the topics in the robot file.';
          return { reason: `${name} has no logs or metrics on ${wanted}`, nextStep };
        }
        return this.#done === this.#total
          ? {
              reason: this.#wholeWords(),
              nextStep: 'To replay it again, connect it as another robot.',
            }
          : { reason: `reading ${name}`, nextStep: '' };
      case 'receiving': {
        const of = this.#total === null ? '' : ` of ${this.#total}`;
        const pace = speed === 0 ? 'as fast as the disk takes it' : `at ${speed} times its speed`;
        return { reason: `replaying ${name} ${pace}: message ${this.#done}${of}`, nextStep: '' };
      }
      case 'stopped':
      case 'failed':
        return { reason: 'disconnected', nextStep: '' };
      default:
        return unreachable(this.#state);
    }
  }
}

/** At a pace: the bookmark is at most so far behind. What came since comes twice after a crash. */
export const settleIntervalMs = 1_000;

/** Longest single timer: Node's own has 31 bits of milliseconds, and a bag may pause for days. */
const sleepMsMax = 3_600_000;
