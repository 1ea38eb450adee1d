import { refusalOf } from '../config/DiskRobotFiles.js';
import { fleetPath } from '../config/home.js';
import { parseTarget, readTarget, writeTarget } from '../config/RobotTarget.js';
import type { CallOutput } from '../contract/calls.js';
import { fleetName } from '../model/fleetFile.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { CheckedText, RobotFile } from '../seams/RobotFiles.js';
import { LogGroups } from '../upload/LogGroups.js';
import type { CallHandlers } from './CallDispatcher.js';
import { configChoices } from './configChoices.js';
import type { EngineActions } from './EngineActions.js';
import type { RobotSession } from './RobotSession.js';
import { readRunning, setRunning } from './runningParameters.js';
import { testConfig } from './testConfig.js';

type ConfigCall = Extract<keyof CallHandlers, `config.${string}`>;

/** The calls about robot files. */
export function configCalls(engine: EngineActions): Pick<CallHandlers, ConfigCall> {
  const validOf = async (
    robot: string,
    text: string,
  ): Promise<Result<CheckedText & { readonly config: RobotConfig }>> => {
    const checked = await engine.files.check(robot, text);
    const { config } = checked;
    return config === null
      ? fail('bad-config', refusalOf(robot, checked) ?? 'The text is not valid.', 'Mend the marked lines first.')
      : succeed({ ...checked, config });
  };
  const configOf = async (robot: string, text: string): Promise<Result<RobotConfig>> => {
    const valid = await validOf(robot, text);
    return valid.ok ? succeed(valid.value.config) : valid;
  };
  /** Nothing is told to a node from a text that is not valid. */
  const onNodes = async <Asked extends { readonly robot: string; readonly text: string }, Answer>(
    asked: Asked,
    ask: (session: RobotSession, asked: Asked, checked: CheckedText) => Promise<Result<Answer>>,
  ): Promise<Result<Answer>> => {
    const valid = await validOf(asked.robot, asked.text);
    if (!valid.ok) return valid;
    const session = engine.session(asked.robot);
    return session.ok ? await ask(session.value, asked, valid.value) : session;
  };
  return {
    'config.read': async ({ robot }) => {
      const read = await engine.files.read(robot);
      if (read.ok || robot !== fleetName || read.problem.code !== 'no-such-robot') return robotFileOf(read);
      const path = fleetPath(engine.home);
      return succeed({ name: fleetName, path, text: '', revision: null, issues: [], fleet: null });
    },
    'config.check': async ({ robot, text }) => succeed({ issues: [...(await engine.files.check(robot, text)).issues] }),
    'config.write': async ({ robot, text, revision }) => {
      const written = await engine.files.write(robot, text, revision);
      if (written.ok) await engine.fileChanged(robot);
      return robotFileOf(written);
    },
    'config.choices': async ({ robot }) => {
      const session = engine.session(robot);
      return succeed(await configChoices(session.ok ? session.value : null, () => engine.localEndpoint()));
    },
    'config.test': async ({ robot, text }) => {
      const config = await configOf(robot, text);
      if (!config.ok) return config;
      const session = engine.session(robot);
      const facts = { home: engine.home, localEndpoint: () => engine.localEndpoint() };
      return succeed(await testConfig({ ...facts, config: config.value, session: session.ok ? session.value : null }));
    },
    'config.createGroup': async ({ robot, text }) => {
      const config = await configOf(robot, text);
      if (!config.ok) return config;
      const { account, connection, logs, newGroups } = config.value;
      const place = { account, connection, localEndpoint: () => engine.localEndpoint() };
      const groupDebts = engine.groupDebts(robot);
      const groups = new LogGroups({ ...place, groupDebts, ...(newGroups === undefined ? {} : { newGroups }) });
      const created = await groups.create(logs.group);
      return created.ok ? succeed({}) : created;
    },
    'config.readTarget': async ({ target }) => {
      const place = parseTarget(target);
      if (!place.ok) return place;
      const text = await readTarget(place.value);
      return text.ok ? succeed({ text: text.value }) : text;
    },
    'config.writeTarget': async ({ robot, target, text, before }) => {
      const [config, place] = [await configOf(robot, text), parseTarget(target)];
      if (!config.ok) return config;
      if (!place.ok) return place;
      const now = await readTarget(place.value);
      if (!now.ok) return now;
      if (now.value !== before) {
        return fail('changed-outside', `${target} was changed meanwhile.`, 'Look at what would change again.');
      }
      const written = await writeTarget(place.value, text);
      return written.ok ? succeed({}) : written;
    },
    'config.running': async (asked) => await onNodes(asked, readRunning),
    'config.setRunning': async (asked) => await onNodes(asked, setRunning),
    'config.history': async ({ robot }) => succeed([...(await engine.files.history(robot))]),
    'config.version': async ({ robot, id }) => {
      const text = await engine.files.version(robot, id);
      return text.ok ? succeed({ text: text.value }) : text;
    },
  };
}

function robotFileOf(result: Result<RobotFile>): Result<CallOutput<'config.read'>> {
  if (!result.ok) return result;
  const { name, path, text, revision, issues, fleet } = result.value;
  const below = fleet === null ? null : { ...fleet, issues: [...fleet.issues] };
  return succeed({ name, path, text, revision, issues: [...issues], fleet: below });
}
