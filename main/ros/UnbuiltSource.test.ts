import { expect, it } from 'vitest';
import type { SourceEvent } from '../seams/RobotSource.js';
import { UnbuiltSource } from './UnbuiltSource.js';

it('says at once that it cannot connect, and gives nothing else', async () => {
  const events: SourceEvent[] = [];
  const source = new UnbuiltSource('ros1');
  await source.start((event) => events.push(event));
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ type: 'status', status: { state: 'failed', hostPid: null } });
  expect(source.status().reason).toContain('ROS 1');
  await source.stop();
  expect(source.status().state).toBe('stopped');
});
