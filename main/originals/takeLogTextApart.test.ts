import { expect, test } from 'vitest';
import { takeLogTextApart } from './takeLogTextApart.js';

const eventMs = 1_700_000_000_500;
const eventNs = 1_700_000_000_500_000_000n;

test.each([
  [
    'ROS 1, with topics',
    '1699999999.123456789 WARN [node name: /nav] [topics: /rosout, /odom] low [battery]\n',
    {
      stampNs: 1_699_999_999_123_456_789n,
      severity: 'WARN',
      node: '/nav',
      message: '[topics: /rosout, /odom] low [battery]',
    },
  ],
  [
    'ROS 2, whose stamp is rounded',
    '1.7e+09 ERROR [node name: nav.planner] no way\n',
    { stampNs: eventNs, severity: 'ERROR', node: 'nav.planner', message: 'no way' },
  ],
  [
    'several lines, and a message that ends in a newline',
    '1700000000.000000000 INFO [node name: a] one\ntwo\n\n',
    { stampNs: 1_700_000_000_000_000_000n, severity: 'INFO', node: 'a', message: 'one\ntwo\n' },
  ],
  [
    'an empty message',
    '1700000000.000000000 FATAL [node name: ] \n',
    { stampNs: 1_700_000_000_000_000_000n, severity: 'FATAL', node: '', message: '' },
  ],
  [
    'a simulated clock, whole',
    '12.500000000 DEBUG [node name: /sim] tick\n',
    { stampNs: eventNs, severity: 'DEBUG', node: '/sim', message: '[stamp: 12.500000000] tick' },
  ],
  [
    'a simulated clock, rounded',
    '12.5 DEBUG [node name: sim] tick\n',
    { stampNs: eventNs, severity: 'DEBUG', node: 'sim', message: '[stamp: 12.5] tick' },
  ],
  [
    'a stamp of more than a day before',
    '1699913600.400000000 INFO [node name: a] late\n',
    { stampNs: eventNs, severity: 'INFO', node: 'a', message: '[stamp: 1699913600.400000000] late' },
  ],
  [
    'a level that has no name',
    '1700000000.000000000 7 [node name: a] odd\n',
    { stampNs: eventNs, severity: 'INFO', node: '', message: '1700000000.000000000 7 [node name: a] odd' },
  ],
  ['another form', 'hello\n', { stampNs: eventNs, severity: 'INFO', node: '', message: 'hello' }],
  ['nothing', '', { stampNs: eventNs, severity: 'INFO', node: '', message: '' }],
])('%s', (_, text, parts) => {
  expect(takeLogTextApart(text, eventMs)).toEqual(parts);
});
