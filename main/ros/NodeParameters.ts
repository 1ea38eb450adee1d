import { CdrReader } from '../codec/CdrReader.js';
import { CdrWriter } from '../codec/CdrWriter.js';
import type { NodeParameterValue, ParameterSetting, RunningNode, SettingAnswer } from '../model/NodeParameter.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import type { NodeServices } from './NodeServices.js';

/**
 * Reads and sets parameters of running nodes through the services that every rclcpp and rclpy node offers, unless its author
 * switched them off. Shapes: rcl_interfaces of Jazzy (msg/ParameterValue, srv/ListParameters, srv/GetParameters,
 * srv/SetParameters); Humble's are the same.
 */
const types = { notSet: 0, bool: 1, int: 2, double: 3, string: 4, bytes: 5, bools: 6, ints: 7, doubles: 8, strings: 9 };
/** In a list of an answer: the names of a node's parameters, the elements of a value. */
const elementsMax = 10_000;
/** The shortest ParameterValue in an answer: its nine fields, all empty. */
const valueBytesMin = 40;
const resultBytesMin = 8;

export class NodeParameters {
  readonly #services: NodeServices;

  constructor(services: NodeServices) {
    this.#services = services;
  }

  /** All nodes with one of these names, in whatever namespace, with all that they declared. */
  async read(names: readonly string[]): Promise<readonly RunningNode[]> {
    const nodes = this.#services.nodes().filter((full) => names.includes(full.slice(full.lastIndexOf('/') + 1)));
    return await Promise.all([...new Set(nodes)].toSorted().map((node) => this.#readNode(node)));
  }

  /** One answer for each setting, in their order. */
  async set(node: string, settings: readonly ParameterSetting[]): Promise<Result<readonly SettingAnswer[]>> {
    const writer = new CdrWriter().uint32(settings.length);
    for (const setting of settings) writeSetting(writer, setting);
    const answer = await this.#ask(node, 'set_parameters', 'SetParameters', writer);
    if (!answer.ok) return answer;
    const reader = new CdrReader(answer.value);
    const count = reader.count(settings.length, resultBytesMin);
    const answers = settings
      .slice(0, count)
      .map(({ name }) => ({ name, isSet: reader.uint8() === 1, reason: reader.text() }));
    return reader.failed || count !== settings.length ? unreadable(node) : succeed(answers);
  }

  async #readNode(node: string): Promise<RunningNode> {
    const failed = ({ problem }: { problem: RunningNode['problem'] }): RunningNode => ({
      node,
      problem,
      parameters: [],
    });
    const everything = new CdrWriter().uint32(0).uint64(0n);
    const listed = await this.#ask(node, 'list_parameters', 'ListParameters', everything);
    if (!listed.ok) return failed(listed);
    const names = readTexts(new CdrReader(listed.value));
    if (names === null) return failed(unreadable(node));
    const request = new CdrWriter().uint32(names.length);
    for (const name of names) request.text(name);
    const got = await this.#ask(node, 'get_parameters', 'GetParameters', request);
    if (!got.ok) return failed(got);
    const reader = new CdrReader(got.value);
    const count = reader.count(names.length, valueBytesMin);
    const parameters = names.slice(0, count).map((name) => ({ name, value: readValue(reader) }));
    return reader.failed || count !== names.length ? failed(unreadable(node)) : { node, problem: null, parameters };
  }

  async #ask(node: string, service: string, type: string, request: CdrWriter): Promise<Result<Uint8Array>> {
    const answer = await this.#services.ask(`${node}/${service}`, `rcl_interfaces/srv/${type}`, request.finish());
    if (answer.ok || answer.problem.code !== 'service-off') return answer;
    return fail(
      'parameters-off',
      `${node} offers no parameter services: its author has switched them off, or it has just ended.`,
      'Write the file to the robot and start the node with it again.',
    );
  }
}

function writeSetting(writer: CdrWriter, { name, kind, value }: ParameterSetting): void {
  const type = {
    bool: types.bool,
    int: types.int,
    double: types.double,
    string: types.string,
    'string[]': types.strings,
  };
  const texts = kind === 'string[]' && typeof value === 'object' ? value : [];
  writer
    .text(name)
    .uint8(type[kind])
    .uint8(value === true ? 1 : 0)
    .int64(kind === 'int' && typeof value === 'number' ? BigInt(value) : 0n)
    .float64(kind === 'double' && typeof value === 'number' ? value : 0)
    .text(kind === 'string' && typeof value === 'string' ? value : '');
  for (let emptyList = 0; emptyList < 4; emptyList += 1) writer.uint32(0);
  writer.uint32(texts.length);
  for (const text of texts) writer.text(text);
}

/** All fields are in every value, whatever its type. */
function readValue(reader: CdrReader): NodeParameterValue | null {
  const type = reader.uint8();
  const isTrue = reader.uint8() === 1;
  const whole = Number(reader.int64());
  const double = reader.float64();
  const text = reader.text();
  for (let left = reader.count(elementsMax, 1); left > 0; left -= 1) reader.uint8();
  for (let left = reader.count(elementsMax, 1); left > 0; left -= 1) reader.uint8();
  for (let left = reader.count(elementsMax, 8); left > 0; left -= 1) reader.int64();
  for (let left = reader.count(elementsMax, 8); left > 0; left -= 1) reader.float64();
  const texts = readTexts(reader);
  switch (type) {
    case types.bool:
      return isTrue;
    case types.int:
      return whole;
    case types.double:
      return double;
    case types.string:
      return text;
    case types.strings:
      return texts;
    default:
      return null;
  }
}

function readTexts(reader: CdrReader): readonly string[] | null {
  const count = reader.count(elementsMax, 5);
  const texts = Array.from({ length: count }, () => reader.text());
  return reader.failed ? null : texts;
}

function unreadable(node: string): ReturnType<typeof fail> {
  return fail('no-answer', `${node} gave an answer that cannot be read.`, 'Try again.');
}
