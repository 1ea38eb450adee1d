import type { Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { CommandContext, CommandRobot } from './CommandContext.js';
import { noteLog } from './noteLog.js';

/** Does something with a robot that an engine of this process opens, which takes the cache for as long as it lasts. Nothing is sent by itself. */
export async function withOwnEngine<T>(
  { home, output, openEngine }: CommandContext,
  robot: {
    readonly config: RobotConfig;
    readonly connect: boolean;
    /** The command, as others are told. */ readonly owner: string;
  },
  action: (robot: CommandRobot) => Promise<Result<T>>,
): Promise<Result<T>> {
  const log = noteLog(output);
  const engine = await openEngine({ home, owner: robot.owner, log });
  if (!engine.ok) return engine;
  try {
    const opened = await engine.value.openRobot(robot.config, { connect: robot.connect, mode: 'manual' });
    return opened.ok ? await action(opened.value) : opened;
  } finally {
    await engine.value.close();
  }
}
