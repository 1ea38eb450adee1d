/**
 * Ctrl+C, asked politely: the first signal aborts `signal`, and the command ends in order; a second one ends the process at
 * once. A terminal sends Ctrl+C to every process of the group and `npm run` passes it on as well, so what comes within
 * `sameKeyMs` is the same key.
 */
export interface Interrupt {
  readonly signal: AbortSignal;
}

const sameKeyMs = 500;
const forcedExitCode = 1;

export function listenForInterrupt(note: (text: string) => void): Interrupt {
  const controller = new AbortController();
  let firstAtMs: number | null = null;
  const ask = (): void => {
    const nowMs = performance.now();
    if (firstAtMs === null) {
      firstAtMs = nowMs;
      controller.abort();
    } else if (nowMs - firstAtMs > sameKeyMs) {
      note('tether: forced to end');
      process.exit(forcedExitCode);
    }
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  process.on('SIGHUP', ask);
  return { signal: controller.signal };
}

/** Resolves after the time (null: never), or when interrupted. */
export async function waitFor(seconds: number | null, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    // An interval keeps the process alive; one timer holds no more than 24 days.
    const endMs = seconds === null ? Infinity : performance.now() + seconds * 1000;
    const stepMsMax = 60_000;
    let timer: NodeJS.Timeout;
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const step = (): void => {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) done();
      else timer = setTimeout(step, Math.min(stepMsMax, leftMs));
    };
    signal.addEventListener('abort', done);
    timer = setTimeout(step, 0);
  });
}
