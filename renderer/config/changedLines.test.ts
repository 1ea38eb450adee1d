import { describe, expect, it } from 'vitest';
import { changedLines } from './changedLines.js';
import { readFields } from './robotFileFields.js';

describe('changedLines', () => {
  it.each([
    ['a\nb\nc', 'a\nb\nc', []],
    ['a\nb\nc', 'a\nx\nc', [2]],
    ['a\nb\nc', 'a\nb\nx\nc', [3]],
    ['a\nb\nc', 'a\nc', []],
    ['a\nb\nc\nd', 'x\na\nb2\nc\nd', [1, 3]],
    ['', 'a', [1]],
  ])('from %j to %j', (saved, text, lines) => {
    expect([...changedLines(saved, text)]).toEqual(lines);
  });
});

describe('readFields', () => {
  const text = [
    '# rover 7',
    'tether:',
    '  ros__parameters:',
    '    domain_id: 7',
    'cloudwatch_logger:',
    '  ros__parameters:',
    '    log_group_name: "field-team-2"',
    '    aws_client_configuration:',
    '      region: "us-west-2"',
  ].join('\n');
  it('finds values and their lines', () => {
    const fields = new Map(readFields(text).map((field) => [field.parameter, field]));
    expect(fields.get('domain_id')).toMatchObject({ line: 4, value: '7' });
    expect(fields.get('log_group_name')).toMatchObject({ line: 7, value: 'field-team-2' });
    expect(fields.get('region')).toMatchObject({ line: 9, value: 'us-west-2' });
    expect(fields.get('storage_limit')).toMatchObject({ line: null, value: null });
  });
  it('reads the flat ROS 1 form too', () => {
    const fields = new Map(
      readFields('log_group_name: g\nignore_nodes: [/a, /b]').map((field) => [field.parameter, field]),
    );
    expect(fields.get('log_group_name')).toMatchObject({ line: 1, value: 'g' });
    expect(fields.get('ignore_nodes')).toMatchObject({ line: 2, value: '/a, /b' });
  });
  it('does not mind a broken text', () => {
    expect(() => readFields('a: [1\n: :\n\t- x')).not.toThrow();
  });
});
