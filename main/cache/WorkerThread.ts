import { Worker } from 'node:worker_threads';

/** The thread ends when it has had nothing to do for so long: it has a heap of its own. */
const idleMs = 5000;

export interface ThreadLimits {
  /** Of the thread's own heap. V8 first collects when half of it is taken. */
  readonly heapMegabytesMax: number;
  /** Of what is new in it: with more room, what is short-lived is only collected later. */
  readonly youngMegabytesMax: number;
}

/** What a thread is asked, and says: see `serveThread`. */
export interface ThreadTask<Question> {
  readonly id: number;
  readonly question: Question;
}
export type ThreadAnswer<Answer> =
  { readonly id: number; readonly answer: Answer } | { readonly id: number; readonly failure: string };

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread that answers questions, each with one message. It begins with the first question and ends when it is idle; the next
 * question begins another. It never keeps the process alive.
 */
export class WorkerThread<Question, Answer> {
  readonly #script: URL;
  readonly #limits: ThreadLimits;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | null = null;
  #failed = false;
  #nextId = 1;
  #idleTimer: NodeJS.Timeout | null = null;

  /** `script` is the thread's module as JavaScript. */
  constructor(script: URL, limits: ThreadLimits) {
    this.#script = script;
    this.#limits = limits;
  }

  /** It could not begin, or has died: nothing more is to be had of it. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Is there a thread at the moment? */
  get runs(): boolean {
    return this.#worker !== null;
  }

  /** Rejects with what the thread said, and when it ends before it has answered. */
  ask(question: Question): Promise<Answer> {
    this.#stopIdling();
    const worker = (this.#worker ??= this.#start());
    const id = this.#nextId++;
    const task: ThreadTask<Question> = { id, question };
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage(task);
    }).finally(() => {
      if (this.#waiting.size === 0) this.#idle();
    });
  }

  async close(): Promise<void> {
    this.#stopIdling();
    const worker = this.#worker;
    this.#worker = null;
    this.#rejectAll(new Error('the thread was ended'));
    await worker?.terminate();
  }

  #start(): Worker {
    const { heapMegabytesMax, youngMegabytesMax } = this.#limits;
    const resourceLimits = { maxOldGenerationSizeMb: heapMegabytesMax, maxYoungGenerationSizeMb: youngMegabytesMax };
    const worker = new Worker(this.#script, { resourceLimits });
    worker.unref();
    worker.on('message', (answer: ThreadAnswer<Answer>) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('failure' in answer) waiting?.reject(new Error(answer.failure));
      else waiting?.resolve(answer.answer);
    });
    worker.on('error', (error: unknown) => {
      this.#failed = true;
      this.#rejectAll(error instanceof Error ? error : new Error(String(error)));
    });
    worker.on('exit', () => {
      // Another may have been begun since: what waits is that one's.
      if (this.#worker !== null && this.#worker !== worker) return;
      this.#worker = null;
      this.#rejectAll(new Error('the thread ended'));
    });
    return worker;
  }

  #rejectAll(error: Error): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(error);
  }

  #idle(): void {
    this.#stopIdling();
    this.#idleTimer = setTimeout(() => {
      const worker = this.#worker;
      this.#worker = null;
      void worker?.terminate();
    }, idleMs).unref();
  }

  #stopIdling(): void {
    if (this.#idleTimer !== null) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
  }
}
