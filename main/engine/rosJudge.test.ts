import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { isScalar } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { corpus } from '../config/corpus.test-support.js';
import { newRobotText } from '../config/newRobotText.js';
import { applyFix } from '../config/text/applyFix.js';
import type { Entry } from '../config/text/findEntries.js';
import type { LayeredValue } from '../config/text/layerValues.js';
import { entryKeyOf } from '../config/text/meantBy.js';
import { findParameter, parameters, sectionNames } from '../config/text/parameters.js';
import type { ParameterValue } from '../config/text/ParameterValue.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { fleetName } from '../model/fleetFile.js';
import { onThisMachineOnly, realRos, testDomain } from '../ros/realRos.test-support.js';
import { rosChildEnvironment } from '../ros/rosChildEnvironment.js';

// ROS 2's own parser, in rclpy nodes that are started with `--params-file`, says whether we judge robot files rightly.
const answerSchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    values: z.array(z.record(z.string(), z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]))),
  }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

interface JudgedNode {
  readonly name: string;
  readonly namespace: string;
  readonly parameters: Record<string, string>;
}

let folder: string;
let child: ChildProcessByStdio<Writable, Readable, null>;
let lines: Interface;
const waiting: ((line: string) => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-judge-'));
  const ros = realRos();
  const script = path.resolve(import.meta.dirname, '../../e2e/peers/parameter_judge.py');
  child = spawn(ros.python, [script], {
    env: rosChildEnvironment({
      ...{ inherited: process.env, ros, domainId: testDomain(40), robot: onThisMachineOnly, runtime: {} },
    }),
    // What rcl says of the files that it refuses is expected.
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  lines = createInterface({ input: child.stdout });
  // Fast DDS writes its own troubles to standard output, in colours.
  lines.on('line', (line) => {
    if (line.startsWith('{')) waiting.shift()?.(line);
  });
  child.on('close', () => {
    for (const tell of waiting.splice(0)) tell('{"ok":false,"error":"the judge has gone"}');
  });
});

afterAll(async () => {
  child.stdin.end();
  await rm(folder, { recursive: true });
});

async function judge(
  text: string,
  nodes: readonly JudgedNode[],
  fleetText: string | null = null,
): Promise<z.infer<typeof answerSchema>> {
  const [fleet, robot] = [path.join(folder, '@fleet.yaml'), path.join(folder, 'robot.yaml')];
  await writeFile(robot, text);
  if (fleetText !== null) await writeFile(fleet, fleetText);
  const answer = new Promise<string>((resolve) => waiting.push(resolve));
  const files = fleetText === null ? [robot] : [fleet, robot];
  child.stdin.write(`${JSON.stringify({ files, nodes })}\n`);
  return answerSchema.parse(JSON.parse(await answer));
}

/** The full name of the node that the entry is for: the keys above `ros__parameters`. */
function nodeOf(entry: Entry): string {
  const keys = entry.steps.map(({ pair }) => (isScalar(pair.key) ? String(pair.key.value) : ''));
  const above = keys.slice(0, keys.indexOf('ros__parameters')).join('/');
  return above === '/**' ? '/cloudwatch_logger' : `/${above.replace(/^\//, '')}`;
}

interface Expected {
  readonly nodes: readonly JudgedNode[];
  readonly values: readonly Record<string, ParameterValue>[];
}

/** The nodes of a file with the parameters that the table knows, and what we read for them. */
function expected(text: string): Expected {
  const { entries, values } = parseRobotFile('r', text);
  const byNode = new Map<string, { parameters: Record<string, string>; values: Record<string, ParameterValue> }>();
  for (const entry of entries) {
    const section = entry.section ?? 'cloudwatch_logger';
    const parameter = findParameter(section, entry.key);
    const value = values.get(`${section} ${entry.key}`);
    if (parameter === null) continue;
    const node = byNode.get(nodeOf(entry)) ?? { parameters: {}, values: {} };
    byNode.set(nodeOf(entry), node);
    node.parameters[entry.key] = parameter.type;
    if (value !== undefined) node.values[entry.key] = value;
  }
  const nodes = [...byNode].map(([full, { parameters }]) => ({
    name: full.slice(full.lastIndexOf('/') + 1),
    namespace: full.slice(0, full.lastIndexOf('/')) || '/',
    parameters,
  }));
  return { nodes, values: [...byNode.values()].map((node) => node.values) };
}

const files = [...corpus(), { name: 'the template', text: newRobotText({ name: 'r', domainId: 1, cloud: 'aws' }) }];
// ROS 1's form has another reader.
const forRos2 = files.filter(({ text }) => parseRobotFile('r', text).dialect === 'ros2');

test(
  `each of the ${forRos2.length} files for ROS 2 that we call valid is loaded, and read as we read it`,
  { timeout: 120_000 },
  async () => {
    expect(forRos2.length).toBeGreaterThan(150);
    for (const { name, text } of forRos2) {
      const { nodes, values } = expected(text);
      const answer = await judge(text, nodes);
      expect(answer, `${name}\n${text}`).toEqual({ ok: true, values });
    }
  },
);

/** Nodes without a namespace, each with the parameters that both files together give it. */
function expectedTogether(layered: ReadonlyMap<string, LayeredValue>): Expected {
  const given = parameters.flatMap(({ section, key, type }) => {
    const counts = layered.get(entryKeyOf(section, key));
    return counts === undefined ? [] : [{ section, key, type, value: counts.value }];
  });
  const sections = sectionNames.filter((name) => given.some(({ section }) => section === name));
  const of = (name: string, what: 'type' | 'value') =>
    Object.fromEntries(given.filter(({ section }) => section === name).map((one) => [one.key, one[what]]));
  return {
    nodes: sections.map((name) => ({ name, namespace: '/', parameters: of(name, 'type') as Record<string, string> })),
    values: sections.map((name) => of(name, 'value')),
  };
}

/** Every node stands at the root, and no value for all of them stops one. */
function isPlain(text: string): boolean {
  const { entries, issues } = parseRobotFile('r', text);
  const atRoot = entries.every((entry) => !/\/.+\//.test(nodeOf(entry)));
  return atRoot && !issues.some(({ message }) => message.includes(': stops '));
}

/** The fleet's own section comes after its `/**`: what the robot says for every node does not count for that node. */
const forEveryNode = ['/**:', '  ros__parameters:', '    log_group_name: "every"', ''].join('\n');
const shadowing = { name: 'shadowing', text: forEveryNode + logger('log_group_name: "own"') };
const plain = [
  ...forRos2.filter(({ text }) => isPlain(text)),
  { name: 'for every node', text: forEveryNode },
  shadowing,
  { name: 'for every node again', text: forEveryNode.replace('every', 'other') },
];

test(
  `each of the ${plain.length} files below the next one: ROS 2, given both, reads what we read`,
  { timeout: 120_000 },
  async () => {
    expect(plain.length).toBeGreaterThan(100);
    let overridden = 0;
    let shadowed = 0;
    for (const [index, robot] of plain.entries()) {
      const below = plain[(index + 1) % plain.length];
      if (below === undefined) throw new Error('no file');
      const fleet = parseRobotFile(fleetName, below.text);
      const { layered, issues, values: own } = parseRobotFile('r', robot.text, fleet);
      const { nodes, values } = expectedTogether(layered);
      const answer = await judge(robot.text, nodes, below.text);
      expect(answer, `${below.text}\n--- and above it\n${robot.text}`).toEqual({ ok: true, values });
      for (const key of own.keys()) if (fleet.values.has(key) && layered.get(key)?.from === 'robot') overridden += 1;
      shadowed += issues.filter(({ message }) => message.includes('does not count for')).length;
    }
    // Not for want of cases.
    expect(overridden).toBeGreaterThan(50);
    expect(shadowed).toBeGreaterThan(0);
  },
);

function logger(...inner: string[]): string {
  return ['cloudwatch_logger:', '  ros__parameters:', ...inner.map((line) => `    ${line}`), ''].join('\n');
}

/** What ends the original nodes, or makes ROS 2 refuse the file; the fix is ours, null where a person must say more. */
const traps: readonly (readonly [name: string, text: string, isFixed: boolean])[] = [
  ['an integer for a double', logger('publish_frequency: 5'), true],
  ['a double for an integer', logger('storage_limit: 1048576.0'), true],
  ['an unquoted number for a text', logger('log_stream_name: 42'), true],
  ['a word that is a boolean for a text', logger('log_stream_name: no'), true],
  ['a quoted number', logger('storage_limit: "2048"'), true],
  ['a quoted boolean', logger('sub_to_rosout: "true"'), true],
  ['an empty list', logger('log_group_name: g', 'topics: []'), true],
  ['a text for a list', logger('topics: "a"'), true],
  ['a number in a list of texts', logger('ignore_nodes: ["a", 3]'), true],
  ['no value', logger('log_group_name: g', 'log_stream_name:'), true],
  ['a section without ros__parameters', 'cloudwatch_logger:\n  log_group_name: g\n  storage_limit: 5\n', true],
  ['a directive', `%YAML 1.2\n---\n${logger('log_group_name: g')}`, true],
  ['an alias', logger('log_group_name: &a x', 'log_stream_name: *a'), false],
  ['nothing under ros__parameters', 'cloudwatch_logger:\n  ros__parameters:\n', false],
];

describe('traps: refused by ROS 2, found by us, and right after our fix', () => {
  const described = (text: string): JudgedNode[] => [
    {
      name: 'cloudwatch_logger',
      namespace: '/',
      parameters: Object.fromEntries(
        [
          'log_group_name',
          'log_stream_name',
          'publish_frequency',
          'storage_limit',
          'sub_to_rosout',
          'topics',
          'ignore_nodes',
        ]
          .filter((key) => text.includes(key))
          .map((key) => [key, findParameter('cloudwatch_logger', key)?.type ?? '']),
      ),
    },
  ];

  test.each(traps)('%s', async (_, text, isFixed) => {
    expect(await judge(text, described(text))).toMatchObject({ ok: false });
    const errors = parseRobotFile('r', text).issues.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    const first = errors[0];
    if (!isFixed || first === undefined) return;
    const mended = applyFix(text, first);
    expect(parseRobotFile('r', mended).issues).toEqual([]);
    const { nodes, values } = expected(mended);
    expect(await judge(mended, nodes)).toEqual({ ok: true, values });
  });
});
