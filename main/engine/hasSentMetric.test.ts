import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patient } from '../model/patient.test-support.js';
import { robotConfig, SessionBench } from './SessionBench.test-support.js';

let bench: SessionBench;

beforeEach(async () => {
  bench = await SessionBench.make();
});

afterEach(async () => {
  await bench.remove();
});

test('a metric that was sent is known with the robot file’s default dimensions, and to that place only', async () => {
  const config = robotConfig();
  const metrics = { ...config.metrics, defaultDimensions: [{ name: 'fleet', value: 'north' }] };
  const session = await bench.open({ ...config, metrics });
  await session.connect();
  expect(session.hasSentMetric('metric 0', [])).toBe(false);
  bench.giveMetrics(2);
  await session.intake.drain();
  session.startUploading('auto');
  await vi.waitFor(() => {
    expect(session.hasSentMetric('metric 0', [])).toBe(true);
  }, patient);
  expect(session.hasSentMetric('metric 0', [{ name: 'side', value: 'left' }])).toBe(false);
  expect(session.hasSentMetric('metric 7', [])).toBe(false);
});
