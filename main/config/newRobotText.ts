import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface NewRobot {
  /** Becomes the log stream. */
  readonly name: string;
  readonly domainId: number;
  readonly cloud: 'aws' | 'local';
  /** Whether connecting starts the demo robot. */
  readonly demo?: boolean;
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

/** The text of a new robot file: the template, with its comments, for this robot. `name` is a robot name (isRobotName). */
export function newRobotText(robot: NewRobot): string {
  let text = readTemplate();
  text = setValue(text, 'domain_id', String(robot.domainId));
  text = setValue(text, 'cloud', robot.cloud);
  text = setValue(text, 'demo', String(robot.demo ?? false));
  return setValue(text, 'log_stream_name', JSON.stringify(robot.name));
}
