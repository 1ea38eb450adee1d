import { afterEach, expect, test } from 'vitest';
import { UtcDate } from './UtcDate.js';

const zoneBefore = process.env['TZ'];
const hourMs = 3_600_000;

afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

test.each([
  ['Europe/Berlin', '2026-03-29', -60, -120],
  ['Europe/Berlin', '2026-10-25', -120, -60],
  ['America/New_York', '2026-03-08', 300, 240],
  ['America/New_York', '2026-11-01', 240, 300],
  ['Australia/Lord_Howe', '2026-10-04', -630, -660],
])('in %s, %s: each quarter of an hour around the change has the fields of UTC', (zone, day, before, after) => {
  process.env['TZ'] = zone;
  const noonMs = Date.parse(`${day}T12:00:00Z`);
  // The zone is really in force, and really changes its offset.
  expect(new Date(noonMs - 36 * hourMs).getTimezoneOffset()).toBe(before);
  expect(new Date(noonMs + 36 * hourMs).getTimezoneOffset()).toBe(after);
  for (let ms = noonMs - 36 * hourMs; ms <= noonMs + 36 * hourMs; ms += hourMs / 4) {
    const date = new UtcDate(ms);
    const fields = [date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes()] as const;
    expect(Date.UTC(...fields), new Date(ms).toISOString()).toBe(ms);
    // As uPlot counts: from the laptop's midnight of that day.
    const midnight = new Date(date.getFullYear(), date.getMonth(), date.getDate());
    expect(date.valueOf() - midnight.valueOf(), new Date(ms).toISOString()).toBe(ms % (24 * hourMs));
  }
});
