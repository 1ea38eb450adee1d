import { testLog, testMetric } from '../cache/testRecords.js';
import { systemClock } from '../seams/Clock.js';
import { openOwner, roverConfig } from './withOwner.test-support.js';

/**
 * A child process of besideOwner.test.ts: the engine as `tether record` runs it, with its socket, but with records that are
 * made here in place of a robot's. It appends until SIGTERM, and prints a JSON line with the count after each commit.
 */
const perCommit = 20;

async function record(home: string, appRoot: string): Promise<void> {
  const engine = await openOwner(home, 'tether record', appRoot);
  const config = roverConfig();
  // Small, so that segments are closed and packed meanwhile.
  const cache = { ...config.cache, segmentBytesMax: 64 * 1024 };
  const robot = await engine.openRobot({ ...config, cache }, { connect: false, mode: 'manual' });
  if (!robot.ok) throw new Error(robot.problem.message);
  const asked = new AbortController();
  process.on('SIGTERM', () => {
    asked.abort();
  });
  for (let number = 0; !asked.signal.aborted; number += perCommit) {
    const records = Array.from({ length: perCommit }, (_, place) => madeRecord(number + place));
    await robot.value.cache.append(records);
    process.stdout.write(`${JSON.stringify({ durable: number + perCommit })}\n`);
  }
  await engine.close();
}

function madeRecord(number: number): ReturnType<typeof testLog> {
  const stampNs = systemClock.nowNs();
  if (number % 10 === 9) return testMetric('battery', number, stampNs);
  return testLog({ message: `message ${number}`, severity: number % 2 === 0 ? 'INFO' : 'ERROR', stampNs });
}

await record(process.argv[2] ?? '', process.argv[3] ?? '');
process.exit();
