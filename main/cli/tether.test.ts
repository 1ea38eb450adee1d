import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { encodeLedgerLines } from '../cache/LedgerEntry.js';
import { openDiskCache } from '../cache/openDiskCache.js';
import { testLog, testMetric } from '../cache/testRecords.js';
import { cacheFolder, robotsFolder } from '../config/home.js';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { Engine } from '../engine/Engine.js';
import type { Finding } from '../model/Finding.js';
import { LocalCloudWatch } from '../localcloud/LocalCloudWatch.js';
import { patient } from '../model/patient.test-support.js';
import { ownHostRuntime } from '../ros/HostRuntime.js';
import { compiledHostScript, foundRos, onThisMachineOnly, testDomain, until } from '../ros/realRos.test-support.js';
import { Ros2Source } from '../ros/Ros2Source.js';
import { SourceRecorder } from '../ros/SourceRecorder.test-support.js';
import type { Cache, RecordToCache } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';

// The command as it ships, plain JavaScript in plain Node, with real caches and a real CloudWatch API on loopback. vite
// bundles it here, below build/ so that it finds its packages, and no build is needed before.
let program: string;
let bundle: string;
let home: string;
const opened: Cache[] = [];
const children: ChildProcess[] = [];
const packageRoot = path.resolve(import.meta.dirname, '../..');

beforeAll(async () => {
  await mkdir(path.join(packageRoot, 'build'), { recursive: true });
  bundle = await mkdtemp(path.join(packageRoot, 'build', 'test-cli-'));
  await build({
    logLevel: 'error',
    build: {
      ssr: path.join(import.meta.dirname, 'tether.ts'),
      outDir: bundle,
      rolldownOptions: { output: { entryFileNames: 'tether.mjs', chunkFileNames: '[name]-[hash].mjs' } },
    },
  });
  program = path.join(bundle, 'tether.mjs');
}, 120_000);

