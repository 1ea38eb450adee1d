import { createConnection } from 'node:net';
import { z } from 'zod';
import { calls, problemSchema } from '../contract/calls.js';
import type { CallInput, CallName, CallOutput } from '../contract/calls.js';
import { fail, succeed } from '../model/Problem.js';
import type { Result } from '../model/Problem.js';

/**
 * One call on the process that owns a cache, over its control socket: JSON lines, `{ id, name, input }` there,
 * `{ id, result }` back. One connection a call. There is no time limit: a flush takes as long as the link needs; a dead
 * owner closes the socket.
 */
const answerBytesMax = 16 * 1024 * 1024;
const connectMsMax = 5000;

const answerSchema = z.object({
  id: z.number(),
  result: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value: z.unknown() }),
    z.object({ ok: z.literal(false), problem: problemSchema }),
  ]),
});

export async function ownerCall<N extends CallName>(
  socketPath: string,
  name: N,
  input: CallInput<N>,
  signal: AbortSignal,
): Promise<Result<CallOutput<N>>> {
  const id = 1;
  const line = await exchange(socketPath, JSON.stringify({ id, name, input }), signal);
  if (!line.ok) return line;
  const answer = parseAnswer(line.value);
  if (answer?.id !== id) return strangeAnswer(name);
  if (!answer.result.ok) return answer.result;
  const value = calls[name].output.safeParse(answer.result.value);
  // The schema is that of `name`; the compiler cannot relate the two through the union.
  return value.success ? succeed(value.data as CallOutput<N>) : strangeAnswer(name);
}

function parseAnswer(line: string): z.infer<typeof answerSchema> | null {
  try {
    const parsed = answerSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function strangeAnswer(name: string): ReturnType<typeof fail> {
  return fail('owner-answer', `The owner's answer to ${name} could not be read.`, 'Are both of the same version?');
}

const ownerGone = fail(
  'owner-gone',
  'The process that owns the cache went away before it answered.',
  'Nothing is lost. Try again: the command then opens the cache itself.',
);

const newline = 0x0a;

function firstLine(bytes: Buffer): string {
  return bytes.toString('utf8', 0, bytes.indexOf(newline));
}

/** Sends one line and gives the first that comes back. */
async function exchange(socketPath: string, request: string, signal: AbortSignal): Promise<Result<string>> {
  return await new Promise((resolve) => {
    const socket = createConnection(socketPath);
    let received = 0;
    const end = (result: Result<string>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      socket.destroy();
      resolve(result);
    };
    const cancel = (): void => {
      // The owner sees the connection close, and cancels as well.
      end(fail('cancelled', 'Interrupted.', 'What was not sent is on disk; flush again when you want.'));
    };
    const timer = setTimeout(() => {
      end(ownerGone);
    }, connectMsMax);
    signal.addEventListener('abort', cancel);
    if (signal.aborted) cancel();
    socket.on('connect', () => {
      clearTimeout(timer);
      socket.write(`${request}\n`);
    });
    // Not by readline, which throws a socket's error again where nobody can catch it.
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      received += chunk.length;
      if (chunk.includes(newline)) end(succeed(firstLine(Buffer.concat(chunks))));
      else if (received > answerBytesMax) end(strangeAnswer('this call'));
    });
    socket.on('error', () => {
      end(ownerGone);
    });
    socket.on('close', () => {
      end(ownerGone);
    });
  });
}
