import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { newRobotText } from '../config/newRobotText.js';
import { parseRobotFile } from '../config/text/parseRobotFile.js';
import { patient } from '../model/patient.test-support.js';
import { fail } from '../model/Problem.js';
import type { LogRecord } from '../model/Record.js';
import { systemClock } from '../seams/Clock.js';
import type { SourceEvent, SourceStatus } from '../seams/RobotSource.js';
import { decoderFor } from '../codec/MessageDecoder.js';
import { sourceFor } from './sourceFor.js';

test('a folder of the original logs node is replayed as a robot, and a line that cannot be read is counted', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tether-cwlogs-'));
  const line = (number: number): string =>
    JSON.stringify({
      timestamp: 1_700_000_000_000 + number,
      message: `1700000000.120000000 WARN [node name: /nav] message ${number}\n`,
    });
  const text = [line(0), line(1), '{"timestamp": 17', line(2), ''].join('\n');
  await writeFile(path.join(folder, 'cwlog2023-11-14_22-13-20-0.log'), text);
  const robotText = newRobotText({
    ...{ name: 'r', domainId: 0, cloud: 'local' as const },
    reached: { by: 'replay', address: folder },
  }).replace('    replay_path:', '    replay_speed: 0.0\n    replay_path:');
  const { config } = parseRobotFile('r', robotText);
  if (config === null) throw new Error('the robot file is not valid');
  expect(config.source).toMatchObject({ kind: 'replay', replay: { path: folder, speed: 0 } });
  const events: SourceEvent[] = [];
  const source = sourceFor(config, {
    ...{ clock: systemClock, hostScript: '', ros: fail('no-ros', 'no ROS 2', ''), profileFile: '', seenBefore: [] },
    ...{ runtime: { execPath: '', args: [], environment: {} }, bookmarkFile: path.join(folder, 'bookmark.json') },
    drain: () => Promise.resolve(),
  });
  await source.start((event) => events.push(event));
  await vi.waitFor(() => {
    expect(source.status().reason).toContain('the 3 others are on disk');
  }, patient);
  expect(logsOf(events).map(({ message, severity, node }) => [message, severity, node])).toEqual(
    [0, 1, 2].map((number) => [`message ${number}`, 'WARN', '/nav']),
  );
  expect(events.filter(({ type }) => type === 'loss')).toMatchObject([{ loss: { stage: 'decode', count: 1 } }]);
  const states = events.flatMap((event): SourceStatus['state'][] =>
    event.type === 'status' ? [event.status.state] : [],
  );
  expect(states.at(0)).toBe('starting');
  await source.stop();
  await rm(folder, { recursive: true, force: true });
});

function logsOf(events: readonly SourceEvent[]): LogRecord[] {
  const channel = events.find((event) => event.type === 'channel')?.channel;
  const decoder = channel === undefined ? null : decoderFor(channel);
  if (decoder?.ok !== true) throw new Error('no channel that can be read');
  return events.flatMap((event) => {
    if (event.type !== 'messages') return [];
    return event.messages.flatMap(({ data, receivedNs }) => {
      const decoded = decoder.value.decode(data, receivedNs);
      return decoded.ok ? decoded.value.flatMap(({ record }) => (record.kind === 'log' ? [record] : [])) : [];
    });
  });
}
