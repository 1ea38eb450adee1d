import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, robotsFolder, tetherHome } from './home.js';

test.each([
  [{ TETHER_HOME: '/data/t', XDG_DATA_HOME: '/x', HOME: '/h' }, '/data/t'],
  [{ TETHER_HOME: 'here' }, path.resolve('here')],
  [{ TETHER_HOME: '', XDG_DATA_HOME: '/x', HOME: '/h' }, '/x/tether'],
  [{ XDG_DATA_HOME: 'relative', HOME: '/h' }, '/h/.local/share/tether'],
  [{ HOME: '/h' }, '/h/.local/share/tether'],
  [{}, path.join(os.homedir(), '.local/share/tether')],
])('%j', (environment, home) => {
  expect(tetherHome(environment)).toBe(home);
});

test('folders', () => {
  expect(robotsFolder('/t')).toBe('/t/robots');
  expect(cacheFolder('/t', 'rover')).toBe('/t/cache/rover');
});
