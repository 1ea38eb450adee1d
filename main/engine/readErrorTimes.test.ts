import { afterEach, beforeEach, expect, test } from 'vitest';
import { readErrorTimes } from './readErrorTimes.js';
import { SessionBench } from './SessionBench.test-support.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await SessionBench.make();
});
afterEach(async () => {
  await bench.remove();
});

const startMs = 1_764_000_000_000;

test('errors on disk are found by the robot’s time, also those of an earlier run, and a limit keeps the last', async () => {
  const first = await bench.open();
  await first.connect();
  const line = (second: number, severity: 'INFO' | 'WARN' | 'ERROR' | 'FATAL') => ({
    stampNs: BigInt(startMs + second * 1000) * 1_000_000n,
    severity,
  });
  bench.giveLogs(line(0, 'INFO'), line(1, 'ERROR'), line(2, 'WARN'), line(4, 'FATAL'), line(3, 'ERROR'));
  bench.giveMetrics(2);
  await first.intake.drain();
  await first.close();
  const { cache } = await bench.open();
  const all = { sinceMs: startMs, untilMs: startMs + 60_000 };
  const times = (...seconds: number[]) => seconds.map((second) => startMs + second * 1000);
  expect(await readErrorTimes(cache, all)).toEqual({ timesMs: times(1, 3, 4), complete: true });
  expect(await readErrorTimes(cache, { sinceMs: startMs + 1000, untilMs: startMs + 4000 })).toEqual({
    timesMs: times(1, 3),
    complete: true,
  });
  expect(await readErrorTimes(cache, all, 3)).toMatchObject({ complete: true });
  expect(await readErrorTimes(cache, all, 2)).toEqual({ timesMs: times(3, 4), complete: false });
});
