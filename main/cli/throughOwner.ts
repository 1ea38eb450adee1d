import { readOwner } from '../cache/OwnerLock.js';
import { cacheFolder } from '../config/home.js';
import { fail, type Result } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';

/** How often the cache may change hands while we try: a window that opens or closes at this very moment. */
const attemptsMax = 3;

export interface OwnerWays<T> {
  /** Asks the live owner over its socket. */
  readonly owner: (socket: string, signal: AbortSignal) => Promise<Result<T>>;
  /** Does it in this process, which takes the cache for as long as it lasts. */
  readonly own: () => Promise<Result<T>>;
  /** What a person can do when the owner cannot be asked. */
  readonly nextStep: string;
}

/** Has something done by whoever owns the robot's cache: a window or recording, else this process. */
export async function throughOwner<T>(
  { home, interrupt }: CommandContext,
  robot: string,
  { owner: ask, own, nextStep }: OwnerWays<T>,
): Promise<Result<T>> {
  const folder = cacheFolder(home, robot);
  for (let attempt = 1; ; attempt += 1) {
    const owner = await readOwner(folder);
    let result: Result<T>;
    if (owner === null) result = await own();
    else if (owner.controlSocket !== null) result = await ask(owner.controlSocket, interrupt.signal);
    else result = fail('owned', `${owner.kind} (process ${owner.pid}) has the cache open.`, nextStep);
    const changedHands = !result.ok && (result.problem.code === 'owned' || result.problem.code === 'owner-gone');
    if (!changedHands || attempt === attemptsMax || interrupt.signal.aborted) return result;
  }
}
