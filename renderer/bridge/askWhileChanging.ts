/** What is asked of the engine, and when. */
export interface Question<T> {
  /** What the answer depends on: while it stays the same, nothing is asked. */
  readonly stateOf: () => readonly unknown[];
  readonly ask: () => Promise<T>;
  /** Gets each answer; false when it was none, and is to be asked for again. */
  readonly take: (answer: T) => boolean;
  readonly leastMs: number;
}

/**
 * Asks for what is read from disk, and again as it changes, until the returned function is called: after `leastMs`, but never
 * so often that the engine is busy with it for more than a tenth of the time, for it has records to take in.
 */
export function askWhileChanging<T>({ stateOf, ask, take, leastMs }: Question<T>): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout>;
  let asked = '';
  const askIfChanged = async (): Promise<void> => {
    const startedMs = performance.now();
    const state = JSON.stringify(stateOf());
    if (state !== asked) {
      const answer = await ask();
      if (stopped) return;
      asked = take(answer) ? state : '';
    }
    timer = setTimeout(() => void askIfChanged(), Math.max(leastMs, (performance.now() - startedMs) * restFactor));
  };
  timer = setTimeout(() => void askIfChanged(), typingPauseMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

const restFactor = 9;
/** A person who types is not asked after at each letter. */
const typingPauseMs = 200;
