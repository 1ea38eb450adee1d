import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemClock } from '../seams/Clock.js';
import { ownHostRuntime } from './HostRuntime.js';
import {
  compiledHostScript,
  onThisMachineOnly,
  Publisher,
  foundRos,
  testDomain,
  until,
} from './realRos.test-support.js';
import { Ros2Source } from './Ros2Source.js';
import { SourceRecorder } from './SourceRecorder.test-support.js';

/**
 * Connect and disconnect, again and again, with a host killed now and then: no process, handle or memory may be left.
 * TETHER_CONNECTIONS=1440 is one a minute for a day.
 */
const connections = Number(process.env['TETHER_CONNECTIONS'] ?? '5');
/** What the first ones load for good. */
const warmUp = 2;
const megabyte = 1024 * 1024;
/** Between the first connection after warming up and the last; a leak of one batch a connection would be far more in a day. */
const grownBytesMax = 32 * megabyte;
const domainId = testDomain(70);

function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Processes whose parent we are. */
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

test(
  `after ${connections} connections nothing is left of them`,
  { timeout: 60_000 + connections * 10_000 },
  async () => {
    const publisher = new Publisher(domainId, ['--count', '0', '--rate', '100']);
    try {
      await publisher.reached('started');
      const source = new Ros2Source({
        robot: 'leaks',
        config: { domainId, environment: onThisMachineOnly },
        logTopics: ['/rosout'],
        metricTopics: ['/metrics'],
        ros: foundRos,
        runtime: ownHostRuntime(),
        hostScript: compiledHostScript(),
        clock: systemClock,
      });
      let before = { descriptors: 0, bytes: 0, children: [] as readonly string[] };
      for (let connection = 0; connection < warmUp + connections; connection += 1) {
        if (connection === warmUp) {
          globalThis.gc?.();
          before = { descriptors: openDescriptors(), bytes: process.memoryUsage().heapUsed, children: children() };
        }
        const heard = new SourceRecorder();
        await source.start(heard.listen);
        await until(() => heard.logs.length > 0);
        // Every other one ends badly.
        if (connection % 2 === 1) process.kill(source.status().hostPid ?? 0, 'SIGKILL');
        await source.stop();
        expect(source.status().hostPid).toBeNull();
      }
      globalThis.gc?.();
      expect(children()).toEqual(before.children);
      expect(openDescriptors()).toBeLessThanOrEqual(before.descriptors);
      expect(process.memoryUsage().heapUsed - before.bytes).toBeLessThan(grownBytesMax);
    } finally {
      await publisher.stop();
    }
  },
);
