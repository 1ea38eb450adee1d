import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changedParts } from './changedParts.js';

it('finds what was taken out', () => {
  expect(changedParts('token=abc sent', 'token=[redacted] sent')).toEqual({
    head: 'token=',
    before: 'abc',
    after: '[redacted]',
    tail: ' sent',
  });
  expect(changedParts('aa', 'a')).toEqual({ head: 'a', before: 'a', after: '', tail: '' });
});

it('puts both texts together again, whatever they are', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const parts = changedParts(before, after);
      expect(parts.head + parts.before + parts.tail).toBe(before);
      expect(parts.head + parts.after + parts.tail).toBe(after);
    }),
  );
});
