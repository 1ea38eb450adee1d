import fc from 'fast-check';
import { expect, it } from 'vitest';
import { publishersRememberedMax, SequenceBook } from './SequenceBook.js';

it('received and lost together are what each publisher sent, however messages go missing or come twice', () => {
  const sent = fc.array(
    fc.record({ publisher: fc.constantFrom('a', 'b'), arrives: fc.constantFrom('once', 'twice', 'never') }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(sent, (messages) => {
      const book = new SequenceBook();
      const numbers = { a: 0, b: 0 };
      const first: Record<string, number> = {};
      const newest: Record<string, number> = {};
      let taken = 0;
      let lost = 0;
      for (const { publisher, arrives } of messages) {
        const number = ++numbers[publisher];
        for (let time = 0; time < { once: 1, twice: 2, never: 0 }[arrives]; time += 1) {
          const place = book.take(publisher, number);
          expect(place.again).toBe(time === 1);
          lost += place.lost;
          if (place.again) continue;
          taken += 1;
          first[publisher] ??= number;
          newest[publisher] = number;
        }
      }
      const between = Object.keys(first).map((publisher) => (newest[publisher] ?? 0) - (first[publisher] ?? 0) + 1);
      expect(taken + lost).toBe(between.reduce((sum, count) => sum + count, 0));
    }),
  );
});

it('does not count what was missed on purpose, and still knows what it has had', () => {
  const book = new SequenceBook();
  book.take('a', 10);
  book.pause();
  expect(book.take('a', 10)).toEqual({ lost: 0, again: true });
  expect(book.take('a', 20)).toEqual({ lost: 0, again: false });
  expect(book.take('a', 22)).toEqual({ lost: 1, again: false });
});

it('forgets the publisher that it met first when there are too many', () => {
  const book = new SequenceBook();
  for (let publisher = 0; publisher <= publishersRememberedMax; publisher += 1) book.take(String(publisher), 1);
  expect([book.knows('0'), book.knows('1')]).toEqual([false, true]);
});
