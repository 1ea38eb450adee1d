import { describe, expect, test } from 'vitest';
import { compareRobotTexts } from './text/compareRobotTexts.js';
import { parseRobotFile } from './text/parseRobotFile.js';

function file(section: string, ...lines: string[]): string {
  return [`${section}:`, '  ros__parameters:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

function effects(before: string, after: string): [string, unknown, unknown, string][] {
  return compareRobotTexts(parseRobotFile('r', before), parseRobotFile('r', after)).map((one) => [
    one.parameter.key,
    one.before,
    one.after,
    one.effect,
  ]);
}

describe('what a change does', () => {
  test.each([
    ['tether', 'domain_id: 7', 'domain_id', 7, 'reconnect'],
    ['tether', 'colour: "#00ff00"', 'colour', '#00ff00', 'at-once'],
    ['cloudwatch_logger', 'topics: ["/a"]', 'topics', ['/a'], 'reconnect'],
    ['cloudwatch_logger', 'sub_to_rosout: false', 'sub_to_rosout', false, 'reconnect'],
    ['cloudwatch_logger', 'min_log_verbosity: "WARN"', 'min_log_verbosity', 'WARN', 'at-once'],
    ['cloudwatch_logger', 'storage_limit: 5', 'storage_limit', 5, 'at-once'],
    ['cloudwatch_logger', 'stream_max_queue_size: 5', 'stream_max_queue_size', 5, 'robot'],
    ['health_metric_collector', 'robot_id: "r"', 'robot_id', 'r', 'robot'],
  ])('%s %s', (section, line, key, value, effect) => {
    expect(effects('', file(section, line))).toEqual([[key, null, value, effect]]);
    expect(effects(file(section, line), '')).toEqual([[key, value, null, effect]]);
  });

  test('comments, order and quoting are no change', () => {
    const a = file('cloudwatch_logger', 'log_group_name: g # why', 'storage_limit: 5');
    expect(effects(a, file('cloudwatch_logger', 'storage_limit: 5', 'log_group_name: "g"'))).toEqual([]);
  });
});
