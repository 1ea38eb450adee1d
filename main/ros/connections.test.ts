import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { onThisMachineOnly, overLoopback, Publisher, testDomain, until } from './realRos.test-support.js';
import { realSource } from './realSource.test-support.js';
import type { Ros2Source } from './Ros2Source.js';
import { sharedSegmentsOf } from './sharedSegments.js';
import { SourceRecorder } from './SourceRecorder.test-support.js';

/**
 * Connect and disconnect, again and again, with a host killed now and then: no process, handle or memory may be left.
 * TETHER_CONNECTIONS=1440 is one a minute for a day.
 */
const connections = Number(process.env['TETHER_CONNECTIONS'] ?? '5');
/** What the first ones load for good. */
const warmUp = 2;
const connectionsPerHour = 60;
const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
/** What a heap differs by from one look to the next, with nothing kept. */
const heapNoiseBytes = 4 * megabyte;
/** Above the noise: less than one batch of messages. What each connection keeps for good would be more than that. */
const grownBytesPerConnectionMax = 4 * kilobyte;
const domainId = testDomain(70);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What this process holds, and what it would leave behind. */
interface Held {
  /** Processes whose parent we are, dead ones that nobody waited for among them. */
  readonly children: readonly string[];
  /** What the open descriptors lead to, by kind. */
  readonly descriptors: number;
  readonly threads: number;
  /** Timers, pipes, processes and the like that Node waits for. */
  readonly resources: Readonly<Record<string, number>>;
  readonly heapBytes: number;
  /** Outside the heap, where the bytes of messages are. */
  readonly bufferBytes: number;
}

function held(): Held {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return {
    children: children(),
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    resources,
    heapBytes: heapUsed,
    bufferBytes: external,
  };
}

function children(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
    } catch {
      return false;
    }
  });
}

/** Kinds of resources of which there are more. */
function grownResources(before: Held, after: Held): readonly string[] {
  return Object.entries(after.resources).flatMap(([kind, count]) =>
    count > (before.resources[kind] ?? 0) ? [`${kind}: ${count}`] : [],
  );
}

/** How it grows, while it lasts. */
function tell(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

function makeSource(environment: Readonly<Record<string, string>>): Ros2Source {
  return realSource({ domainId, environment }, { robot: 'leaks' });
}

/** A connection from its beginning to its end, which for every other one is that its host is killed. */
async function connectOnce(source: Ros2Source, number: number): Promise<void> {
  const heard = new SourceRecorder();
  await source.start(heard.listen);
  await until(() => heard.logs.length > 0);
  if (number % 2 === 1) process.kill(source.status().hostPid ?? 0, 'SIGKILL');
  await source.stop();
  expect(source.status().hostPid).toBeNull();
}

test(
  `after ${connections} connections nothing is left of them`,
  { timeout: 60_000 + connections * 10_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tether-connections-'));
    const environment = overLoopback(path.join(folder, 'loopback.xml'));
    const publisher = new Publisher(domainId, ['--count', '0', '--rate', '100']);
    try {
      await publisher.reached('started');
      // One robot that is connected again, and one that is connected anew each time, as after a change of its file.
      const again = makeSource(environment);
      let before = held();
      for (let connection = 0; connection < warmUp + connections; connection += 1) {
        if (connection === warmUp) before = held();
        await connectOnce(connection % 4 < 2 ? again : makeSource(environment), connection);
        if (connection % connectionsPerHour === 0 && connection > 0) tell({ connection, now: held() });
      }
      const grownBytesMax = heapNoiseBytes + connections * grownBytesPerConnectionMax;
      tell({ connections, before, after: held() });
      // Node gives back what belonged to a process a few turns after it has told of its end.
      await vi.waitFor(() => {
        const after = held();
        expect(after.children).toEqual(before.children);
        expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
        expect(after.threads).toBeLessThanOrEqual(before.threads);
        expect(grownResources(before, after)).toEqual([]);
        expect(after.heapBytes - before.heapBytes).toBeLessThan(grownBytesMax);
        expect(after.bufferBytes - before.bufferBytes).toBeLessThan(grownBytesMax);
      }, patient);
    } finally {
      await publisher.stop();
      rmSync(folder, { recursive: true });
    }
  },
);

test.each(['SIGKILL', null] as const)('a host that ends (%s) leaves no shared memory', async (signal) => {
  const source = makeSource(onThisMachineOnly);
  await source.start(() => undefined);
  await until(() => source.status().state === 'waiting');
  const pid = source.status().hostPid ?? 0;
  const segments = sharedSegmentsOf(pid);
  expect(segments.length).toBeGreaterThan(0);
  if (signal !== null) {
    process.kill(pid, signal);
    await until(() => source.status().state === 'waiting' && source.status().hostPid !== pid);
  }
  await source.stop();
  expect(readdirSync('/dev/shm').filter((name) => segments.some((segment) => name.startsWith(segment)))).toEqual([]);
});
