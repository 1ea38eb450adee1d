import { expect, test } from 'vitest';
import { findingsAsText } from './findingsAsText.js';

test('what is copied has every finding, its next step and its details', () => {
  const finding = { id: 'clock', title: "The robot's clock", state: 'warning', words: 'It is 60 min behind.' } as const;
  expect(
    findingsAsText('rover', [
      { ...finding, nextStep: 'Set it.', details: ['offset: 3600 s'] },
      { id: 'ros', title: 'ROS 2', state: 'ok', words: 'jazzy.', nextStep: '', details: [] },
    ]),
  ).toBe(
    [
      'Between rover and this laptop:',
      "[warning] The robot's clock: It is 60 min behind.",
      '    next: Set it.',
      '    offset: 3600 s',
      '[ok] ROS 2: jazzy.',
    ].join('\n'),
  );
});
