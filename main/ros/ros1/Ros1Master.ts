import { fail, type Problem, type Result, succeed } from '../../model/Problem.js';
import { callXmlRpc } from './callXmlRpc.js';
import type { XmlRpcValue } from './xmlRpc.js';

const defaultPort = 11_311;

/**
 * ROS_MASTER_URI of a robot file, checked: `http://` and port 11311 where they are left out. Problem `bad-address`.
 */
export function masterUrl(written: string): Result<string> {
  const nextStep = `Set \`ros_master_uri: "http://ADDRESS:${defaultPort}"\` in the tether section of the robot file.`;
  if (written === '') return fail('bad-address', 'the robot file does not say where the ROS master is', nextStep);
  const withScheme = /^[a-z]+:\/\//i.test(written) ? written : `http://${written}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (url?.protocol !== 'http:' || url.hostname === '') {
    return fail('bad-address', `"${written}" is no address of a ROS master`, nextStep);
  }
  if (url.port === '' && !/:80(?:\/|$)/.test(withScheme)) url.port = String(defaultPort);
  return succeed(url.toString());
}

/** The ROS 1 master's API, as far as a subscriber needs it. Source: wiki.ros.org/ROS/Master_API. */
export class Ros1Master {
  constructor(
    readonly url: string,
    private readonly callerId: string,
  ) {}

  /** The master's process id, which tells a new master from the old one, and this laptop's address as the master sees it. */
  async pid(): Promise<Result<{ readonly pid: number; readonly localAddress: string }>> {
    const answer = await this.#call('getPid', []);
    if (!answer.ok) return answer;
    const { value, localAddress } = answer.value;
    return succeed({ pid: typeof value === 'number' ? value : 0, localAddress });
  }

  /** Tells the master of the subscription; also of one that it knows of. Gives the URIs of the topic's publishers. */
  async register(topic: string, callerApi: string): Promise<Result<readonly string[]>> {
    const answer = await this.#call('registerSubscriber', [topic, '*', callerApi]);
    if (!answer.ok) return answer;
    const { value } = answer.value;
    const uris = Array.isArray(value) ? (value as readonly XmlRpcValue[]).filter((uri) => typeof uri === 'string') : [];
    return succeed(uris);
  }

  async unregister(topic: string, callerApi: string): Promise<void> {
    await this.#call('unregisterSubscriber', [topic, callerApi]);
  }

  /** Every answer is a list of status (1 is success), words and the value. */
  async #call(
    method: string,
    parameters: readonly XmlRpcValue[],
  ): Promise<Result<{ readonly value: XmlRpcValue; readonly localAddress: string }>> {
    const answer = await callXmlRpc(this.url, method, [this.callerId, ...parameters]);
    if (!answer.ok) return { ok: false, problem: masterProblem(this.url, answer.problem) };
    const [status, words, value] = Array.isArray(answer.value.value) ? (answer.value.value as XmlRpcValue[]) : [];
    if (status !== 1 || value === undefined) {
      const said = typeof words === 'string' ? words : 'no reason given';
      return fail('refused', `the ROS master at ${this.url} refused ${method}: ${said}`, 'See the log of roscore.');
    }
    return succeed({ value, localAddress: answer.value.localAddress });
  }
}

function masterProblem(url: string, problem: Problem): Problem {
  const check = `Check the address and the port; a master listens on ${defaultPort} unless told otherwise.`;
  switch (problem.code) {
    case 'ECONNREFUSED':
      return {
        code: 'no-master',
        message: `no ROS master listens at ${url}`,
        nextStep: `Start roscore (or a launch file) on the robot. ${check}`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'unknown-host',
        message: `the name ${new URL(url).hostname} cannot be resolved`,
        nextStep: "Use the robot's IP address, or check the name and this laptop's network.",
      };
    case 'not-xmlrpc':
      return { code: 'not-a-master', message: `what answers at ${url} is no ROS master`, nextStep: check };
    case 'timeout':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return {
        code: 'unreachable',
        message: `${url} does not answer`,
        nextStep: "Check the cable or Wi-Fi, the robot's power and the address in the robot file.",
      };
    default:
      return { ...problem, nextStep: problem.nextStep || check };
  }
}
