import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import type { HostTopic } from '../hostMessages.js';
import type { HostRuntime } from '../HostRuntime.js';
import { rosChildEnvironment } from '../rosChildEnvironment.js';
import type { RosEnvironment } from '../toolchain.js';
import type { Finding } from '../../model/Finding.js';
import type { Problem } from '../../model/Problem.js';
import { diagnose, type InterfaceFact, type RosFacts } from './diagnose.js';
import type { LastHeard } from './findLastMessage.js';
import { localDomains } from './localDomains.js';
import { readFirewalls } from './readFirewalls.js';
import { readReceiveBuffers } from './receiveBuffers.js';
import { type ProbeOrder, type ProbeReport, probeReportSchema } from './probeReport.js';
import { scanDomains, scanMs } from './scanDomains.js';
import { tryMulticast } from './tryMulticast.js';

/** Looks at everything on the way from a ROS 2 robot to this laptop. Takes about five seconds, changes nothing. */
export interface DoctorOptions {
  readonly domainId: number;
  /** Variables that the robot file asks for. */
  readonly environment: Readonly<Record<string, string>>;
  readonly topics: readonly Pick<HostTopic, 'topic' | 'schemaName'>[];
  readonly rosEnvironment: RosEnvironment | null;
  readonly rosProblem: Problem | null;
  readonly runtime: HostRuntime;
  /** Path of the compiled `probeProcess.js`. */
  readonly probeScript: string;
  readonly lastHeard: LastHeard | null;
  readonly listenMs?: number;
}

const probeStartMsMax = 20_000;
const probeOutputBytesMax = 4 * 1024 * 1024;

export async function runDoctor(options: DoctorOptions): Promise<readonly Finding[]> {
  const listenMs = options.listenMs ?? scanMs;
  // Before the probe has ports of its own.
  const local = localDomains();
  const before = readReceiveBuffers();
  const [interfaces, firewalls, scan, probe] = await Promise.all([
    readInterfaces(),
    readFirewalls(),
    scanDomains(listenMs),
    runProbe(options, listenMs),
  ]);
  const after = readReceiveBuffers();
  return diagnose({
    domainId: options.domainId,
    lastHeard: options.lastHeard,
    interfaces,
    scan,
    local,
    ros: rosFacts(options),
    rosProblem: options.rosProblem,
    firewalls,
    receiveBuffers: before === null || after === null ? null : { before, after },
    probe,
  });
}

async function readInterfaces(): Promise<readonly InterfaceFact[]> {
  const found = Object.entries(networkInterfaces()).flatMap(([name, infos]) =>
    (infos ?? [])
      .filter(({ family }) => family === 'IPv4')
      .map(({ address, internal }) => ({ name, address, internal })),
  );
  return await Promise.all(
    found.map(async ({ name, address, internal }) => ({
      ...{ name, address, isLoopback: internal },
      hearsMulticast: await tryMulticast(address),
    })),
  );
}

function rosFacts({ rosEnvironment, environment, domainId, topics }: DoctorOptions): RosFacts | null {
  if (rosEnvironment === null) return null;
  const folders = (rosEnvironment.variables['LD_LIBRARY_PATH'] ?? '').split(':');
  const packages = [...new Set(topics.map(({ schemaName }) => schemaName.split('/')[0] ?? schemaName))];
  return {
    distro: rosEnvironment.distro,
    kind: rosEnvironment.kind,
    rmwAsked: environment['RMW_IMPLEMENTATION'] ?? '',
    variables: { ROS_DISTRO: rosEnvironment.distro, ROS_DOMAIN_ID: String(domainId), ...environment },
    packages: packages.map((name) => ({
      name,
      found: folders.some((folder) => existsSync(path.join(folder, `lib${name}__rosidl_typesupport_c.so`))),
    })),
  };
}

async function runProbe(options: DoctorOptions, listenMs: number): Promise<ProbeReport | Problem> {
  const { rosEnvironment: ros, runtime, topics, domainId } = options;
  if (ros === null) return options.rosProblem ?? noRos;
  const binaries = ros.rclnodejsBinaries;
  const order: ProbeOrder = {
    topics: topics.map(({ topic, schemaName }) => ({ topic, schemaName })),
    nativeFile: binaries && ('ELECTRON_RUN_AS_NODE' in runtime.environment ? binaries.electron : binaries.node),
    listenMs,
  };
  const env = rosChildEnvironment({
    ...{ inherited: process.env, ros, domainId },
    ...{ robot: options.environment, runtime: runtime.environment },
  });
  const { text, words } = await new Promise<{ text: string; words: string }>((resolve) => {
    const args = [...runtime.args, options.probeScript, JSON.stringify(order)];
    const limits = { timeout: probeStartMsMax + listenMs, maxBuffer: probeOutputBytesMax };
    execFile(runtime.execPath, args, { env, ...limits }, (_error, stdout, stderr) => {
      // It ends by SIGKILL on purpose: what it said counts.
      resolve({ text: stdout, words: stderr.trim().split('\n').at(-1) ?? '' });
    });
  });
  return readProbe(text) ?? { ...probeDied, message: `${probeDied.message}${words === '' ? '' : `: ${words}`}` };
}

function readProbe(text: string): ProbeReport | Problem | null {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return null;
  }
  const report = probeReportSchema.safeParse(said);
  if (report.success) return report.data;
  const problem = (said as { readonly problem?: Problem }).problem;
  return problem ?? null;
}

const noRos: Problem = { code: 'no-ros', message: 'ROS 2 is not set up here', nextStep: 'Run `npm run setup`.' };
const probeDied: Problem = {
  code: 'probe-died',
  message: 'ROS 2 did not start on this domain',
  nextStep: 'Check the RMW implementation, the static peers and the network interface in the robot file.',
};
