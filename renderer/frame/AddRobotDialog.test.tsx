// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { setPage } from '../stores/pageStore.js';
import { AddRobotDialog } from './AddRobotDialog.js';

let bench: PageBench;
beforeEach(() => {
  bench = new PageBench();
  setPage({ dialog: 'add-robot' });
  bench.show(<AddRobotDialog />);
});
afterEach(() => {
  setPage({ dialog: null });
  bench.close();
});

async function chooseIn(testId: string, value: string): Promise<void> {
  const input = (await bench.find(testId)).querySelector<HTMLInputElement>(`input[value="${value}"]`);
  if (input === null) throw new Error(`${testId} has no ${value}`);
  input.click();
}

it('a recording is chosen by the system’s dialog, and replayed as fast as a person says', async () => {
  await bench.fill('robot-name', 'field-day');
  await chooseIn('robot-source', 'replay');
  await bench.click('recording-folder');
  await bench.click('recording-file');
  const address = await bench.find('robot-address');
  await vi.waitFor(() => {
    expect((address as HTMLInputElement).value).toBe('/media/usb/rover-7.mcap');
  }, patient);
  await chooseIn('recording-speed', '0');
  await bench.click('robot-add-confirm');
  await vi.waitFor(() => {
    expect(bench.inputsOf('robots.add')).toMatchObject([
      { name: 'field-day', reached: { by: 'replay', address: '/media/usb/rover-7.mcap', speed: 0 } },
    ]);
  }, patient);
});
