import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { toolchainFile } from './paths.js';

/** What the tests need of the file that set-up wrote. */
const toolchainSchema = z.object({
  ros: z.object({ env: z.record(z.string(), z.string()), python: z.string() }),
  electron: z.object({
    path: z.string(),
    version: z.string(),
    source: z.enum(['installed', 'official', 'pinned']),
    args: z.array(z.string()),
  }),
  peers: z.object({ python: z.string() }),
});
export type TestToolchain = z.infer<typeof toolchainSchema>;

let read: TestToolchain | null = null;

/** Throws in words when a part is missing: nothing here is skipped quietly. */
export function readToolchain(): TestToolchain {
  if (read !== null) return read;
  const parsed = toolchainSchema.safeParse(JSON.parse(readFileSync(toolchainFile, 'utf8')));
  if (!parsed.success) {
    throw new Error(`These tests need ROS 2, Electron and moto. Run \`npm test\`.\n${z.prettifyError(parsed.error)}`);
  }
  read = parsed.data;
  return read;
}
