import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { editRobotText } from '../../main/config/text/editRobotText.js';
import { applyChanges } from '../../main/config/text/spotsInText.js';
import { changeWithoutReturns, hasReturns, withoutReturns, withReturns } from './lineEnds.js';

it.each([
  ['a\r\nb\r\n', true],
  ['\r\n', true],
  ['a\r\nb\n', false],
  ['a\nb\r\n', false],
  ['a\rb\r\n', false],
  ['a\n', false],
  ['a', false],
  ['', false],
])('%j: %s', (text, has) => {
  expect(hasReturns(text)).toBe(has);
});

test('nothing changes on the way in and out', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const text = lines.map((line) => `${line.replace(/[\r\n]/g, '')}\r\n`).join('');
      expect(withReturns(withoutReturns(text))).toBe(text);
    }),
  );
});

describe("a form's change of a file with carriage returns", () => {
  const text =
    '# a\r\ncloudwatch_logger:\r\n  ros__parameters:\r\n    log_group_name: "g" # why\r\n    topics:\r\n      - /a\r\n';
  it.each([
    ['log_group_name', 'other'],
    ['log_group_name', null],
    ['storage_limit', 2048],
    ['topics', ['/a', '/b']],
    ['topics', ['/b']],
  ])('%s: %j', (key, value) => {
    const edited = editRobotText(text, { section: 'cloudwatch_logger', key, value });
    if (!edited.ok) throw new Error(edited.problem.message);
    const shown = edited.value.map((change) => changeWithoutReturns(text, change));
    const out = withReturns(applyChanges(withoutReturns(text), shown));
    expect(out).toBe(applyChanges(text, edited.value));
    expect(hasReturns(out)).toBe(true);
  });
});
