import { describe, expect, it } from 'vitest';
import { changedLines } from './changedLines.js';

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
