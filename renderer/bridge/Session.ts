import { type AppFacts, type Bridge, recentRobotsMax } from '../../main/contract/bridge.js';
import type { CallInput, CallName, CallOutput } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { allSeveritiesMask, compileFilter } from '../filter/compileFilter.js';
import { parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import type { AlarmBook } from '../stores/AlarmBook.js';
import { LiveRobot } from '../stores/LiveRobot.js';
import { getCloudPrices, useCloudPrices } from '../stores/cloudPrices.js';
import { getMetricChoices, useMetricChoices } from '../stores/metricChoices.js';
import { getPage, notify, setPage, usePage } from '../stores/pageStore.js';
import { StatusStore } from '../stores/StatusStore.js';
import { forgetTimes, getTimeCursor, useTimeCursor } from '../stores/timeCursor.js';
import { EngineLink, type PagePort } from './EngineLink.js';
import { openAlarmBook, thresholdsOf } from './openAlarmBook.js';

declare global {
  interface Window {
    readonly tether: Bridge;
  }
}

/** One page's life: the link to the engine, the stores that it fills, and what is remembered between starts. */
export class Session {
  readonly status = new StatusStore();
  readonly live = new LiveRobot(async (input) => {
    return await this.link.call('logs.older', { robot: getPage().robot ?? '', ...input });
  });
  readonly link: EngineLink;
  readonly alarms: AlarmBook;

  constructor(
    readonly bridge: Bridge,
    readonly facts: AppFacts,
  ) {
    this.link = new EngineLink({
      takeRobotFrame: (frame) => {
        // All rows are new: the place where the view was paused is gone with the old ones.
        if (frame.fresh && getPage().pausedEnd !== null) setPage({ pausedEnd: null });
        this.live.take(frame);
      },
      takeStatusFrame: (frame) => {
        this.status.takeFrame(frame);
        this.alarms.take(frame.robots);
        const watched = this.status.robot(this.live.robot);
        this.live.setReplay(watched?.isReplay ?? false);
        this.live.heardAt(watched?.lastReceivedMs ?? null);
        this.chooseRobot();
      },
      takeConnection: () => {
        void this.watch(getPage().robot);
        void this.link.call('live.thresholds', thresholdsOf(getMetricChoices()));
      },
    });
    const { theme, robot, desk, denseLines, savedFilters, metrics, prices, recentRobots, limits } = facts.settings;
    setPage({ theme, robot, desk, denseLines, savedFilters, recentRobots, limits });
    useMetricChoices.setState(metrics);
    useCloudPrices.setState(prices);
    this.live.robot = robot;
    this.alarms = openAlarmBook(bridge);
  }

  /** Listens for the engine's port and asks for it. */
  start(): void {
    window.addEventListener('message', (event: MessageEvent<unknown>) => {
      const data = event.data;
      if (event.source !== window || typeof data !== 'object' || data === null) return;
      const port = event.ports[0];
      if (!('type' in data) || data.type !== 'tether:port' || port === undefined) return;
      this.link.attach(port as PagePort);
    });
    this.bridge.onEngineState((state) => {
      this.status.takeEngine(state);
    });
    usePage.subscribe((page, before) => {
      const same =
        page.filterText === before.filterText &&
        page.filterTerms === before.filterTerms &&
        page.severityMask === before.severityMask &&
        page.collapsing === before.collapsing &&
        page.filterAside === before.filterAside;
      if (!same) this.applyFilter();
      this.live.rows.barrier = page.pausedEnd;
    });
    useTimeCursor.subscribe((cursor, before) => {
      if (cursor.range !== before.range) this.applyFilter();
    });
    useMetricChoices.subscribe((choices, before) => {
      this.remember();
      if (choices.robots !== before.robots) void this.link.call('live.thresholds', thresholdsOf(choices));
    });
    for (const { message, nextStep } of this.facts.settingsProblems) notify('bad', message, nextStep);
    useCloudPrices.subscribe(() => {
      this.remember();
    });
    this.bridge.requestPort();
  }

  private applyFilter(): void {
    const { filterText, filterTerms, severityMask, collapsing, filterAside } = getPage();
    const filter = filterAside
      ? compileFilter([], allSeveritiesMask)
      : compileFilter([...filterTerms, ...parseFilterExpression(filterText)], severityMask, getTimeCursor().range);
    this.live.setFilter(filter, collapsing && !filterAside);
  }

  /** A call whose failure is shown as a notice; the result is given back all the same. */
  async ask<N extends CallName>(name: N, input: CallInput<N>, timeoutMs?: number): Promise<Result<CallOutput<N>>> {
    const result = await this.link.call(name, input, timeoutMs);
    if (!result.ok) notify('bad', result.problem.message, result.problem.nextStep);
    return result;
  }

  async lookAt(robot: string | null): Promise<void> {
    const recentRobots = robot === null ? getPage().recentRobots : withNewest(getPage().recentRobots, robot);
    setPage({ robot, recentRobots, pausedEnd: null, filterAside: false });
    forgetTimes();
    this.remember();
    this.live.reset(robot);
    await this.watch(robot);
  }

  /** Writes what is to be the same at the next start to the settings. */
  remember(): void {
    const { theme, robot, desk, denseLines, savedFilters, recentRobots, limits } = getPage();
    const metrics = getMetricChoices();
    const lists = { savedFilters: [...savedFilters], recentRobots: [...recentRobots] };
    const prices = getCloudPrices();
    void this.bridge.saveSettings({ theme, robot, desk, denseLines, limits, metrics, prices, ...lists });
  }

  private async watch(robot: string | null): Promise<void> {
    const result = await this.link.call('live.watch', { robot });
    // A remembered robot may be gone: chooseRobot finds another with the next status.
    if (!result.ok && result.problem.code !== 'engine-gone' && this.status.robot(robot) !== null) {
      notify('bad', result.problem.message, result.problem.nextStep);
    }
  }

  /** Looks at the first robot when the one looked at is not there. */
  private chooseRobot(): void {
    const frame = this.status.getFrame();
    const { robot } = getPage();
    if (frame === null || this.status.robot(robot) !== null) return;
    const first = frame.robots[0]?.name ?? null;
    if (first !== robot) void this.lookAt(first);
  }
}

function withNewest(robots: readonly string[], newest: string): readonly string[] {
  return [newest, ...robots.filter((robot) => robot !== newest)].slice(0, recentRobotsMax);
}
