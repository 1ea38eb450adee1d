import { succeed, type Result } from '../model/Problem.js';
import type { RobotFile } from '../seams/RobotFiles.js';
import type { CallHandlers } from './CallDispatcher.js';
import { configChoices } from './configChoices.js';
import type { EngineActions } from './EngineActions.js';

type ConfigCall = Extract<keyof CallHandlers, `config.${string}`>;

/** The calls about robot files. */
export function configCalls(engine: EngineActions): Pick<CallHandlers, ConfigCall> {
  return {
    'config.read': async ({ robot }) => robotFileOf(await engine.files.read(robot)),
    'config.check': ({ robot, text }) =>
      Promise.resolve(succeed({ issues: [...engine.files.check(robot, text).issues] })),
    'config.write': async ({ robot, text, revision }) => {
      const written = await engine.files.write(robot, text, revision);
      if (written.ok) await engine.fileChanged(robot);
      return robotFileOf(written);
    },
    'config.choices': async ({ robot }) => {
      const session = engine.session(robot);
      return succeed(await configChoices(session.ok ? session.value : null, () => engine.localEndpoint()));
    },
    'config.history': async ({ robot }) => succeed([...(await engine.files.history(robot))]),
    'config.version': async ({ robot, id }) => {
      const text = await engine.files.version(robot, id);
      return text.ok ? succeed({ text: text.value }) : text;
    },
  };
}

function robotFileOf(
  result: Result<RobotFile>,
): Result<Omit<RobotFile, 'config' | 'issues'> & { issues: RobotFile['issues'][number][] }> {
  if (!result.ok) return result;
  const { name, path, text, revision, issues } = result.value;
  return succeed({ name, path, text, revision, issues: [...issues] });
}
