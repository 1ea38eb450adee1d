import { describe, expect, it } from 'vitest';
import { messagesRememberedMax, overlapWindowMs, ReplayFilter, replayWindowMs } from './ReplayFilter.js';

const topic = '/rosout';
const message = (number: number): Uint8Array => Uint8Array.from(Buffer.from(`message ${number}`));

/** A filter that has met its publishers at 0 ms and taken messages 0 and 1. */
function met(): ReplayFilter {
  const filter = new ReplayFilter();
  filter.subscribed(topic, true, 0);
  filter.publishersChanged(topic, 0, 1, 0);
  expect([0, 1].map((number) => filter.isReplay(topic, message(number), 1))).toEqual([false, false]);
  return filter;
}

describe('a replay', () => {
  it('is what an earlier subscription gave, once', () => {
    const filter = met();
    filter.subscribed(topic, true, 100);
    expect(filter.isReplay(topic, message(0), 101)).toBe(true);
    expect(filter.isReplay(topic, message(0), 102)).toBe(false);
    expect(filter.isReplay(topic, message(2), 103)).toBe(false);
    expect(filter.isReplay('/other', message(1), 104)).toBe(false);
  });

  it('is not what the same subscription gives twice', () => {
    const filter = met();
    expect(filter.isReplay(topic, message(0), 2)).toBe(false);
  });

  it('can come however late the publishers are found, and for a while after', () => {
    const filter = met();
    filter.subscribed(topic, true, 100);
    filter.publishersChanged(topic, 0, 1, 1_000_000);
    expect(filter.isReplay(topic, message(0), 1_000_000 + replayWindowMs - 1)).toBe(true);
    expect(filter.isReplay(topic, message(1), 1_000_000 + replayWindowMs)).toBe(false);
  });

  it('comes too when a publisher was gone and is back', () => {
    const filter = met();
    filter.publishersChanged(topic, 1, 0, 50_000);
    filter.publishersChanged(topic, 0, 1, 90_000);
    expect(filter.isReplay(topic, message(0), 90_001)).toBe(true);
  });

  it('does not come where publishers keep nothing, but for the instant in which one subscription takes over', () => {
    const filter = met();
    filter.subscribed(topic, false, 1_000);
    filter.publishersChanged(topic, 0, 1, 1_000);
    expect(filter.isReplay(topic, message(0), 1_000 + overlapWindowMs - 1)).toBe(true);
    expect(filter.isReplay(topic, message(1), 1_000 + overlapWindowMs)).toBe(false);
  });

  it('is known from before this process began', () => {
    const filter = new ReplayFilter();
    filter.remember(topic, message(7));
    filter.subscribed(topic, true, 0);
    expect(filter.isReplay(topic, message(7), 1)).toBe(true);
  });

  it('of a publisher that is known by its numbers is recognised once, by what came before this process began', () => {
    const filter = new ReplayFilter();
    filter.remember(topic, message(7));
    filter.subscribed(topic, true, 0);
    expect(filter.isReplayOfNumbered(topic, message(7), 1)).toBe(true);
    expect(filter.isReplayOfNumbered(topic, message(7), 2)).toBe(false);
    expect(filter.isReplayOfNumbered(topic, message(8), 3)).toBe(false);
    filter.remember(topic, message(9));
    filter.publishersChanged(topic, 0, 1, 10);
    expect(filter.isReplayOfNumbered(topic, message(9), 10 + replayWindowMs)).toBe(false);
  });

  it('is remembered for the newest messages only', () => {
    const filter = met();
    for (let number = 2; number < messagesRememberedMax + 1; number += 1) filter.isReplay(topic, message(number), 2);
    filter.subscribed(topic, true, 100);
    expect(filter.isReplay(topic, message(0), 101)).toBe(false);
    expect(filter.isReplay(topic, message(2), 101)).toBe(true);
  });
});

it('different messages are told apart', () => {
  const filter = new ReplayFilter();
  for (let number = 0; number < 50_000; number += 1) filter.remember(topic, message(number));
  filter.subscribed(topic, true, 0);
  let mistaken = 0;
  for (let number = 50_000; number < 200_000; number += 1) {
    if (filter.isReplay(topic, message(number), 1)) mistaken += 1;
  }
  expect(mistaken).toBe(0);
});
