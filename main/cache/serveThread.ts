import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer, ThreadTask } from './WorkerThread.js';

/** A thread's side of `WorkerThread`: answers one question after the other, or says in words why it could not. */
export function serveThread(answer: (question: never) => unknown): void {
  const say = (message: ThreadAnswer<unknown>): void => parentPort?.postMessage(message);
  parentPort?.on('message', ({ id, question }: ThreadTask<never>) => {
    try {
      say({ id, answer: answer(question) });
    } catch (error) {
      say({ id, failure: error instanceof Error ? error.message : String(error) });
    }
  });
}
