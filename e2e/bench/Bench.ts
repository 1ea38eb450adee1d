import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test as base, type TestInfo } from '@playwright/test';
import { appProcesses } from './appProcesses.js';
import { freeDomain } from './freeDomain.js';
import { LoopbackCloud } from './LoopbackCloud.js';
import { MotoServer } from './MotoServer.js';
import { robotFileText } from './robotFileText.js';
import { RosPublisher, type PublisherOptions } from './RosPublisher.js';
import { TetherApp, type LaunchOptions } from './TetherApp.js';
import { robotOnDisk, tetherCommand, type RobotOnDisk } from './tetherCommand.js';

/** Everything that one test sets up: a home folder and a ROS domain of its own, and whatever it starts. All goes at its end. */
export class Bench {
  readonly robot = 'rover';
  readonly group = 'field-team';
  readonly stream = 'rover-stream';
  readonly namespace = 'rovers';
  readonly domainId = freeDomain();
  readonly #cleanups: (() => Promise<unknown>)[] = [];
  #app: TetherApp | null = null;

  private constructor(readonly home: string) {}

  static async setUp(): Promise<Bench> {
    return new Bench(await mkdtemp(path.join(tmpdir(), 'tether-e2e-')));
  }

  /** Writes the robot's file, as if a person had put it there. */
  async writeRobot(cloud: 'local' | { endpoint: string }): Promise<void> {
    const { domainId, group, stream, namespace } = this;
    await this.writeRobotText(robotFileText({ domainId, cloud, group, stream, namespace }));
  }

  async writeRobotText(text: string): Promise<void> {
    await mkdir(path.dirname(this.robotFile), { recursive: true });
    await writeFile(this.robotFile, text);
  }

  get robotFile(): string {
    return path.join(this.home, 'robots', `${this.robot}.yaml`);
  }

  async launch(options: Omit<LaunchOptions, 'home'> = {}): Promise<TetherApp> {
    this.#app = await TetherApp.launch({ ...options, home: this.home });
    return this.#app;
  }

  /** The robot's file for the local CloudWatch, the cloud itself, and the app: what most tests begin with. */
  async launchWithLocalCloud(): Promise<{ app: TetherApp; cloud: LoopbackCloud }> {
    await this.writeRobot('local');
    const cloud = await this.localCloud();
    return { cloud, app: await this.launch({ environment: { TETHER_LOCAL_CLOUDWATCH: cloud.link.url } }) };
  }

  publish(options: Omit<PublisherOptions, 'domainId'>): RosPublisher {
    const publisher = RosPublisher.start({ ...options, domainId: this.domainId });
    this.#cleanups.push(() => publisher.kill());
    return publisher;
  }

  async localCloud(): Promise<LoopbackCloud> {
    const cloud = await LoopbackCloud.start();
    this.#cleanups.push(() => cloud.stop());
    return cloud;
  }

  async moto(): Promise<MotoServer> {
    const moto = await MotoServer.start();
    this.#cleanups.push(() => moto.stop());
    return moto;
  }

  onDisk(): Promise<RobotOnDisk> {
    return robotOnDisk(this.home, this.robot);
  }

  command(...args: string[]): Promise<string> {
    return tetherCommand(this.home, ...args);
  }

  async tearDown(info: TestInfo): Promise<void> {
    if (info.status !== info.expectedStatus) await this.#attachEvidence(info);
    for (const { pid } of appProcesses(this.home)) killQuietly(pid);
    for (const cleanup of this.#cleanups.reverse()) await cleanup();
    await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** What the app looked like, and what it wrote down, when a test failed. */
  async #attachEvidence(info: TestInfo): Promise<void> {
    const screenshot = await this.#app?.page.screenshot({ timeout: 5_000 }).catch(() => null);
    if (screenshot) await info.attach('page', { body: screenshot, contentType: 'image/png' });
    for (const name of ['app.log', 'engine.log']) {
      const body = await readFile(path.join(this.home, 'logs', name)).catch(() => null);
      if (body !== null) await info.attach(name, { body, contentType: 'text/plain' });
    }
  }
}

export const test = base.extend<{ bench: Bench }>({
  // Playwright wants the first parameter to be a destructured object, also of nothing.
  bench: async ({}, use, info) => {
    const bench = await Bench.setUp();
    await use(bench);
    await bench.tearDown(info);
  },
});

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
