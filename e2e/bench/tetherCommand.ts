import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { commandLineFile, toolchainFile } from './paths.js';

const run = promisify(execFile);
const outputBytesMax = 256 * 1024 * 1024;

const statusSchema = z.object({
  robots: z.array(
    z.object({
      name: z.string(),
      cachedRecords: z.number(),
      cachedBytes: z.number(),
      pendingRecords: z.number(),
      heldRecords: z.number(),
      quarantinedRecords: z.number(),
      expiredRecords: z.number(),
      lost: z.record(z.string(), z.number()),
    }),
  ),
  cacheBytes: z.number(),
  cacheBytesMax: z.number(),
});
export type RobotOnDisk = z.infer<typeof statusSchema>['robots'][number];

/** The command line as a process of its own, reading beside whoever owns the caches. Its standard output. */
export async function tetherCommand(home: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, TETHER_HOME: home, TETHER_TOOLCHAIN: toolchainFile };
  const { stdout } = await run(process.execPath, [commandLineFile, ...args], { env, maxBuffer: outputBytesMax });
  return stdout;
}

export async function robotOnDisk(home: string, robot: string): Promise<RobotOnDisk> {
  const status = statusSchema.parse(JSON.parse(await tetherCommand(home, 'status', '--json')));
  const found = status.robots.find((candidate) => candidate.name === robot);
  if (found === undefined) throw new Error(`status knows no robot ${robot}`);
  return found;
}
