// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { BottomBar } from './BottomBar.js';
import { Ladder } from './Ladder.js';

let bench: PageBench;

afterEach(() => {
  bench.close();
});

it('what opening the cache found is on the disk’s rung, with the command, until it is dismissed up to what was shown', async () => {
  bench = new PageBench('live');
  const found = [
    { words: 'the ledger ended in 13 bytes', foundMs: 1_780_000_000_000 },
    { words: '40 damaged bytes were set aside', foundMs: 1_780_000_000_500 },
  ];
  const command = 'tether cache check --robot rover-7';
  const damaged = { state: 'warning', words: 'damage was mended', command } as const;
  const ladder = bench.robot.ladder.map((rung) => (rung.id === 'disk' ? { ...rung, ...damaged } : rung));
  bench.tell({ recoveries: found, ladder });
  bench.show(<Ladder />);
  await bench.click('ladder-disk');
  const list = await bench.find('recoveries');
  expect([...list.children].map((item) => item.textContent)).toEqual([
    expect.stringContaining('40 damaged bytes were set aside') as string,
    expect.stringContaining('the ledger ended in 13 bytes') as string,
  ]);
  expect(document.body.textContent).toContain(command);
  await bench.click('dismiss-recoveries');
  await vi.waitFor(() => {
    expect(bench.inputsOf('cache.dismissRecoveries')).toEqual([{ robot: 'rover-7', untilMs: 1_780_000_000_500 }]);
  }, patient);
  bench.tell({ recoveries: [] });
  await vi.waitFor(() => {
    expect(bench.query('recoveries')).toBeNull();
  }, patient);
});

it('what waits in memory is in the bottom bar while the disk does not take it, and else is not', async () => {
  bench = new PageBench('low');
  bench.show(<BottomBar />);
  expect((await bench.find('bottom-memory')).textContent).toBe('8,120 wait in memory, not on disk');
  bench.tell({ waitingInMemory: 0 });
  await vi.waitFor(() => {
    expect(bench.query('bottom-memory')).toBeNull();
  }, patient);
});