afterAll(() => rm(bundle, { recursive: true, force: true }));

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'tether-cli-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  for (const cache of opened.splice(0)) await cache.close();
  await rm(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    TETHER_HOME: home,
    TETHER_TOOLCHAIN: '/nowhere',
    ...environment,
  };
  const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function tether(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = start(line.split(' '), environment);
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

function cacheOptions(robot: string) {
  return {
    folder: cacheFolder(home, robot),
    robot,
    owner: { kind: 'a test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 },
    clock: systemClock,
    diskFreeBytesMin: 0,
  };
}

/** A cache with these records, still open: its owner is this process. */
async function recorded(robot: string, records: readonly RecordToCache[]): Promise<Cache> {
  const cache = await openDiskCache(cacheOptions(robot));
  if (!cache.ok) throw new Error(cache.problem.message);
  opened.push(cache.value);
  await cache.value.append(records);
  return cache.value;
}

async function closeAll(): Promise<void> {
  for (const cache of opened.splice(0)) await cache.close();
}

async function writeRobot(robot: string): Promise<string> {
  await mkdir(robotsFolder(home), { recursive: true });
  const file = path.join(robotsFolder(home), `${robot}.yaml`);
  await writeFile(file, newRobotText({ name: robot, domainId: 199, cloud: 'local' }));
  return file;
}

/** Lately, so that nothing is too old for CloudWatch. */
function someRecords(agoNs = 60_000_000_000n): readonly RecordToCache[] {
  const nowNs = systemClock.nowNs() - agoNs;
  return [
    testLog({ message: 'Motor hot', severity: 'ERROR', node: 'motor', stampNs: nowNs }),
    testLog({ message: 'Plan found', stampNs: nowNs + 1_000_000n }),
    testLog({ message: 'tick', severity: 'DEBUG', node: 'timer', stampNs: nowNs + 2_000_000n }),
    testMetric('battery', 81.5, nowNs + 3_000_000n),
  ];
}

describe('status and cache', () => {
  test('an empty home', async () => {
    const status = await tether('status --json');
    expect(status).toEqual({ code: 0, out: '{"robots":[],"cacheBytes":0,"cacheBytesMax":0}\n', err: '' });
    expect(await tether('cache cat --json')).toEqual({ code: 0, out: '', err: '' });
  });

  test('answer while another process owns the cache', async () => {
    const records = someRecords();
    const cache = await recorded('rover', records);
    await cache.hold({ kind: 'log', severityMin: 'ERROR' });
    await cache.countLoss('dds', 7, 'history overflow');
    await vi.waitFor(async () => {
      expect((await cache.usage()).cachedRecords).toBe(5);
    }, patient);
    await writeRobot('arm');
    const { code, out, err } = await tether('status --json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { bytes } = await cache.usage();
    const armBytesMax =
      parseRobotFile('arm', newRobotText({ name: 'arm', domainId: 0, cloud: 'aws' })).config?.cache.bytesMax ?? 0;
    const iso = (ns: bigint | undefined): string => new Date(Number((ns ?? 0n) / 1_000_000n)).toISOString();
    expect(JSON.parse(out)).toEqual({
      robots: [
        {
          name: 'arm',
          cachedRecords: 0,
          cachedBytes: 0,
          pendingRecords: 0,
          heldRecords: 0,
          quarantinedRecords: 0,
          expiredRecords: 0,
          lost: {},
          evicted: [],
          recoveries: [],
          oldestPending: null,
          newestPending: null,
          sending: null,
          disk: null,
        },
        {
          name: 'rover',
          // The marker for CloudWatch of what was lost is one of them.
          cachedRecords: 5,
          cachedBytes: bytes,
          pendingRecords: 4,
          heldRecords: 1,
          quarantinedRecords: 0,
          expiredRecords: 0,
          lost: { dds: 7 },
          evicted: [],
          recoveries: [],
          oldestPending: iso(records[1]?.stampNs),
          newestPending: expect.stringMatching(/^20.*Z$/) as string,
          sending: null,
          disk: null,
        },
      ],
      cacheBytes: bytes,
      cacheBytesMax: 100_000_000 + armBytesMax,
    });
    const forPeople = await tether('status');
    expect(forPeople.out).toMatch(/rover +5 .* a test \(process \d+\)/);
    expect(forPeople.out).toContain('lost of rover: 7 (dds)');
    expect(forPeople.out).not.toContain('\u001b');
  });

  test('status says what the disk limit took, and keeps to the total where an older ledger has no more', async () => {
    const at = systemClock.nowNs() / 1_000_000n;
    const evict = { type: 'evict', reason: 'the disk limit was reached', at: Number(at) } as const;
    const counts = [
      { kind: 'log', severity: 'INFO', records: 1200 },
      { kind: 'metric', severity: null, records: 1 },
    ] as const;
    await mkdir(cacheFolder(home, 'rover'), { recursive: true });
    const ledger = path.join(cacheFolder(home, 'rover'), 'ledger.jsonl');
    await writeFile(ledger, encodeLedgerLines([{ ...evict, segment: 1, records: 5 }]));
    expect((await tether('status')).out).toContain('lost of rover: 5 (evicted)');
    const lines = [
      { ...evict, segment: 1, records: 5 },
      { ...evict, segment: 2, records: 1201, counts: [...counts] },
    ];
    await writeFile(ledger, encodeLedgerLines(lines));
    expect((await tether('status')).out).toContain('lost of rover: 1,206 (evicted: 1,200 INFO logs, 1 metric)');
    const { robots } = JSON.parse((await tether('status --json')).out) as { robots: unknown[] };
    expect(robots).toMatchObject([{ lost: { evicted: 1206 }, evicted: counts }]);
  });

  test('every filter chooses the records that it says', async () => {
    // Far enough apart, however long the commands take.
    await recorded('rover', someRecords(2n * 3_600_000_000_000n));
    await recorded('arm', [testLog({ message: 'Arm ready', stampNs: systemClock.nowNs() })]);
    const found = async (filter: string): Promise<unknown[]> => {
      const { code, out } = await tether(`cache cat --json ${filter}`.trim());
      expect(code).toBe(0);
      const lines = out.split('\n').filter((line) => line !== '');
      return lines.map((line) => {
        const record = JSON.parse(line) as { message?: string; name?: string };
        return record.message ?? record.name;
      });
    };
    expect(await found('')).toEqual(['Arm ready', 'Motor hot', 'Plan found', 'tick', 'battery']);
    expect(await found('--robot rover --kind logs --severity info')).toEqual(['Motor hot', 'Plan found']);
    expect(await found('--kind metrics')).toEqual(['battery']);
    expect(await found('--node nav* --node timer --robot rover')).toEqual(['Plan found', 'tick']);
    expect(await found('--grep HOT')).toEqual(['Motor hot']);
    expect(await found('--until 1h')).toEqual(['Motor hot', 'Plan found', 'tick', 'battery']);
    expect(await found('--since 1h')).toEqual(['Arm ready']);
    expect(await tether('cache cat --robot rovr')).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('"rover"') as string,
    });
  });

  test('cache ls', async () => {
    await recorded('rover', someRecords());
    const listed = JSON.parse((await tether('cache ls --json --kind logs')).out) as { robots: { groups: unknown[] }[] };
    expect(listed.robots).toMatchObject([
      {
        name: 'rover',
        groups: [
          {
            kind: 'log',
            severity: 'ERROR',
            state: 'pending',
            records: 1,
            destination: { group: 'field', stream: 'rover' },
          },
          { kind: 'log', severity: 'INFO', records: 1 },
          { kind: 'log', severity: 'DEBUG', records: 1 },
        ],
        segments: [{ segment: 1, records: 4, remaining: 4, open: true }],
      },
    ]);
    expect((await tether('cache ls')).out).toMatch(/rover +metric +- +pending +1 .* rovers \(local, not AWS/);
  });

  test('what a robot writes cannot steer the terminal, and stays what it is in JSON', async () => {
    await recorded('rover', [testLog({ message: '\u001b]52;c;cm0=\u0007 two\nlines', stampNs: systemClock.nowNs() })]);
    expect((await tether('cache cat')).out).toContain('\\x1b]52;c;cm0=\\x07 two\n    lines\n');
    expect(JSON.parse((await tether('cache cat --json')).out)).toMatchObject({
      message: '\u001b]52;c;cm0=\u0007 two\nlines',
    });
  });

  test('a reader that goes away ends cat quietly', async () => {
    const stampNs = systemClock.nowNs();
    await recorded(
      'rover',
      Array.from({ length: 20_000 }, (_, index) => testLog({ message: `line ${index}`, stampNs })),
    );
    const child = start(['cache', 'cat']);
    const errors = text(child.stderr);
    const ended = once(child, 'close') as Promise<[number | null]>;
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await ended;
    expect({ code, errors: await errors }).toEqual({ code: 0, errors: '' });
  });
});

describe('wrong usage', () => {
  test.each(['', 'recrod x', 'status --jsn', 'flush --since soon'])(
    '"%s" ends with 2 and the usage on stderr',
    async (line) => {
      const { code, out, err } = await tether(line);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('usage: tether');
    },
  );

  test('a robot file that is wrong is told line by line', async () => {
    const file = path.join(home, 'rover.yaml');
    await writeFile(file, 'tether:\n  ros__parameters:\n    domain_id: 999\n    sauce: ros2\n');
    const { code, out, err } = await tether(`record ${file} --for 1`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`${file}:3:16: error: domain_id: must be 0 to 232`);
    expect(err).toContain(`${file}:4:5: warning: "sauce" is no known parameter: do you mean "source"?`);
  });

  test('recording without ROS says so at once', async () => {
    await writeRobot('rover');
    const { code, err } = await tether('record rover');
    expect(code).toBe(1);
    expect(err).toMatch(/^tether: rover: /);
  });
});

describe('flush', () => {
  let cloud: LocalCloudWatch;

  beforeEach(async () => {
    cloud = await LocalCloudWatch.start({});
  });

  afterEach(() => cloud.stop());

  function sentMessages(): readonly string[] {
    return cloud.logEventCount('field') === 0 ? [] : cloud.logEvents('field').map(({ message }) => message);
  }

  test('nobody has the cache: opens it, sends what the filter means, and gives it up', async () => {
    await recorded('rover', someRecords());
    await closeAll();
    await writeRobot('rover');
    const environment = { TETHER_LOCAL_CLOUDWATCH: cloud.url };
    const plan = await tether('flush --dry-run --severity error --json', environment);
    expect(JSON.parse(plan.out)).toMatchObject({
      dryRun: true,
      robots: [{ name: 'rover', records: 1, logs: 1, metrics: 0, problem: null }],
    });
    expect(sentMessages()).toEqual([]);

    const first = await tether('flush --severity error --kind logs --json', environment);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(first.out)).toEqual({
      dryRun: false,
      robots: [
        {
          ...{ name: 'rover', sentLogs: 1, sentMetrics: 0, refused: 0, remaining: 0 },
          ...{ unresolved: 0, settled: 0, problem: null },
        },
      ],
    });
    expect(sentMessages()).toEqual([expect.stringContaining('Motor hot')]);

    expect(await tether('flush', environment)).toEqual({ code: 0, out: 'rover: sent 2 logs and 1 metrics\n', err: '' });
    expect(sentMessages()).toHaveLength(3);
    const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
    const { stretches, requests } = JSON.parse((await tether('uploads rover --json')).out) as Record<string, unknown[]>;
    expect(stretches).toHaveLength(2);
    expect(requests).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ requestId, kind: 'metric', events: 1 }),
        expect.objectContaining({ requestId, kind: 'log', goesTo: 'field / rover', events: 1 }),
        expect.objectContaining({ requestId, kind: 'log', events: 2, at: expect.stringMatching(/Z$/) as string }),
      ]) as unknown[],
    );
    expect((await tether('uploads rover')).out).toMatch(
      /the last 3 requests, by CloudWatch's names for them:\nREQUEST ID/,
    );
    const after = JSON.parse((await tether('status --json')).out) as unknown;
    expect(after).toMatchObject({ robots: [{ cachedRecords: 0, pendingRecords: 0 }] });
  });

  test('somebody has the cache: they send, and keep it', async () => {
    await recorded('rover', someRecords());
    await closeAll();
    const options = {
      home,
      owner: 'a window',
      appRoot: packageRoot,
      toolchainFile: null,
      localCloudEndpoint: cloud.url,
    };
    const runtime = { execPath: process.execPath, args: [], environment: {} };
    const engine = await Engine.open({
      ...options,
      runtime,
      openRobots: false,
      startDemoIfEmpty: false,
      clock: systemClock,
      log: () => undefined,
    });
    if (!engine.ok) throw new Error(engine.problem.message);
    const { config } = parseRobotFile('rover', newRobotText({ name: 'rover', domainId: 0, cloud: 'local' }));
    if (config === null) throw new Error('the new robot file is not valid');
    try {
      await engine.value.openRobot(config, { connect: false, mode: 'manual' });
      const flushed = await tether('flush --kind logs --json');
      expect(flushed).toMatchObject({ code: 0, err: '' });
      expect(JSON.parse(flushed.out)).toMatchObject({ robots: [{ sentLogs: 3, sentMetrics: 0, remaining: 0 }] });
      expect(sentMessages()).toHaveLength(3);
      const plan = JSON.parse((await tether('flush --dry-run --json')).out) as unknown;
      expect(plan).toMatchObject({ robots: [{ records: 1, metrics: 1 }] });
      const sent = JSON.parse((await tether('uploads rover --json')).out) as { requests: { events: number }[] };
      expect(sent.requests.map(({ events }) => events)).toEqual([3]);
      const status = await tether('status');
      expect(status.out).toContain('a window (process');
      expect(status.out).toContain('rover: sends only when you flush');
    } finally {
      await engine.value.close();
    }
  });

  test('a lost answer of metrics that CloudWatch does not tell of: says so, and does as --unresolved says', async () => {
    await recorded('rover', someRecords());
    await closeAll();
    await writeRobot('rover');
    const environment = { TETHER_LOCAL_CLOUDWATCH: cloud.url };
    cloud.faults.add({ kind: 'reset-after-accept', operation: 'PutMetricData' });
    cloud.faults.add({ kind: 'access-denied', operation: 'GetMetricStatistics', times: null });
    const lost = await tether('flush', environment);
    expect(lost.out).toContain('1 had no answer, and CloudWatch cannot tell: --unresolved send or count-as-sent');
    // It is not sent again by itself, however often it is asked.
    const again = JSON.parse((await tether('flush --json', environment)).out) as unknown;
    expect(again).toMatchObject({ robots: [{ sentMetrics: 0, unresolved: 1, settled: 0 }] });
    expect(cloud.metricData('rovers')).toHaveLength(1);
    const decided = JSON.parse((await tether('flush --json --unresolved count-as-sent', environment)).out) as unknown;
    expect(decided).toMatchObject({ robots: [{ unresolved: 0, settled: 1 }] });
    expect(cloud.metricData('rovers')).toHaveLength(1);
    const status = JSON.parse((await tether('status --json')).out) as unknown;
    expect(status).toMatchObject({ robots: [{ cachedRecords: 0, pendingRecords: 0 }] });
  });

  test('an owner that cannot be asked, and no link: not possible now, and nothing is lost', async () => {
    await recorded('rover', someRecords());
    const owned = await tether('flush --json', { TETHER_LOCAL_CLOUDWATCH: cloud.url });
    expect(owned).toMatchObject({ code: 3, err: expect.stringContaining('has the cache open') as string });
    expect(JSON.parse(owned.out)).toMatchObject({ robots: [{ name: 'rover', problem: { code: 'owned' } }] });
    await closeAll();
    const { url } = cloud;
    await cloud.stop();
    const offline = await tether('flush --json', { TETHER_LOCAL_CLOUDWATCH: url });
    expect(offline.code).toBe(3);
    expect(JSON.parse(offline.out)).toMatchObject({ robots: [{ name: 'rover', problem: { code: 'offline' } }] });
    expect(JSON.parse((await tether('status --json')).out)).toMatchObject({ robots: [{ pendingRecords: 4 }] });
  });
});

