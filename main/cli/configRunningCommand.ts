import type { CallOutput } from '../contract/calls.js';
import { refusalOf } from '../config/DiskRobotFiles.js';
import { fail, type Problem, type Result, succeed } from '../model/Problem.js';
import type { RobotFile } from '../seams/RobotFiles.js';
import type { CommandContext, CommandRobot } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { formatTable } from './formatTable.js';
import { forTerminal } from './formatValues.js';
import { waitFor } from './Interrupt.js';
import { ownerCall } from './ownerCall.js';
import { reportProblem } from './reportProblem.js';
import { throughOwner } from './throughOwner.js';
import { withOwnEngine } from './withOwnEngine.js';

interface Asked {
  readonly robot: string;
  readonly set: boolean;
  readonly nodes: readonly string[];
  readonly json: boolean;
}

type Node = CallOutput<'config.running'>['nodes'][number];
type Answer = CallOutput<'config.setRunning'>['answers'][number];

/** What was found of one node, and what it answered; no answers where nothing was set. */
interface NodeOutcome extends Node {
  readonly answers: readonly Answer[];
}

/** The two questions, whoever has the connection to the robot. */
type Ways = Pick<CommandRobot, 'running' | 'setRunning'>;

/** Nodes are discovered one after the other. */
const discoverySecondsMax = 15;
const lookAgainSeconds = 1;

/**
 * What the robot's running nodes have beside what its file (with the fleet's below it) gives them; with `--set`, what differs is
 * set on them. Through the window or recording that has the robot open; without one, this process connects for that long.
 *
 * `--json`: `{ nodes: [{ node, problem, parameters: [{ key, running, file, isDeclared, isSame }], answers: [{ name, isSet, reason }]
 * }] }`. Ends with 1 when a node could not be asked, or refused something.
 */
export async function configRunningCommand(context: CommandContext, asked: Asked): Promise<ExitCode> {
  const { home, output } = context;
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { name, text, config } = file.value;
  const refusal = refusalOf(name, file.value);
  if (config === null || refusal !== null) {
    return reportProblem(output, fail('bad-config', refusal ?? 'It is not valid.', 'Mend it first.').problem);
  }
  const done = await throughOwner(context, name, {
    owner: (socket, signal) =>
      askAndSet(file.value, asked, {
        running: () => ownerCall(socket, 'config.running', { robot: name, text }, signal),
        setRunning: (_, node, keys) =>
          ownerCall(socket, 'config.setRunning', { robot: name, text, node, keys: [...keys] }, signal),
      }),
    // It connects as a recording does; what the robot says meanwhile is kept.
    own: () =>
      withOwnEngine(context, { config, connect: true, owner: 'tether config running' }, async (robot) => {
        await untilDiscovered(robot, file.value, context.interrupt.signal);
        return await askAndSet(file.value, asked, robot);
      }),
    nextStep: 'Set them there.',
  });
  if (!done.ok) return reportProblem(output, done.problem, name);
  if (asked.json) await output.line(JSON.stringify({ nodes: done.value }));
  else for (const line of linesOf(done.value)) await output.line(forTerminal(line));
  const isWell = done.value.every(({ problem, answers }) => problem === null && answers.every(({ isSet }) => isSet));
  return isWell ? 0 : 1;
}

async function askAndSet(file: RobotFile, asked: Asked, ways: Ways): Promise<Result<readonly NodeOutcome[]>> {
  const running = await ways.running(file);
  if (!running.ok) return running;
  const meant = running.value.nodes.filter(({ node }) => asked.nodes.length === 0 || asked.nodes.includes(node));
  const missing = asked.nodes.find((name) => !meant.some(({ node }) => node === name));
  if (missing !== undefined)
    return fail('no-such-node', `No node ${missing} of this file runs.`, 'See it without --node.');
  const outcomes: NodeOutcome[] = [];
  for (const node of meant) {
    // What a node never declared it would refuse.
    const keys = node.parameters.filter(({ isDeclared, isSame }) => isDeclared && !isSame).map(({ key }) => key);
    const set = asked.set && keys.length > 0 ? await ways.setRunning(file, node.node, keys) : succeed({ answers: [] });
    if (set.ok) outcomes.push({ ...node, answers: set.value.answers });
    else outcomes.push({ ...node, problem: set.problem, answers: [] });
  }
  return succeed(outcomes);
}

/** Until two looks in a row find the same nodes, some. */
async function untilDiscovered(robot: CommandRobot, file: RobotFile, signal: AbortSignal): Promise<void> {
  let before = '';
  for (let second = 0; second < discoverySecondsMax && !signal.aborted; second += lookAgainSeconds) {
    const running = await robot.running(file);
    const now = running.ok
      ? running.value.nodes.map(({ node, problem }) => `${node} ${problem?.code ?? ''}`).join('\n')
      : '';
    if (now !== '' && now === before) return;
    before = now;
    await waitFor(lookAgainSeconds, signal);
  }
}

function linesOf(nodes: readonly NodeOutcome[]): readonly string[] {
  if (nodes.length === 0) return ['None of the nodes that this file is for runs on the robot.'];
  return nodes.flatMap(({ node, problem, parameters, answers }) => {
    const rows = parameters.map(({ key, running, file, isDeclared, isSame }) => [
      key,
      isDeclared ? words(running) : '(unknown to it)',
      words(file),
      answerWords(
        answers.find(({ name }) => name === key),
        isSame,
      ),
    ]);
    const columns = ['parameter', 'running', 'file', 'answer'].map((title) => ({ title, align: 'left' }) as const);
    const table = rows.length === 0 ? ['  The file gives it no values.'] : formatTable(columns, rows);
    return [node, ...(problem === null ? table : [`  ${problemWords(problem)}`])];
  });
}

function problemWords({ message, nextStep }: Problem): string {
  return `${message} ${nextStep}`.trim();
}

function answerWords(answer: Answer | undefined, isSame: boolean): string {
  if (answer === undefined) return isSame ? 'the same' : '';
  return answer.isSet ? 'set' : `refused: ${answer.reason || 'without a reason'}`;
}

function words(value: unknown): string {
  return value === null ? '(none)' : typeof value === 'string' ? value : JSON.stringify(value);
}
