import { expect, test } from 'vitest';
import { classifyScalar } from './text/classifyScalar.js';

// What rcl_yaml_param_parser of Jazzy gave for each of these, read back through rclpy.
test.each([
  ['yes', 'bool', true],
  ['y', 'bool', true],
  ['on', 'bool', true],
  ['TRUE', 'bool', true],
  ['tRue', 'string', 'tRue'],
  ['off', 'bool', false],
  ['010', 'int', 8],
  ['0x1F', 'int', 31],
  ['+5', 'int', 5],
  ['-0x10', 'int', -16],
  ['1e3', 'double', 1000],
  ['.5', 'double', 0.5],
  ['5.', 'double', 5],
  ['.inf', 'double', Infinity],
  ['nan', 'double', NaN],
  ['99999999999999999999', 'double', 1e20],
  ['~', 'string', '~'],
  ['null', 'string', 'null'],
  ['1_000', 'string', '1_000'],
  ['2024-01-01', 'string', '2024-01-01'],
  ['1:30', 'string', '1:30'],
  ['0o10', 'string', '0o10'],
  ['08', 'double', 8],
])('ROS 2 reads %s as %s', (text, type, value) => {
  expect(classifyScalar(text, 'ros2')).toEqual({ type, value });
});

// What Python's yaml.safe_load gives, which rosparam loads with.
test.each([
  ['yes', { type: 'bool', value: true }],
  ['y', { type: 'string', value: 'y' }],
  ['1e3', { type: 'string', value: '1e3' }],
  ['1_000', { type: 'int', value: 1000 }],
  ['010', { type: 'int', value: 8 }],
  ['~', { type: 'null' }],
  ['5.0', { type: 'double', value: 5 }],
])('ROS 1 reads %s', (text, read) => {
  expect(classifyScalar(text, 'ros1')).toEqual(read);
});