const toolchainFile = path.join(packageRoot, '.cache', 'toolchain.json');
const canRecord =
  existsSync(toolchainFile) && existsSync(path.join(packageRoot, 'build', 'main', 'ros', 'robotHost.js'));

test.skipIf(!canRecord)(
  'record takes a real robot until it is interrupted; all that it counted is then on disk',
  async () => {
    const file = path.join(home, 'walker.yaml');
    await writeFile(file, newRobotText({ name: 'walker', domainId: testDomain(34), cloud: 'local', demo: true }));
    const child = start(['record', file, '--hold', '--json'], { TETHER_TOOLCHAIN: toolchainFile });
    const results = text(child.stdout);
    const ended = once(child, 'close') as Promise<[number | null]>;
    await vi.waitFor(
      async () => {
        const status = JSON.parse((await tether('status --json')).out) as { robots: { pendingRecords: number }[] };
        expect(status.robots[0]?.pendingRecords).toBeGreaterThan(50);
      },
      { timeout: 60_000, interval: 500 },
    );
    const second = await tether(`record ${file} --for 1`, { TETHER_TOOLCHAIN: toolchainFile });
    expect(second).toMatchObject({ code: 3, err: expect.stringContaining('tether record (process') as string });
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    const document = JSON.parse(await results) as Record<string, number>;
    const received = (document['receivedLogs'] ?? 0) + (document['receivedMetrics'] ?? 0);
    expect(document).toMatchObject({ robot: 'walker', cachedRecords: received, pendingRecords: received, lost: {} });
    expect(document['receivedMetrics']).toBeGreaterThan(0);
    const status = JSON.parse((await tether('status --json')).out) as unknown;
    expect(status).toMatchObject({ robots: [{ name: 'walker', cachedRecords: received }] });
  },
  120_000,
);

