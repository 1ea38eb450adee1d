import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer, ThreadTask } from './WorkerThread.js';

/** A thread's side of `WorkerThread`: answers one question after the other, or says in words why it could not. */
export function serveThread<Question, Answer>(answer: (question: Question) => Answer): void {
  const say = (message: ThreadAnswer<Answer>): void => parentPort?.postMessage(message);
  parentPort?.on('message', ({ id, question }: ThreadTask<Question>) => {
    try {
      say({ id, answer: answer(question) });
    } catch (error) {
      say({ id, failure: error instanceof Error ? error.message : String(error) });
    }
  });
}
