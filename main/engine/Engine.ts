import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CallInput } from '../contract/calls.js';
import type { LaptopLinkStatus, RobotStatus, StatusFrame } from '../contract/frames.js';
import { DiskRobotFiles, refusalOf } from '../config/DiskRobotFiles.js';
import { openCacheReader } from '../cache/openCacheReader.js';
import {
  cacheFolder,
  cachesFolder,
  ddsProfilePath,
  groupDebtsFile,
  linkFile,
  pausedFlushesFile,
  uploadModesFile,
  uploadsFile,
} from '../config/home.js';
import type { NewRobot } from '../config/newRobotText.js';
import { textForNewRobot } from '../config/textForNewRobot.js';
import { fail, succeed, type Problem, type Result } from '../model/Problem.js';
import type { Finding } from '../model/Finding.js';
import { fleetName } from '../model/fleetFile.js';
import { type LaptopLimits, noLaptopLimits } from '../model/LaptopLimits.js';
import type { Threshold } from '../live/ThresholdWatch.js';
import { isRobotName } from '../model/RobotName.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import { DemoRobot } from '../ros/DemoRobot.js';
import { readRosEnvironment, type RosEnvironment } from '../ros/toolchain.js';
import { AccountBreakers } from '../upload/AccountBreakers.js';
import { CloudWatchSink } from '../upload/CloudWatchSink.js';
import { CallDispatcher } from './CallDispatcher.js';
import { callHandlers } from './callHandlers.js';
import type { EngineActions } from './EngineActions.js';
import { ConnectionMemory } from './ConnectionMemory.js';
import { ControlServer } from './ControlServer.js';
import type { EngineOptions } from './EngineOptions.js';
import { examineRobot } from './examineRobot.js';
import { GroupDebtBook } from './GroupDebtBook.js';
import { LaptopRoom } from './LaptopRoom.js';
import { LaptopLink } from './LaptopLink.js';
import { LocalCloud } from './LocalCloud.js';
import { PageConnection } from './PageConnection.js';
import type { PagePort } from './PagePort.js';
import { readMetered } from './readMetered.js';
import { RobotSession } from './RobotSession.js';
import type { SessionParts } from './SessionParts.js';
import { sourceFor } from './sourceFor.js';
import { unopenedStatusOf } from './unopenedStatusOf.js';
import { UploadModes, type UploadMode } from './UploadModes.js';

/**
 * The one place where source, cache, uploader, robot files and live window meet. It runs behind a window, behind the
 * command line and in tests alike. It owns the caches of the robots that it has opened until `close`.
 */
export class Engine implements EngineActions {
  readonly files: DiskRobotFiles;
  private readonly sessions = new Map<string, RobotSession>();
  /** Robots whose file is invalid, or whose cache another process owns. */
  private readonly unopened = new Map<string, Problem>();
  private readonly pages = new Set<PageConnection>();
  private readonly dispatcher: CallDispatcher;
  private control: ControlServer | null = null;
  private readonly localCloud: LocalCloud;
  private readonly breakers: AccountBreakers;
  private readonly memory: ConnectionMemory;
  private readonly room: LaptopRoom;
  private readonly laptopLink: LaptopLink;
  private readonly uploadModes: UploadModes;
  /** By robot; shared by all who make log groups for it. */
  private readonly debtBooks = new Map<string, GroupDebtBook>();
  private statusTimer: NodeJS.Timeout | null = null;
  private retryTimer: NodeJS.Timeout | null = null;
  private stopWatching: () => void = () => undefined;
  private opening: Promise<void> = Promise.resolve();
  private closed = false;
  private thresholds: Readonly<Record<string, Readonly<Record<string, Threshold>>>> = {};

  private constructor(
    private readonly options: EngineOptions,
    private readonly ros: Result<RosEnvironment>,
    private readonly controlPlace: string,
  ) {
    this.files = new DiskRobotFiles(path.join(options.home, 'robots'));
    this.localCloud = new LocalCloud(options);
    this.breakers = new AccountBreakers(options.clock, Math.random);
    this.memory = new ConnectionMemory(path.join(options.home, 'connections.json'));
    this.room = new LaptopRoom({
      cachesFolder: cachesFolder(options.home),
      caches: this.sessions,
      limits: options.limits ?? noLaptopLimits,
      log: options.log,
    });
    this.laptopLink = new LaptopLink({
      ...options,
      file: linkFile(options.home),
      readMetered: options.readMetered ?? readMetered,
    });
    this.uploadModes = new UploadModes({
      file: uploadModesFile(options.home),
      robots: () => this.files.list(),
      log: options.log,
    });
    this.dispatcher = new CallDispatcher(callHandlers(this), options.log);
  }

