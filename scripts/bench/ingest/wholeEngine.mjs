// @ts-check
/**
 * The engine as behind a window: host, cache on disk, and a page that takes in every frame. No link, so that all stays on
 * disk. Argument: the domain.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { rootDir, toolchainPath } from '../../setup/paths.mjs';
import { answer, ownCpuS } from './answer.mjs';
import { cpuSOf } from './childCpu.mjs';

const { Engine } = await import('../../../build/main/engine/Engine.js');
const { unpackFrame } = await import('../../../build/main/contract/packedFrame.js');
const { newRobotText } = await import('../../../build/main/config/newRobotText.js');
const { ownHostRuntime } = await import('../../../build/main/ros/HostRuntime.js');
const { systemClock } = await import('../../../build/main/seams/Clock.js');
const { markerNode } = await import('../../../build/main/cache/GapMarker.js');

const countId = 2;

const home = await mkdtemp(path.join(os.tmpdir(), 'tether-ingest-'));
mkdirSync(path.join(home, 'robots'));
writeFileSync(
  path.join(home, 'robots', 'bench.yaml'),
  newRobotText({ name: 'bench', domainId: Number(process.argv[2]), cloud: 'local' }),
);
const opened = await Engine.open({
  home,
  owner: 'a benchmark',
  runtime: ownHostRuntime(),
  appRoot: rootDir,
  toolchainFile: toolchainPath,
  // Nobody listens there.
  localCloudEndpoint: 'http://127.0.0.1:9',
  openRobots: true,
  startDemoIfEmpty: false,
  clock: systemClock,
  log: () => undefined,
});
if (!opened.ok) throw new Error(opened.problem.message);
const engine = opened.value;

/** @type {(message: unknown) => void} */
let toEngine = () => undefined;
/** @type {(records: number) => void} */
let toCounting = () => undefined;
let rows = 0;
/** @type {number[]} */
const latencies = [];
engine.attachPage({
  start: () => undefined,
  onClose: () => undefined,
  onMessage: (listener) => {
    toEngine = listener;
  },
  postMessage: (message) => {
    if (message.type === 'answer' && message.id === countId) {
      const counts = /** @type {{ records: number } | null} */ (message.result.ok ? message.result.value : null);
      toCounting(counts?.records ?? 0);
    }
    // What the port would do.
    const copied = structuredClone(message);
    if (copied.type !== 'robot') return;
    const copy = unpackFrame(copied);
    rows += copy.rows.length + copy.rowsLeftOut;
    const nowMs = Number(systemClock.nowNs() / 1_000n) / 1_000;
    for (const row of copy.rows) if (row.type === 'log') latencies.push(nowMs - row.stampMs);
    setImmediate(() => toEngine({ type: 'ack', sequence: copy.sequence }));
  },
});
toEngine({ type: 'call', id: 1, name: 'live.watch', input: { robot: 'bench' } });

/** Of the records on disk those that tell of a gap: Tether made them, no publisher did. */
const countMarkers = () =>
  new Promise((/** @type {(records: number) => void} */ resolve) => {
    toCounting = resolve;
    const filter = { kind: 'log', nodes: [markerNode] };
    toEngine({ type: 'call', id: countId, name: 'cache.counts', input: { robot: 'bench', filter } });
  });

let cachedRecords = 0;
let markers = 0;
let lost = 0;
/** @type {number | null} */
let hostPid = null;
const refresh = async () => {
  const [robot] = (await engine.statusFrame()).robots;
  if (robot === undefined) return;
  lost = Object.values(robot.lost).reduce((sum, count) => sum + count, 0);
  // Once nothing comes any more.
  if (lost > 0 && robot.cachedRecords === cachedRecords) markers = await countMarkers();
  // What is on disk, not what was received.
  cachedRecords = robot.cachedRecords;
  hostPid = robot.hostPid;
};
await refresh();
const timer = setInterval(refresh, 250);
answer({
  received: () => cachedRecords - markers,
  lost: () => lost,
  cpuS: () => ownCpuS() + cpuSOf(hostPid),
  latenciesMs: () => latencies,
  end: async () => {
    clearInterval(timer);
    await engine.close();
    rmSync(home, { recursive: true, force: true });
    if (rows === 0) process.stderr.write('the page was fed nothing\n');
  },
});
