import type { CallInput, CallOutput } from '../contract/calls.js';
import { parseWithFleet } from '../config/parseWithFleet.js';
import { entryKeyOf } from '../config/text/meantBy.js';
import { isSectionName, parameters, sectionNames } from '../config/text/parameters.js';
import type { LayeredValue } from '../config/text/layerValues.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { RunningNode } from '../model/NodeParameter.js';
import type { CheckedText } from '../seams/RobotFiles.js';
import type { RobotSession } from './RobotSession.js';

/** Sections of nodes that run on the robot; `tether` is ours. */
const nodeSections = sectionNames.filter((name) => name !== 'tether');

type Values = ReadonlyMap<string, LayeredValue>;

/** What the robot's running nodes have, beside what its files give them. */
export async function readRunning(
  session: RobotSession,
  { robot, text }: CallInput<'config.running'>,
  { fleet }: CheckedText,
): Promise<Result<CallOutput<'config.running'>>> {
  const nodes = await session.askNodes((source) => source.readParameters?.(nodeSections));
  if (!nodes.ok) return nodes;
  const { layered } = parseWithFleet(robot, text, fleet);
  return succeed({ nodes: nodes.value.map((node) => compare(node, layered)) });
}

function compare(
  { node, problem, parameters: declared }: RunningNode,
  layered: Values,
): CallOutput<'config.running'>['nodes'][number] {
  const running = new Map(declared.map(({ name, value }) => [name, value]));
  const rows = givenTo(node, layered).map(({ key, value }) => {
    const now = running.get(key) ?? null;
    const isSame = JSON.stringify(now) === JSON.stringify(value);
    return { key, running: copyOf(now), file: copyOf(value), isDeclared: running.has(key), isSame };
  });
  return { node, problem, parameters: problem === null ? rows : [] };
}

/** Sets what the files say on one node, for these keys. */
export async function setRunning(
  session: RobotSession,
  { robot, text, node, keys }: CallInput<'config.setRunning'>,
  { fleet }: CheckedText,
): Promise<Result<CallOutput<'config.setRunning'>>> {
  const { layered } = parseWithFleet(robot, text, fleet);
  const settings = givenTo(node, layered)
    .filter(({ key }) => keys.includes(key))
    .map(({ key, kind, value }) => ({ name: key, kind, value }));
  if (settings.length === 0) return fail('nothing-to-set', `The file gives ${node} none of these.`, 'Look again.');
  const answers = await session.askNodes((source) => source.setParameters?.(node, settings));
  return answers.ok ? succeed({ answers: [...answers.value] }) : answers;
}

function givenTo(node: string, layered: Values) {
  const section = node.slice(node.lastIndexOf('/') + 1);
  if (!isSectionName(section)) return [];
  return parameters.flatMap((parameter) => {
    const given = parameter.section === section ? layered.get(entryKeyOf(section, parameter.key)) : undefined;
    return given === undefined ? [] : [{ key: parameter.key, kind: parameter.type, value: given.value }];
  });
}

function copyOf<T extends boolean | number | string>(value: T | readonly string[] | null): T | string[] | null {
  return typeof value === 'object' && value !== null ? [...value] : value;
}
