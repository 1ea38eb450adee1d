// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import type { RobotStatus } from '../../main/contract/frames.js';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { useStatusFrame } from '../bridge/useSession.js';
import { everything } from './DeskFilter.js';
import { useEndedFlushes } from './endedFlushes.js';
import { flushNow } from './flushNow.js';
import { FlushPlan } from './FlushPlan.js';
import { showRobot } from './cacheDeskStore.js';

let bench: PageBench;

afterEach(() => {
  bench.close();
  useEndedFlushes.setState({}, true);
});

function Plans() {
  return useStatusFrame()?.robots.map((robot) => (
    <div key={robot.name} data-testid={`plan-${robot.name}`}>
      <FlushPlan robot={robot} filter={everything} confirmTestId={`flush-${robot.name}`} />
    </div>
  ));
}

function uploadOf(robot: RobotStatus, changes: Partial<RobotStatus['upload']>): Partial<RobotStatus> {
  return { upload: { ...robot.upload, flushing: false, flush: null, paused: null, ...changes } };
}

it('a pause is of one robot, as the engine says, and says what it is to send; it goes on or is forgotten there', async () => {
  bench = new PageBench();
  const { robot } = bench;
  bench.show(<Plans />);
  bench.tell(uploadOf(robot, { flushing: true, flush: { records: 90, sent: 20, refused: 1 } }));
  await bench.click('flush-pause');
  await vi.waitFor(() => {
    expect(bench.inputsOf('upload.pause')).toEqual([{ robot: robot.name }]);
  }, patient);
  // Uploads by itself stay as they were chosen.
  expect(bench.inputsOf('upload.setMode')).toEqual([]);

  bench.tell(
    uploadOf(robot, {
      paused: { records: 90, sent: 20, refused: 1, filter: { kind: 'log', severities: ['ERROR'], text: 'motor' } },
    }),
  );
  // Whatever else the desk looks at: it is no state of the page.
  showRobot('arm-2');
  showRobot(robot.name);
  expect((await bench.find('flush-paused')).textContent).toContain('paused at 21 of 90 records');
  expect(bench.query('flush-paused-filter')?.textContent).toContain('only logs · ERROR · with “motor”');
  expect(bench.query('plan-arm-2')?.querySelector('[data-testid="flush-paused"]')).toBeNull();
  expect(bench.queryAll('flush-paused')).toHaveLength(1);

  await bench.click('flush-resume');
  await bench.click('flush-forget');
  await vi.waitFor(() => {
    expect(bench.inputsOf('upload.resume')).toEqual([{ robot: robot.name }]);
    expect(bench.inputsOf('upload.cancel')).toEqual([{ robot: robot.name, only: 'paused' }]);
  }, patient);
});

it('keeps the summary of a flush by robot, also when the desk was never opened', async () => {
  bench = new PageBench('live');
  bench.show(<Plans />);
  await flushNow(bench.session, 'arm-2');
  showRobot('rover-7');
  await vi.waitFor(() => {
    expect(bench.query('plan-arm-2')?.textContent).toContain('CloudWatch has 318 records more');
  }, patient);
  expect(bench.queryAll('flush-summary')).toHaveLength(1);
  document.querySelector<HTMLElement>('[aria-label="Put the summary away"]')?.click();
  await vi.waitFor(() => {
    expect(bench.query('flush-summary')).toBeNull();
  }, patient);
});
