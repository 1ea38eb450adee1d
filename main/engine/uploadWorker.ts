import { setTimeout as sleep } from 'node:timers/promises';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { FakeSource } from '../ros/FakeSource.js';
import { systemClock, type Clock } from '../seams/Clock.js';
import { CloudWatchSink } from '../upload/CloudWatchSink.js';
import { RobotSession } from './RobotSession.js';

/** What a worker of uploadConformance.test.ts tells its parent, often. */
export interface UploadReport {
  /** Not acknowledged, in quarantine or expired. */
  readonly waiting: number;
  readonly unresolved: number;
  readonly maybeTwiceLogs: number;
  readonly maybeTwiceMetrics: number;
  readonly quarantined: number;
  readonly acknowledgedLogs: number;
  readonly acknowledgedMetrics: number;
}

/** Back-off and probes in a sixtieth of their time. */
const speed = 60;
const quickClock: Clock = {
  nowNs: () => systemClock.nowNs(),
  monotonicMs: () => systemClock.monotonicMs() * speed,
  after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
};
const reportEveryMs = 25;

/** A robot's session as the engine has it, on a folder with records, sending until it is killed. */
const [cacheFolder = '', endpoint = '', statisticSets = ''] = process.argv.slice(2);
const { config } = parseRobotFile('rover', newRobotText({ name: 'rover', domainId: 0, cloud: 'local' }));
if (config === null) throw new Error('the new robot file is not valid');
const metrics = { ...config.metrics, statisticSets: statisticSets === 'sets' };
const opened = await RobotSession.open(
  { ...config, metrics },
  {
    clock: quickClock,
    cacheFolder,
    exportsFolder: `${cacheFolder}/exports`,
    uploadsFile: `${cacheFolder}/uploads.jsonl`,
    owner: { kind: 'a test', controlSocket: null },
    sinkFor: ({ account }) =>
      new CloudWatchSink({
        account,
        connection: { connectTimeoutMs: 2_000, requestTimeoutMs: 5_000, connectionsMax: 8 },
        localEndpoint: () => endpoint,
      }),
    sourceFor: () => new FakeSource(),
    startDemo: () => ({ stop: () => Promise.resolve() }),
    log: () => undefined,
  },
);
if (!opened.ok) throw new Error(opened.problem.message);
const session = opened.value;
session.startUploading('auto');
// The person's choice about metrics that nobody can tell of.
process.on('message', () => void session.uploader.settle('again'));
for (;;) {
  const usage = await session.usage();
  const upload = session.uploader.status();
  const report: UploadReport = {
    waiting: usage.cachedRecords - usage.expiredRecords,
    unresolved: upload.unresolvedLogs + upload.unresolvedMetrics,
    maybeTwiceLogs: upload.maybeTwiceLogs,
    maybeTwiceMetrics: upload.maybeTwiceMetrics,
    quarantined: usage.quarantinedRecords,
    acknowledgedLogs: usage.acknowledgedLogs,
    acknowledgedMetrics: usage.acknowledgedMetrics,
  };
  process.send?.(report);
  await sleep(reportEveryMs);
}
