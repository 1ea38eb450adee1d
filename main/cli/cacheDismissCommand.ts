import { type Result, succeed } from '../model/Problem.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { forEachRobot } from './forEachRobot.js';
import { formatCount } from './formatValues.js';
import { openReader } from './knownRobots.js';
import { ownerCall } from './ownerCall.js';
import { throughOwner } from './throughOwner.js';
import { withOwnCache } from './withOwnCache.js';

interface Asked {
  readonly robots: readonly string[];
  readonly json: boolean;
}

/**
 * Notes that a person has read what opening the caches found. Whoever owns a robot's cache does it; what is found in the
 * moment of opening it for this is not dismissed with the rest.
 *
 * `--json`: `{ robots: [{ name, dismissed, problem }] }`.
 */
export async function cacheDismissCommand(context: CommandContext, { robots, json }: Asked): Promise<ExitCode> {
  return await forEachRobot(context, {
    robots,
    json,
    act: async (name) => {
      const done = await dismiss(context, name);
      return done.ok ? { name, ...done.value, problem: null } : { name, dismissed: 0, problem: done.problem };
    },
    linesOf: ({ name, dismissed }) => [`${name}: ${foundWords(dismissed)}`],
  });
}

async function dismiss(context: CommandContext, name: string): Promise<Result<{ readonly dismissed: number }>> {
  const reader = await openReader(context.home, name);
  if (!reader.ok) return reader;
  const { recoveries } = await reader.value.usage();
  // A robot that has nothing to dismiss gets no cache by this.
  if (recoveries.length === 0) return succeed({ dismissed: 0 });
  const untilMs = Math.max(...recoveries.map(({ foundMs }) => foundMs));
  return await throughOwner(context, name, {
    owner: (socket, signal) => ownerCall(socket, 'cache.dismissRecoveries', { robot: name, untilMs }, signal),
    own: () =>
      withOwnCache(context, name, 'cache dismiss', async (cache) =>
        succeed({ dismissed: await cache.dismissRecoveries(untilMs) }),
      ),
    nextStep: 'Close it, then try again.',
  });
}

function foundWords(dismissed: number): string {
  if (dismissed === 0) return 'nothing to dismiss';
  return dismissed === 1 ? '1 finding dismissed' : `${formatCount(dismissed)} findings dismissed`;
}
