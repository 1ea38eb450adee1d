import { describe, expect, it } from 'vitest';
import { acceptedAgeMsMax, expiryWords } from './expiryWords.js';

const now = 1_800_000_000_000;
const hourMs = 3_600_000;

describe('expiryWords', () => {
  it('says nothing while there is a week left', () => {
    expect(expiryWords(now, now)).toBe('');
    expect(expiryWords(now - acceptedAgeMsMax + 8 * 24 * hourMs, now)).toBe('');
  });
  it('counts down to the fourteenth day', () => {
    expect(expiryWords(now - acceptedAgeMsMax + 52 * hourMs, now)).toBe('expires in 2 d 4 h');
    expect(expiryWords(now - acceptedAgeMsMax, now)).toBe('the oldest are too old now');
  });
});
