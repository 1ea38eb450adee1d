import { describe, expect, it } from 'vitest';
import { RowTracker } from './RowTracker.js';

describe('RowTracker', () => {
  it('follows more rows than the window keeps, and forgets the oldest', () => {
    const tracker = new RowTracker(4);
    for (let id = 0; id < 6; id += 1) {
      tracker.add(id, id === 3 ? null : 'received');
      tracker.place(id, { segment: 1, ordinal: id });
    }
    expect(tracker.setState(1, 'sent')).toBe(false);
    expect(tracker.setState(2, 'sent')).toBe(true);
    expect([1, 2, 3, 4].map((id) => tracker.stateOf(id))).toEqual([null, 'sent', null, 'received']);
    expect(tracker.runs()).toEqual([
      { fromId: 2, toId: 2, state: 'sent' },
      { fromId: 4, toId: 5, state: 'received' },
    ]);
  });

  it('gives rows of earlier runs ids below 0, the same each time, and follows them too', () => {
    const tracker = new RowTracker();
    tracker.add(0, 'received');
    tracker.place(0, { segment: 5, ordinal: 0 });
    const read = [
      { segment: 4, ordinal: 9 },
      { segment: 4, ordinal: 7 },
      { segment: 3, ordinal: 2 },
    ];
    for (const again of [1, 2]) {
      expect([again, ...read.map((address) => tracker.idOfOlder(address, 'cached'))]).toEqual([again, -1, -2, -3]);
    }
    expect([...tracker.idsIn({ segment: 4, from: 0, to: 100 })]).toEqual([-2, -1]);
    expect(tracker.setState(-2, 'sent')).toBe(true);
    expect(tracker.stateOf(-2)).toBe('sent');
    expect(tracker.addressFrom(-3)).toEqual({ segment: 3, ordinal: 2 });
    expect(tracker.addressFrom(0)).toEqual({ segment: 5, ordinal: 0 });
    expect(tracker.addressFrom(1)).toBeNull();
  });

  it('does not put a row that came in between into the order: it cannot be followed', () => {
    const tracker = new RowTracker();
    tracker.place(0, { segment: 5, ordinal: 4 });
    expect(tracker.idOfOlder({ segment: 5, ordinal: 6 }, 'cached')).toBeNull();
    expect(tracker.idOfOlder({ segment: 5, ordinal: 2 }, 'cached')).toBe(-1);
    expect(tracker.idOfOlder({ segment: 5, ordinal: 3 }, 'cached')).toBeNull();
  });
});