  static async open(options: EngineOptions): Promise<Result<Engine>> {
    const ros = readRosEnvironment(options.toolchainFile, process.env);
    const engine = new Engine(options, ros, ControlServer.placeFor(options.home));
    try {
      engine.control = await ControlServer.start(engine.controlPlace, engine.dispatcher);
    } catch (error) {
      return fail(
        'home',
        `${options.home} cannot be used: ${String(error)}`,
        'Check that the folder can be written, or set TETHER_HOME.',
      );
    }
    await engine.memory.load();
    engine.room.start();
    await engine.laptopLink.load();
    if (options.openRobots) await engine.openKnownRobots();
    return succeed(engine);
  }

  session(robot: string): Result<RobotSession> {
    const session = this.sessions.get(robot);
    if (session !== undefined) return succeed(session);
    const problem = this.unopened.get(robot);
    if (problem !== undefined) return { ok: false, problem };
    return fail('unknown-robot', `There is no robot "${robot}".`, 'See the list of robots.');
  }

  /** Opens a robot from a checked configuration. `connect: false` leaves its source alone: review and upload only. */
  async openRobot(
    config: RobotConfig,
    how: { readonly connect: boolean; readonly mode: UploadMode },
  ): Promise<Result<RobotSession>> {
    if (config.account.cloud === 'local') this.localCloud.ensureStarted();
    const opened = await RobotSession.open(config, this.sessionParts(config.name));
    if (!opened.ok) {
      this.unopened.set(config.name, opened.problem);
      return opened;
    }
    this.unopened.delete(config.name);
    this.sessions.set(config.name, opened.value);
    await this.room.shareOut();
    opened.value.metrics.thresholds.set(this.thresholdsOf(config.name));
    // Before the first byte goes by itself.
    if (how.mode === 'auto') await this.laptopLink.start();
    opened.value.startUploading(how.mode);
    if (how.connect) await opened.value.connect();
    return opened;
  }

  setThresholds(robots: Readonly<Record<string, Readonly<Record<string, Threshold>>>>): void {
    this.thresholds = robots;
    for (const [name, { metrics }] of this.sessions) metrics.thresholds.set(this.thresholdsOf(name));
  }

  private thresholdsOf(robot: string): ReadonlyMap<string, Threshold> {
    return new Map(Object.entries(this.thresholds[robot] ?? {}));
  }

  /** Writes a new robot file and connects to it. */
  async addRobot(robot: NewRobot): Promise<Result<void>> {
    const text = await textForNewRobot(this.files, robot);
    const written = await this.files.write(robot.name, text, null);
    if (!written.ok) return written;
    await this.memory.setDisconnected(robot.name, false);
    await this.fileChanged(robot.name);
    const session = this.session(robot.name);
    return session.ok ? succeed(undefined) : session;
  }

  async startDemo(): Promise<Result<{ robot: string }>> {
    const session = this.sessions.get(demoName);
    if (session === undefined) {
      const added = await this.addRobot({ name: demoName, domainId: demoDomainId, cloud: 'local', demo: true });
      if (!added.ok) return added;
    } else {
      await this.setConnected(demoName, true);
    }
    return succeed({ robot: demoName });
  }

  async setConnected(robot: string, connected: boolean): Promise<Result<void>> {
    const session = this.session(robot);
    if (!session.ok) return session;
    await this.memory.setDisconnected(robot, !connected);
    await (connected ? session.value.connect() : session.value.disconnect());
    return succeed(undefined);
  }

  /** Refused while records are on disk that nobody has sent, exported or deleted. */
  async removeRobot(robot: string): Promise<Result<void>> {
    const session = this.sessions.get(robot);
    const cachedRecords =
      session === undefined ? await this.recordsOnDisk(robot) : (await session.usage()).cachedRecords;
    if (cachedRecords > 0) {
      return fail('not-empty', `${robot} still has ${cachedRecords} records on disk.`, 'Flush or delete them first.');
    }
    if (session !== undefined) {
      this.sessions.delete(robot);
      await session.close();
    }
    this.unopened.delete(robot);
    await this.uploadModes.forget(robot);
    // Another robot of this name has not replayed anything yet, and nothing of it is paused.
    await rm(this.bookmarkFileOf(robot), { force: true });
    await rm(pausedFlushesFile(uploadsFile(this.options.home, robot)), { force: true });
    return await this.files.remove(robot);
  }

