import { expect, it } from 'vitest';
import { BusyMeter } from './BusyMeter.js';

it('is busy while work follows work, and no longer soon after', () => {
  const meter = new BusyMeter();
  expect(meter.isBusy(0)).toBe(false);
  let nowMs = 0;
  for (; nowMs < 500; nowMs += 1) meter.add(nowMs, nowMs + 0.9);
  expect(meter.isBusy(nowMs)).toBe(true);
  expect(meter.isBusy(nowMs + 200)).toBe(false);
});

it('is not busy at a commit of a millisecond every ten', () => {
  const meter = new BusyMeter();
  for (let nowMs = 0; nowMs < 1000; nowMs += 10) {
    meter.add(nowMs, nowMs + 1);
    expect(meter.isBusy(nowMs + 1)).toBe(false);
  }
});
