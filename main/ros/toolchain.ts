import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fail, type Problem, type Result, succeed } from '../model/Problem.js';

/**
 * Where ROS 2 is and how a process must be started to use it. Set-up writes it down in the toolchain file; without one, the
 * environment of a sourced shell serves.
 */
export interface RosEnvironment {
  readonly kind: string;
  readonly distro: string;
  /** Variables that a process needs from its start: LD_LIBRARY_PATH cannot be set later. */
  readonly variables: Readonly<Record<string, string>>;
  /** A Python that can import rclpy. */
  readonly python: string;
  /** rclnodejs's native file for each runtime, or null when it is where rclnodejs looks by itself. */
  readonly rclnodejsBinaries: { readonly node: string; readonly electron: string } | null;
}

const problemSchema = z.object({ code: z.string(), message: z.string(), nextStep: z.string() });

const toolchainSchema = z.object({
  ros: z
    .object({ kind: z.string(), distro: z.string(), env: z.record(z.string(), z.string()), python: z.string() })
    .nullable(),
  rosProblem: z.union([problemSchema, z.string()]).nullish(),
  rclnodejs: z
    .object({
      ok: z.boolean(),
      problem: z.union([problemSchema, z.string()]).nullish(),
      binaries: z.object({ node: z.string(), electron: z.string() }).nullish(),
    })
    .nullish(),
});

export const setupNextStep = 'Run `npm run setup`, or source a ROS 2 environment before starting Tether.';

/** Variables by which a sourced ROS 2 environment is handed on. */
const sourcedVariables = [
  'AMENT_PREFIX_PATH',
  'CMAKE_PREFIX_PATH',
  'LD_LIBRARY_PATH',
  'PYTHONPATH',
  'ROS_DISTRO',
  'ROS_VERSION',
  'ROS_PYTHON_VERSION',
] as const;

/**
 * ROS 2 as set-up found or made it; where there is no toolchain file, as the shell has sourced it.
 * Problems: `no-ros`, `bad-toolchain`, `no-rclnodejs`.
 */
export function readRosEnvironment(
  toolchainFile: string | null,
  environment: Readonly<Record<string, string | undefined>>,
): Result<RosEnvironment> {
  const text = toolchainFile === null ? null : readOrNull(toolchainFile);
  if (text === null) return sourcedEnvironment(environment);
  const parsed = toolchainSchema.safeParse(parseJsonOrNull(text));
  if (!parsed.success) {
    return fail('bad-toolchain', `${toolchainFile ?? ''} is not what set-up writes`, setupNextStep);
  }
  const { ros, rosProblem, rclnodejs } = parsed.data;
  if (ros === null) return { ok: false, problem: asProblem('no-ros', rosProblem, 'ROS 2 is not set up here') };
  if (rclnodejs?.ok === false) {
    return { ok: false, problem: asProblem('no-rclnodejs', rclnodejs.problem, "rclnodejs's native part is not built") };
  }
  const { kind, distro, env, python } = ros;
  return succeed({ kind, distro, variables: env, python, rclnodejsBinaries: rclnodejs?.binaries ?? null });
}

function sourcedEnvironment(environment: Readonly<Record<string, string | undefined>>): Result<RosEnvironment> {
  const distro = environment['ROS_DISTRO'] ?? '';
  if ((environment['AMENT_PREFIX_PATH'] ?? '') === '' || distro === '') {
    return fail('no-ros', 'no ROS 2 was found: set-up has not run, and no ROS 2 environment is sourced', setupNextStep);
  }
  const variables: Record<string, string> = {};
  for (const name of sourcedVariables) {
    const value = environment[name];
    if (value !== undefined) variables[name] = value;
  }
  return succeed({ kind: 'sourced', distro, variables, python: 'python3', rclnodejsBinaries: null });
}

function asProblem(code: string, found: Problem | string | null | undefined, otherwise: string): Problem {
  if (found !== null && typeof found === 'object') return found;
  return { code, message: found ?? otherwise, nextStep: setupNextStep };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function parseJsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