  get home(): string {
    return this.options.home;
  }

  localEndpoint(): string | null {
    return this.localCloud.endpoint();
  }

  groupDebts(robot: string): GroupDebtBook {
    let book = this.debtBooks.get(robot);
    if (book === undefined) {
      const { clock, log, home } = this.options;
      book = new GroupDebtBook({ file: groupDebtsFile(home, robot), clock, log });
      this.debtBooks.set(robot, book);
    }
    return book;
  }

  setLink(wanted: CallInput<'link.set'>): Promise<Result<LaptopLinkStatus>> {
    return this.laptopLink.set(wanted);
  }

  /** In force at once, and after a restart. */
  async setUploadMode(robot: string, mode: UploadMode): Promise<Result<void>> {
    const session = this.session(robot);
    if (!session.ok) return session;
    session.value.chooseMode(mode);
    return await this.uploadModes.set(robot, mode);
  }

  async examineRobot(robot: string): Promise<Result<readonly Finding[]>> {
    const session = this.session(robot);
    return session.ok
      ? await examineRobot(session.value.config, {
          ...this.options,
          ros: this.ros,
          profileFile: ddsProfilePath(this.options.home, `${robot}.doctor`),
          lastHeard: { agoMs: this.agoMs(session.value.intake.lastReceivedNs), from: 'session' },
        })
      : session;
  }

  private agoMs(atNs: bigint | null): number | null {
    return atNs === null ? null : Math.max(0, Number((this.options.clock.nowNs() - atNs) / 1_000_000n));
  }

  /** Puts limits for the whole laptop into force. */
  async setLimits(limits: LaptopLimits): Promise<void> {
    await this.room.setLimits(limits);
  }

  attachPage(port: PagePort): void {
    const page = new PageConnection(port, this.dispatcher, this.sessions, this.options.clock, (gone) => {
      this.pages.delete(gone);
    });
    this.pages.add(page);
    void this.sendStatus();
    this.statusTimer ??= setInterval(() => void this.sendStatus(), statusIntervalMs);
  }

  async statusFrame(): Promise<StatusFrame> {
    const robots: RobotStatus[] = await Promise.all([...this.sessions.values()].map((session) => session.status()));
    for (const [name, problem] of this.unopened) robots.push(unopenedStatusOf(name, problem));
    robots.sort((a, b) => a.name.localeCompare(b.name));
    return {
      type: 'status',
      atMs: Number(this.options.clock.nowNs() / 1_000_000n),
      robots,
      home: this.options.home,
      rosProblem: this.ros.ok ? null : this.ros.problem,
      link: this.laptopLink.status(),
    };
  }

  /** Everything in memory goes to disk, every child ends, the caches are given up. */
  async close(): Promise<Result<void>> {
    this.closed = true;
    if (this.statusTimer !== null) clearInterval(this.statusTimer);
    if (this.retryTimer !== null) clearInterval(this.retryTimer);
    this.stopWatching();
    this.room.stop();
    this.laptopLink.stop();
    for (const page of this.pages) page.stop();
    await this.opening;
    const closed = await Promise.all([...this.sessions.values()].map((session) => session.close()));
    await this.localCloud.stop();
    await this.control?.stop();
    const failed = closed.find((result) => !result.ok);
    if (failed?.ok === false) this.options.log(`closing: ${failed.problem.message}`);
    return failed ?? succeed(undefined);
  }

  /** Applies what a robot file, or the fleet's, says now: opens, changes or leaves in force. */
  async fileChanged(robot: string): Promise<void> {
    this.opening = this.opening
      .then(() => (robot === fleetName ? this.readFleet() : this.readRobot(robot)))
      .catch((error: unknown) => {
        // One robot's bug must keep neither the others from being opened nor the engine from closing.
        this.options.log(`${robot} could not be opened: ${String(error)}`);
      });
    await this.opening;
  }

  private async readFleet(): Promise<void> {
    await this.files.remember(fleetName);
    for (const name of await this.files.list()) await this.readRobot(name);
  }

