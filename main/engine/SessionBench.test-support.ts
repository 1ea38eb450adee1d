import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encodeLog, type LogToEncode } from '../codec/logMessage.js';
import { encodeMetricList } from '../codec/metricMessage.js';
import { ros2LogChannel, ros2MetricListChannel } from '../codec/schemas.js';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import type { RowState } from '../contract/frames.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { FakeSource } from '../ros/FakeSource.js';
import { systemClock, type Clock } from '../seams/Clock.js';
import { GatedSink } from './GatedSink.test-support.js';
import type { LaptopLink } from './LaptopLink.js';
import { RobotSession } from './RobotSession.js';

export const logChannel = ros2LogChannel('/rosout');
export const metricChannel = ros2MetricListChannel('/metrics');

/** As the real reader of robot files makes it, but that nothing waits long. */
export function robotConfig(name = 'rover'): RobotConfig {
  const { config } = parseRobotFile(name, newRobotText({ name, domainId: 0, cloud: 'local' }));
  if (config === null) throw new Error('the new robot file is not valid');
  const quick = { publishPeriodMs: 20 };
  return { ...config, logs: { ...config.logs, ...quick }, metrics: { ...config.metrics, ...quick } };
}

/** A session with a real cache in a folder of its own; the robot and CloudWatch are fakes. */
export class SessionBench {
  readonly sink = new GatedSink(() => Number(systemClock.nowNs() / 1_000_000n));
  readonly log: string[] = [];
  sinksMade = 0;
  /** For the sessions that are opened from now on. */
  laptopLink: LaptopLink | null = null;
  source = new FakeSource();
  /** What the next connection uses. */
  newSource: () => FakeSource = () => new FakeSource();

  private readonly sessions: RobotSession[] = [];

  private constructor(
    readonly folder: string,
    private readonly clock: Clock,
  ) {}

  static async make(clock: Clock = systemClock): Promise<SessionBench> {
    return new SessionBench(await mkdtemp(path.join(os.tmpdir(), 'tether-session-')), clock);
  }

  async open(config: RobotConfig = robotConfig()): Promise<RobotSession> {
    const opened = await RobotSession.open(config, {
      clock: this.clock,
      cacheFolder: path.join(this.folder, 'cache', config.name),
      exportsFolder: path.join(this.folder, 'exports'),
      uploadsFile: path.join(this.folder, 'uploads', `${config.name}.jsonl`),
      owner: { kind: 'a test', controlSocket: null },
      ...(this.laptopLink === null ? {} : { laptopLink: this.laptopLink }),
      sinkFor: () => {
        this.sinksMade++;
        return this.sink;
      },
      sourceFor: () => {
        this.source = this.newSource();
        return this.source;
      },
      startDemo: () => ({ stop: () => Promise.resolve() }),
      log: (line) => this.log.push(line),
    });
    if (!opened.ok) throw new Error(opened.problem.message);
    this.sessions.push(opened.value);
    return opened.value;
  }

  /** Log messages from the robot, all in one batch as a real source hands them on. */
  giveLogs(...logs: readonly (string | Partial<LogToEncode>)[]): void {
    this.source.giveMany(logChannel, logs.map(logMessage));
  }

  /** One message with this many metrics in it. */
  giveMetrics(count: number): void {
    const stampNs = systemClock.nowNs();
    const metrics = Array.from({ length: count }, (_, index) => ({
      ...{ stampNs, name: `metric ${index}`, unit: 'percent', value: index, dimensions: [] },
    }));
    this.source.give(metricChannel, encodeMetricList(metrics), stampNs);
  }

  async remove(): Promise<void> {
    for (const session of this.sessions) await session.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function logMessage(log: string | Partial<LogToEncode>): { data: Uint8Array; receivedNs: bigint } {
  const receivedNs = systemClock.nowNs();
  const fields = typeof log === 'string' ? { message: log } : log;
  const whole: LogToEncode = { stampNs: receivedNs, severity: 'INFO', node: 'nav', message: '', ...fields };
  return { data: encodeLog(whole), receivedNs };
}

/** States of all rows of the live window, with gaps as `gap N`. */
export function rowStates(session: RobotSession): (RowState | `gap ${number}`)[] {
  return session.logs
    .rowsFrom(0, session.logs.nextId)
    .map((row) => (row.type === 'log' ? row.state : (`gap ${row.count}` as const)));
}
