import { CdrReader } from '../codec/CdrReader.js';
import { CdrWriter } from '../codec/CdrWriter.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import { answerMsMax, type NodeServices } from './NodeServices.js';

/**
 * Sets levels of loggers of a robot's nodes through each node's own service, which rclcpp and rclpy offer since Jazzy, and only
 * where the node's author has switched it on.
 */
const serviceName = 'set_logger_levels';
const serviceType = 'rcl_interfaces/srv/SetLoggerLevels';
const resultsMax = 100;
const resultBytesMin = 8;

export class LoggerLevels {
  readonly #services: NodeServices;

  constructor(services: NodeServices) {
    this.#services = services;
  }

  /** `logger` as it stands in a log message: `nav.planner` of the node `/nav/planner`, or a logger below it. */
  async set(logger: string, level: number): Promise<Result<void>> {
    // Its lines may be heard before its name is discovered.
    const owner = await this.#services.soon(() => nodeOfLogger(logger, this.#services.nodes()));
    if (owner === null) {
      const nextStep = 'Set the level of the node that has this logger, by its own name.';
      return fail('no-such-node', `No node is discovered that the logger ${logger} belongs to.`, nextStep);
    }
    const request = new CdrWriter().uint32(1).text(logger).uint32(level).finish();
    const answer = await this.#services.ask(`${owner}/${serviceName}`, serviceType, request);
    if (answer.ok) return readAnswer(answer.value, owner);
    if (answer.problem.code === 'service-off') return serviceOff(owner);
    return answer.problem.code === 'no-answer' ? noAnswer(owner) : answer;
  }
}

/** The node with the longest name that the logger's name begins with. */
export function nodeOfLogger(logger: string, nodes: readonly string[]): string | null {
  const parts = logger.replace(/^\/+/, '').split(/[./]/);
  for (let length = parts.length; length > 0; length -= 1) {
    const name = `/${parts.slice(0, length).join('/')}`;
    if (nodes.includes(name)) return name;
  }
  return null;
}

function readAnswer(data: Uint8Array, owner: string): Result<void> {
  const reader = new CdrReader(data);
  const count = reader.count(resultsMax, resultBytesMin);
  const isSet = count > 0 && reader.uint8() === 1;
  const reason = count > 0 ? reader.text() : '';
  if (isSet && !reader.failed) return succeed(undefined);
  return fail('level-refused', `${owner} refused the level${reason === '' ? '' : `: ${reason}`}.`, '');
}

function serviceOff(owner: string): Result<never> {
  return fail(
    'level-service-off',
    `${owner} does not let its level be set: its logger service is off, as it is unless the node switches it on.`,
    'Jazzy or newer: NodeOptions().enable_logger_service(true) in C++, Node(…, enable_logger_service=True) in Python. Older: restart it with --ros-args --log-level.',
  );
}

function noAnswer(owner: string): Result<never> {
  return fail(
    'level-no-answer',
    `${owner} did not answer within ${answerMsMax / 1000} s.`,
    'See whether it still runs.',
  );
}
