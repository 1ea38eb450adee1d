import { expect, test } from 'vitest';
import { healthTopic } from './healthCommand.js';
import { parseCommandLine } from './parseCommandLine.js';

test('health goes to /metrics, in a namespace below it, or where it is told to', () => {
  expect(healthTopic({ namespace: null, topic: null })).toBe('/metrics');
  expect(healthTopic({ namespace: '/rover_1', topic: null })).toBe('/rover_1/metrics');
  expect(healthTopic({ namespace: 'rover_1/', topic: 'health' })).toBe('/rover_1/health');
  expect(healthTopic({ namespace: '/rover_1', topic: '/fleet/metrics' })).toBe('/fleet/metrics');
});

test('both are options of the command', () => {
  const line = parseCommandLine(['health', '--namespace', '/rover_1', '--topic', 'health'], 0);
  expect(line).toMatchObject({
    ...{ ok: true },
    value: { command: 'health', namespace: '/rover_1', topic: 'health', robotId: null },
  });
});
