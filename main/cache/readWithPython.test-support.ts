import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** Reads MCAP files with the public Python packages, which set-up installs for the tests: a reader that is none of ours. */
const root = path.resolve(import.meta.dirname, '../..');
const script = path.join(root, 'e2e/peers/read_mcap.py');
const outputBytesMax = 256 * 1024 * 1024;

const messageSchema = z.object({
  topic: z.string(),
  messageEncoding: z.string(),
  metadata: z.record(z.string(), z.string()),
  schemaName: z.string(),
  schemaEncoding: z.string(),
  logTime: z.string(),
  publishTime: z.string(),
  sequence: z.number(),
  data: z.string(),
  decoded: z.record(z.string(), z.unknown()),
});
export type PythonMessage = z.infer<typeof messageSchema>;

const sumSchema = z.object({
  messages: z.number(),
  statistics: z.number().nullable(),
  chunkIndexes: z.number().nullable(),
});

export interface PythonReading {
  readonly messages: readonly PythonMessage[];
  /** The file's own count of its messages, null without a summary. */
  readonly statistics: number | null;
  readonly chunkIndexes: number | null;
}

/** Throws when the reader finds the file at fault; its words are in the error. */
export async function readWithPython(file: string, how: 'seeking' | 'non-seeking'): Promise<PythonReading> {
  const words = how === 'seeking' ? [script, file, '--seeking'] : [script, file];
  const { stdout } = await promisify(execFile)(peersPython(), words, { maxBuffer: outputBytesMax });
  const lines = stdout.trimEnd().split('\n');
  const sum = sumSchema.parse(JSON.parse(lines.at(-1) ?? ''));
  const messages = lines.slice(0, -1).map((line) => messageSchema.parse(JSON.parse(line)));
  if (messages.length !== sum.messages) throw new Error('the reader said another count than it printed');
  return { messages, statistics: sum.statistics, chunkIndexes: sum.chunkIndexes };
}

function peersPython(): string {
  const file = process.env['TETHER_TOOLCHAIN'] ?? path.join(root, '.cache/toolchain.json');
  const parsed = z
    .object({ peers: z.object({ python: z.string() }) })
    .safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error('these tests need the Python packages mcap and mcap-ros2-support: run npm test');
  return parsed.data.peers.python;
}