  private async readRobot(robot: string): Promise<void> {
    if (this.closed) return;
    const file = await this.files.read(robot);
    const session = this.sessions.get(robot);
    if (!file.ok) {
      if (file.problem.code === 'no-such-robot') this.unopened.delete(robot);
      else if (session === undefined) this.unopened.set(robot, file.problem);
      return;
    }
    const { config } = file.value;
    await this.files.remember(robot);
    if (config === null) {
      // An invalid file is never applied: a robot that is open goes on with the last good one.
      if (session === undefined) {
        this.unopened.set(robot, {
          code: 'bad-config',
          message: refusalOf(robot, file.value) ?? `${robot}.yaml is not valid.`,
          nextStep: 'Open its Config desk and mend the marked line.',
        });
      }
      return;
    }
    if (session !== undefined) {
      if (config.account.cloud === 'local') this.localCloud.ensureStarted();
      await session.apply(config);
      return;
    }
    const { mode, words } = await this.uploadModes.of(robot);
    const opened = await this.openRobot(config, { connect: !this.memory.isDisconnected(robot), mode });
    if (opened.ok && words !== null) opened.value.uploader.setMode(mode, words);
  }

  private async openKnownRobots(): Promise<void> {
    const names = await this.files.list();
    this.stopWatching = this.files.watch((name) => void this.fileChanged(name));
    this.retryTimer = setInterval(() => {
      for (const [name, problem] of this.unopened) if (problem.code === 'owned') void this.fileChanged(name);
    }, retryOwnedMs);
    for (const name of names) await this.fileChanged(name);
    if (names.length === 0 && this.options.startDemoIfEmpty) {
      const started = await this.startDemo();
      if (!started.ok) this.options.log(`demo robot: ${started.problem.message}`);
    }
  }

  /** Of a robot that could not be opened: its file is invalid, or another process has its cache. */
  private async recordsOnDisk(robot: string): Promise<number> {
    if (!isRobotName(robot)) return 0;
    const reader = await openCacheReader({
      folder: cacheFolder(this.options.home, robot),
      robot,
      clock: this.options.clock,
    });
    return reader.ok ? (await reader.value.usage()).cachedRecords : 0;
  }

  private bookmarkFileOf(robot: string): string {
    return path.join(this.options.home, 'replays', `${robot}.json`);
  }

  private sessionParts(robot: string): SessionParts {
    const { clock, log, runtime, appRoot } = this.options;
    const { room } = this;
    const rosEnvironment = this.ros.ok ? this.ros.value : null;
    return {
      clock,
      log: (line) => {
        log(`${robot}: ${line}`);
      },
      cacheFolder: cacheFolder(this.options.home, robot),
      /** As it is now. */
      get diskFreeBytesMin() {
        return room.limits.diskFreeBytesMin;
      },
      exportsFolder: path.join(this.options.home, 'exports'),
      uploadsFile: uploadsFile(this.options.home, robot),
      owner: { kind: this.options.owner, controlSocket: this.controlPlace },
      breakers: this.breakers,
      laptopLink: this.laptopLink,
      sinkFor: (config, wire) =>
        new CloudWatchSink({
          account: config.account,
          connection: config.connection,
          accountId: config.sending.accountId,
          onlyRegion: config.sending.onlyRegion,
          ...(config.newGroups === undefined ? {} : { newGroups: config.newGroups }),
          groupDebts: this.groupDebts(robot),
          localEndpoint: () => this.localCloud.endpoint(),
          wire,
        }),
      sourceFor: (config, seenBefore, drain) =>
        sourceFor(config, {
          ...{ seenBefore, drain, clock, runtime, ros: this.ros },
          profileFile: ddsProfilePath(this.options.home, robot),
          hostScript: path.join(appRoot, 'build/main/ros/robotHost.js'),
          bookmarkFile: this.bookmarkFileOf(robot),
        }),
      startDemo: (config) =>
        DemoRobot.start({
          rosEnvironment,
          script: path.join(appRoot, 'assets/demo_robot/demo_robot.py'),
          domainId: config.source.domainId,
          log,
        }),
    };
  }

  private async sendStatus(): Promise<void> {
    if (this.pages.size === 0 || this.closed) return;
    try {
      const frame = await this.statusFrame();
      for (const page of this.pages) page.sendStatus(frame);
    } catch (error) {
      this.options.log(`status: ${String(error)}`);
    }
  }
}

export const demoName = 'demo-rover';
/** Far from the domains that people use by hand. */
const demoDomainId = 77;

const statusIntervalMs = 250;
const retryOwnedMs = 1_000;
