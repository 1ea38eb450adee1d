import { expect, test } from 'vitest';
import { nearestName } from './text/nearestName.js';

test.each([
  ['log_gruop_name', 'log_group_name'],
  ['loggroupname', 'log_group_name'],
  ['Topics', 'topics'],
  ['topic', 'topics'],
  ['nothing_of_the_kind', null],
  ['', null],
  ['x'.repeat(100_000), null],
])('%s', (text, name) => {
  expect(nearestName(text, ['log_group_name', 'log_stream_name', 'topics'])).toBe(name);
});
