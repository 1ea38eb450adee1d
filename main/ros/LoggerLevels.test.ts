import { expect, it } from 'vitest';
import { nodeOfLogger } from './LoggerLevels.js';

it.each([
  ['planner', ['/planner'], '/planner'],
  ['nav.planner', ['/planner', '/nav/planner'], '/nav/planner'],
  ['nav.planner.costmap', ['/nav', '/nav/planner'], '/nav/planner'],
  ['/nav', ['/nav'], '/nav'],
  ['rcl', ['/nav'], null],
  ['', ['/nav'], null],
])('the logger %s belongs to the node with the longest name that it begins with', (logger, nodes, owner) => {
  expect(nodeOfLogger(logger, nodes)).toBe(owner);
});
