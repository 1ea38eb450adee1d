import { spawn } from 'node:child_process';
import path from 'node:path';
import { inNamespace } from '../model/namespace.js';
import { rosChildEnvironment } from '../ros/rosChildEnvironment.js';
import { readRosEnvironment } from '../ros/toolchain.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findApp } from './findApp.js';
import { reportProblem } from './reportProblem.js';
import { toolchainPlace } from './toolchainPlace.js';

interface Asked {
  readonly domain: number | null;
  readonly robotId: string | null;
  /** Seconds. */
  readonly intervalS: number | null;
  readonly namespace: string | null;
  readonly topic: string | null;
}

/** From the root on; within the namespace when it is given and the topic has no slash in front. */
export function healthTopic({ namespace, topic }: Pick<Asked, 'namespace' | 'topic'>): string {
  const bare = (namespace ?? '').replace(/^\/+|\/+$/g, '');
  return inNamespace(bare === '' ? '' : `/${bare}`, topic ?? 'metrics');
}

/** Runs the health node (assets/health) until interrupted. */
export async function healthCommand({ output, interrupt }: CommandContext, asked: Asked): Promise<ExitCode> {
  const appRoot = findApp().root;
  const ros = readRosEnvironment(toolchainPlace(appRoot), process.env);
  if (!ros.ok) return reportProblem(output, ros.problem);
  const domainId = asked.domain ?? Number(process.env['ROS_DOMAIN_ID'] ?? '0');
  const args = [
    path.join(appRoot, 'assets', 'health', 'health_node.py'),
    '--exit-with-stdin',
    ...(asked.robotId === null ? [] : ['--robot-id', asked.robotId]),
    ...(asked.namespace === null ? [] : ['--namespace', asked.namespace]),
    ...(asked.topic === null ? [] : ['--topic', asked.topic]),
    ...(asked.intervalS === null ? [] : ['--interval', String(asked.intervalS)]),
  ];
  const env = rosChildEnvironment({ inherited: process.env, ros: ros.value, domainId, robot: {}, runtime: {} });
  const child = spawn(ros.value.python, args, { env, stdio: ['pipe', 'ignore', 'inherit'] });
  // It ends with its stdin, which closes with this process, however that ends.
  const end = (): void => {
    child.stdin.end();
  };
  interrupt.signal.addEventListener('abort', end);
  await output.line(`health of this machine on ${healthTopic(asked)}, domain ${domainId}; Ctrl+C ends it`);
  return await new Promise<ExitCode>((resolve) => {
    child.on('error', (error) => {
      output.note(`tether: the health node could not start: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => {
      interrupt.signal.removeEventListener('abort', end);
      resolve(code === 0 || interrupt.signal.aborted ? 0 : 1);
    });
  });
}