test.skipIf(!canRecord)(
  "health says what the original's collector said, on a real domain, where the doctor then finds it",
  async () => {
    const domainId = testDomain(32);
    const environment = { TETHER_TOOLCHAIN: toolchainFile, ...onThisMachineOnly };
    const words = ['health', '--domain', String(domainId), '--robot-id', 'walker-1', '--interval', '0.3'];
    const child = start(words, environment);
    const ended = once(child, 'close') as Promise<[number | null]>;
    // Of another robot on the same domain.
    start(['health', '--domain', String(domainId), '--namespace', '/rover_1', '--interval', '0.3'], environment);
    const heard = new SourceRecorder();
    const source = new Ros2Source({
      robot: 'walker',
      config: { domainId, environment: onThisMachineOnly },
      ...{ logTopics: [], metricTopics: ['/metrics', '/rover_1/metrics'], ros: foundRos, clock: systemClock },
      ...{ runtime: ownHostRuntime(), hostScript: compiledHostScript() },
    });
    await source.start(heard.listen);
    const named = (name: string) => heard.metrics.find((metric) => metric.name === name && metric.topic === '/metrics');
    try {
      // Use of processors is measured between two samples: it is not in the first.
      await until(() => named('cpu_usage_tot') !== undefined);
      await until(() => heard.metrics.some(({ topic }) => topic === '/rover_1/metrics'));
    } finally {
      await source.stop();
    }
    const dimensions = [
      { name: 'robot_id', value: 'walker-1' },
      { name: 'category', value: 'RobotHealth' },
    ];
    const units = {
      cpu_usage_tot: 'percent',
      cpu_usage_core_0: 'percent',
      system_uptime: 'sec',
      free_ram: 'megabytes',
    };
    for (const [name, unit] of Object.entries({ ...units, total_ram: 'megabytes', process_count: 'none' })) {
      expect(named(name)).toMatchObject({ name, unit, dimensions, topic: '/metrics' });
    }
    expect(named('total_ram')?.value).toBeCloseTo(os.totalmem() / 1024 / 1024, 0);
    expect(named('system_uptime')?.value).toBeGreaterThan(0);
    expect(named('process_count')?.value).toBeGreaterThan(1);
    expect(named('cpu_usage_tot')?.value).toBeLessThanOrEqual(100);

    // A look takes some seconds and tells of what was discovered by its end: on a busy machine the next one tells more.
    const { doctor, findings } = await vi.waitFor(async () => {
      const looked = await tether(`doctor --domain ${domainId} --json`, environment);
      const said = JSON.parse(looked.out) as { domain: number; findings: Finding[] };
      expect(said.domain).toBe(domainId);
      const about = (id: string) => said.findings.find((finding) => finding.id === id);
      expect(about('ros')).toMatchObject({ state: 'ok' });
      expect(about('nodes')?.details).toEqual(['/health_metric_collector', '/rover_1/health_metric_collector']);
      expect(about('topic /metrics')).toMatchObject({ state: 'ok' });
      return { doctor: looked, findings: said.findings };
    }, patient);
    // Only a network that this machine does not have may be in the way.
    expect(findings.filter(({ id, state }) => state === 'failed' && !/^(interfaces|multicast)$/.test(id))).toEqual([]);
    expect(doctor.code).toBe(findings.some(({ state }) => state === 'failed') ? 1 : 0);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
  },
  120_000,
);

test('local-cloudwatch says where it is, answers, and ends on SIGINT', async () => {
  const child = start(['local-cloudwatch', '--json']);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { url, pid } = JSON.parse(line) as { url: string; pid: number };
  expect(pid).toBe(child.pid);
  expect((await fetch(`${url}/_tether/stats`)).status).toBe(200);
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
});
