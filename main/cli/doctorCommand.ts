import { openCacheReader } from '../cache/openCacheReader.js';
import { cacheFolder, ddsProfilePath } from '../config/home.js';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { examineRobot } from '../engine/examineRobot.js';
import type { Finding, FindingState } from '../model/Finding.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { LastHeard } from '../ros/doctor/findLastMessage.js';
import { ownHostRuntime } from '../ros/HostRuntime.js';
import { readRosEnvironment } from '../ros/toolchain.js';
import type { Clock } from '../seams/Clock.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findApp } from './findApp.js';
import { findRobotFile } from './findRobotFile.js';
import { reportProblem } from './reportProblem.js';
import { toolchainPlace } from './toolchainPlace.js';

interface Asked {
  readonly robot: string | null;
  readonly domain: number | null;
  readonly json: boolean;
}

const marks: Readonly<Record<FindingState, string>> = { ok: 'ok  ', note: 'note', warning: 'WARN', failed: 'FAIL' };

/** Exit 0 when nothing stands in the way, 1 when something does. `--json`: `{ domain, findings }`. */
export async function doctorCommand({ home, output, clock }: CommandContext, asked: Asked): Promise<ExitCode> {
  const config = await configFor(home, asked);
  if (!config.ok) return reportProblem(output, config.problem);
  const appRoot = findApp().root;
  const ros = readRosEnvironment(toolchainPlace(appRoot), process.env);
  const examined = await examineRobot(config.value, {
    ...{ ros, runtime: ownHostRuntime(), appRoot },
    profileFile: ddsProfilePath(home, `${config.value.name}.doctor`),
    lastHeard: asked.robot === null ? null : await lastOnDisk(home, config.value.name, clock),
  });
  if (!examined.ok) return reportProblem(output, examined.problem);
  const findings = examined.value;
  const { domainId } = config.value.source;
  const lines = asked.json ? [JSON.stringify({ domain: domainId, findings })] : findings.flatMap(linesOf);
  for (const line of lines) await output.line(line);
  return findings.some(({ state }) => state === 'failed') ? 1 : 0;
}

function linesOf({ title, state, words, nextStep, details }: Finding): readonly string[] {
  return [
    `${marks[state]} ${title}: ${words}`,
    ...(nextStep === '' ? [] : [`       → ${nextStep}`]),
    ...(state === 'ok' ? [] : details.map((detail) => `       ${detail}`)),
  ];
}

/** Of the robot's newest record that is still in its cache, whoever has it open. */
async function lastOnDisk(home: string, robot: string, clock: Clock): Promise<LastHeard> {
  const none: LastHeard = { agoMs: null, from: 'disk' };
  const reader = await openCacheReader({ folder: cacheFolder(home, robot), robot, clock });
  if (!reader.ok) return none;
  for await (const { record } of reader.value.read({}, 'newest')) {
    return { ...none, agoMs: Math.max(0, Number((clock.nowNs() - record.receivedNs) / 1_000_000n)) };
  }
  return none;
}

/** The robot file's, or what a new robot on the domain would have. */
async function configFor(home: string, { robot, domain }: Asked): Promise<Result<RobotConfig>> {
  if (robot === null) {
    const text = newRobotText({ name: 'robot', domainId: domain ?? domainOfShell(), cloud: 'local' });
    const { config } = parseRobotFile('robot', text);
    return config === null ? fail('bad-template', 'The template of robot files is broken.', '') : succeed(config);
  }
  const file = await findRobotFile(home, robot);
  if (!file.ok) return file;
  const { config, name } = file.value;
  if (config === null) return fail('bad-config', `${name}.yaml is not valid.`, 'Mend it, then try again.');
  return succeed(domain === null ? config : { ...config, source: { ...config.source, domainId: domain } });
}

function domainOfShell(): number {
  const domainId = Number(process.env['ROS_DOMAIN_ID'] ?? '0');
  return Number.isInteger(domainId) && domainId >= 0 && domainId <= 232 ? domainId : 0;
}
