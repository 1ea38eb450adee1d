import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NumericRule } from '../../model/NumericRule.js';
import { BagFolder, replay } from './BagFolder.test-support.js';
import { openBag } from './openBag.js';

const folder = new BagFolder();
const schemaName = 'std_msgs/msg/Float64';
const rules: readonly NumericRule[] = [
  { topic: '/speed', schemaName, field: 'data', name: 'speed', unit: 'none', scale: 1 },
  { topic: '/speed', schemaName, field: 'data', name: 'speed_percent', unit: 'percent', scale: 100 },
];
const args = ['--messages', '30', '--speed'];

describe('topics of plain numbers in a bag', () => {
  it.each([
    ['MCAP of the Python mcap library', () => folder.mcap('a.mcap', ...args)],
    ['MCAP of rosbags', () => folder.rosbag2('b', ...args)],
    ['SQLite', () => path.join(folder.rosbag2('c', '--storage', 'sqlite3', ...args), 'c.db3')],
    [
      'SQLite, each message compressed',
      () => folder.rosbag2('d', '--storage', 'sqlite3', '--compress', 'message', ...args),
    ],
  ])('become metrics by their rules: %s', async (_, write) => {
    const place = write();
    const source = folder.replayOf(place, {
      open: () => openBag({ place, topics: ['/rosout'], numericRules: rules }),
      topics: [{ topic: '/rosout', schemaName: 'rcl_interfaces/msg/Log' }, ...rules],
    });
    const heard = await replay(source);
    await source.stop();
    expect(heard.logs).toHaveLength(30);
    expect(heard.metrics.map(({ name, value, topic }) => [name, value, topic])).toEqual(
      [9, 19, 29].flatMap((number) => [
        ['speed', number / 10, '/speed'],
        ['speed_percent', expect.closeTo(number * 10) as number, '/speed'],
      ]),
    );
    // The type has no time of its own: that of the recording counts, not of the replay.
    expect(heard.metrics.every(({ stampNs }) => stampNs < 1_800_000_000_000_000_000n)).toBe(true);
    expect(heard.losses).toEqual([]);
    expect(source.status().topics.map(({ topic, messages }) => [topic, messages])).toEqual([
      ['/rosout', 30],
      ['/speed', 3],
    ]);
  });
});
