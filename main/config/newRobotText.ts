import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface NewRobot {
  /** Becomes the log stream. */
  readonly name: string;
  /** Of a ROS 2 robot. */
  readonly domainId: number;
  readonly cloud: 'aws' | 'local';
  /** How it is reached, when not by ROS 2: `address` as the robot file of that kind has it. */
  readonly reached?: Reached | null;
  /** Whether connecting starts the demo robot. */
  readonly demo?: boolean;
}

/** The kinds of source that have an address in place of a domain, and the parameter that holds it. */
const addressKeys = { foxglove: 'foxglove_url', ros1: 'ros_master_uri', replay: 'replay_path' } as const;

type AddressedSource = keyof typeof addressKeys;

interface Reached {
  readonly by: AddressedSource;
  readonly address: string;
  /** Of a recording: times the speed of the robot (0: at once). Absent: as it was recorded. */
  readonly speed?: number | undefined;
}

/** The template lies in `assets/`, beside `main/` in a clone and beside `build/` once compiled. */
function readTemplate(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'assets', 'robot.default.yaml');
    if (existsSync(file)) return readFileSync(file, 'utf8');
    if (folder === path.dirname(folder)) throw new Error('assets/robot.default.yaml is missing from this installation');
  }
}

/** Replaces one line's value and leaves the comment behind it. */
function setValue(text: string, key: string, value: string): string {
  const line = new RegExp(`^( {4}${key}: )\\S+`, 'm');
  if (!line.test(text)) throw new Error(`assets/robot.default.yaml has no line for ${key}`);
  return text.replace(line, (_, start: string) => start + value);
}

/** Puts the source and its address where the template has ROS 2 and its domain. */
function setSource(text: string, { by, address, speed }: Reached): string {
  const withSource = setValue(text, 'source', by);
  const line = /^ {4}domain_id: .*$/m;
  if (!line.test(withSource)) throw new Error('assets/robot.default.yaml has no line for domain_id');
  // A double, as ROS reads it.
  const speedLine = by === 'replay' && speed !== undefined ? `\n    replay_speed: ${doubleText(speed)}` : '';
  return withSource.replace(line, () => `    ${addressKeys[by]}: ${JSON.stringify(address)}${speedLine}`);
}

function doubleText(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** The text of a new robot file: the template, with its comments, for this robot. `name` is a robot name (isRobotName). */
export function newRobotText(robot: NewRobot): string {
  let text = readTemplate();
  const reached = robot.reached ?? null;
  text = reached === null ? setValue(text, 'domain_id', String(robot.domainId)) : setSource(text, reached);
  text = setValue(text, 'cloud', robot.cloud);
  text = setValue(text, 'demo', String(robot.demo ?? false));
  return setValue(text, 'log_stream_name', JSON.stringify(robot.name));
}
