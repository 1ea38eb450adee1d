// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallInput, CallOutput } from '../../main/contract/calls.js';
import type { PendingGroup } from '../../main/contract/frames.js';
import { patient } from '../../main/model/patient.test-support.js';
import { PageBench } from '../PageBench.test-support.js';
import { getPage } from '../stores/pageStore.js';
import { undoLast } from '../stores/undoStack.js';
import { setCacheDesk } from './cacheDeskStore.js';
import { ImportForm } from './ImportForm.js';
import { OpenEdits } from './OpenEdits.js';
import { ReaimForm } from './ReaimForm.js';
import { RedactForm } from './RedactForm.js';
import { RetimeForm } from './RetimeForm.js';
import { hold } from './selectionActions.js';
import { UnresolvedChoice } from './UnresolvedChoice.js';

let bench: PageBench;
const robot = 'rover-7';
const props = { robot, filter: { kind: 'log' as const }, records: 12 };

beforeEach(() => {
  bench = new PageBench();
});

afterEach(() => {
  bench.close();
  setCacheDesk({ dialog: null, retimed: null });
});

function noticeWords(): string {
  return getPage()
    .notices.map(({ title, text }) => `${title} ${text}`)
    .join('\n');
}

async function soon(check: () => void): Promise<void> {
  await vi.waitFor(check, patient);
}

describe('records whose answer was lost', () => {
  it.each([
    ['settle-sent', 'sent'],
    ['settle-again', 'again'],
  ] as const)('%s decides for all of them', async (button, choice) => {
    const { upload } = bench.robot;
    bench.show(
      <UnresolvedChoice robot={{ ...bench.robot, upload: { ...upload, unresolvedLogs: 3, unresolvedMetrics: 1 } }} />,
    );
    expect((await bench.find('unresolved')).textContent).toContain('4 records may or may not be in CloudWatch');
    await bench.click(button);
    await soon(() => {
      expect(bench.inputsOf('upload.settle')).toEqual([{ robot, choice }]);
    });
  });

  it('says how many went twice, when nothing is to be decided', async () => {
    const { upload } = bench.robot;
    bench.show(<UnresolvedChoice robot={{ ...bench.robot, upload: { ...upload, maybeTwiceLogs: 2 } }} />);
    expect((await bench.find('maybe-twice')).textContent).toContain('2 records went again');
  });
});

describe('sending somewhere else', () => {
  const old = JSON.stringify(['log', 'aws', 'us-west-2', 'field', '', 'field-team-1', 'rover-7']);
  const group = (destination: string, goesTo: string): PendingGroup => ({
    ...{ kind: 'log', severity: 'INFO', state: 'pending', records: 5, bytes: 100, oldestMs: 1, newestMs: 2 },
    ...{ destination, goesTo, account: 'profile field, us-west-2' },
  });

  it('gives the records that are not there yet the place that was chosen', async () => {
    const now = bench.robot.sendsTo.logDestination;
    bench.tell({ pending: [group(old, 'field-team-1 / rover-7'), group(now, 'field-team-2 / rover-7')] });
    bench.answers['cache.counts'] = ({ filter }) => ({
      ...{ records: filter.destinations?.[0] === old ? 5 : 7, byLabel: [], byHour: [] },
    });
    bench.show(<ReaimForm {...props} />);
    expect((await bench.find('reaim-confirm')).textContent).toContain('5 log lines');
    await bench.click('reaim-confirm');
    await soon(() => {
      expect(bench.inputsOf('cache.reaim')).toEqual([
        { robot, filter: { kind: 'log', destinations: [old] }, kind: 'log', destination: now },
      ]);
      expect(noticeWords()).toContain('4,160 records now go to field-team-2 / rover-7');
    });
    expect(undoLast()).toBe(true);
    await soon(() => {
      expect(bench.inputsOf('cache.undoEdit')).toEqual([{ robot, id: 1 }]);
    });
  });

  it('says so where no other place is known', async () => {
    const now = bench.robot.sendsTo.logDestination;
    bench.status = { ...bench.status, robots: [bench.robot] };
    bench.tell({ pending: [group(now, 'field-team-2 / rover-7')] });
    bench.answers['cache.counts'] = () => ({ records: 7, byLabel: [], byHour: [] });
    bench.show(<ReaimForm {...props} />);
    expect((await bench.find('reaim-nowhere')).textContent).toContain('no other place is known here');
    expect(bench.query('reaim-confirm')).toBeNull();
  });
});

describe('importing', () => {
  const report: CallOutput<'cache.import'>['report'] = {
    ...{ robot, folder: '/home/ada/.ros/cwlogs', problemsNotListed: 4, notes: ['One note.'] },
    files: [{ file: 'cwlog1.log', lines: 90, imported: 70, importedBefore: 10, uploadedBefore: 9, reported: 1 }],
    problems: [{ file: 'cwlog1.log', line: 17, byte: 2000, reason: 'no JSON' }],
    leftOut: [{ file: 'cwlog2.log', reason: 'a pipe' }],
  };

  it('of a chosen folder says how far it is, can be stopped, and reports what became of each file', async () => {
    let end: (value: CallOutput<'cache.import'>) => void = () => undefined;
    bench.answers['cache.import'] = () => new Promise((resolve) => (end = resolve));
    bench.answers['cache.importStep'] = () => ({
      ok: true,
      value: { file: 'cwlog1.log', filesDone: 1, files: 3, lines: 90, imported: 40 },
    });
    bench.answers['cache.stopImport'] = () => {
      end({ report, problem: { code: 'cancelled', message: 'Stopped.', nextStep: 'Import again to go on.' } });
      return {};
    };
    bench.show(<ImportForm robot={robot} />);
    await bench.click('import-choose');
    await bench.click('import-all');
    await bench.click('import-start');
    await soon(() => {
      expect(document.body.textContent).toContain('cwlog1.log: 40 of 90 lines stored; 1 of 3 files done');
    });
    expect(bench.inputsOf('cache.import')).toMatchObject([{ robot, folder: '/home/ada/.ros/cwlogs', all: true }]);
    await bench.click('import-stop');
    const shown = (await bench.find('import-report')).textContent;
    for (const words of ['907010', 'line 17: no JSON', 'cwlog2.log was not read: a pipe', 'One note.']) {
      expect(shown).toContain(words);
    }
    expect(noticeWords()).toContain('Stopped. Import again to go on.');
    expect(bench.query('import-stop')).toBeNull();
  });
});

describe('editing the time', () => {
  const address = { segment: 7, ordinal: 3 };
  const stampMs = Date.now() - 20 * 86_400_000;

  it('of one refused record tries that record alone again', async () => {
    bench.answers['cache.shiftTime'] = () => ({ id: 1, records: 1, segments: 1, underWay: 0, unwritable: 0 });
    setCacheDesk({ retimed: { address, stampMs, state: 'quarantined' } });
    bench.show(<RetimeForm {...props} />);
    const at = new Date(Date.now() - 3_600_000);
    const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 23);
    await bench.fill('retime-at', local);
    expect((await bench.find('retime-answer')).textContent).toContain('CloudWatch takes these times');
    await bench.click('retime-confirm');
    await soon(() => {
      expect(bench.inputsOf('cache.shiftTime')).toEqual([
        { robot, filter: {}, shiftMs: at.getTime() - stampMs, record: address },
      ]);
      expect(bench.inputsOf('cache.retry')).toEqual([{ robot, filter: {}, record: address }]);
    });
  });

  it('says what cannot be moved, and tries nothing again then', async () => {
    bench.answers['cache.shiftTime'] = () => ({ id: 0, records: 0, segments: 0, underWay: 0, unwritable: 12 });
    bench.show(<RetimeForm {...props} filter={{ states: ['quarantined'] }} />);
    await bench.fill('retime-amount', '2');
    await bench.click('retime-confirm');
    await soon(() => {
      expect(noticeWords()).toContain('12 records stayed as they are. Lines of ROS 1 and of JSON');
    });
    expect(bench.inputsOf('cache.retry')).toEqual([]);
  });
});

describe('redacting', () => {
  const preview = (value: CallOutput<'cache.previewRedaction'>): void => {
    bench.answers['cache.previewRedaction'] = () => value;
  };

  it('never calls it an all-clear when lines have the text and cannot be written anew', async () => {
    preview({ records: 0, unwritable: 31, examples: [] });
    bench.show(<RedactForm {...props} />);
    await bench.fill('redact-find', 'token');
    const words = (await bench.find('redact-unwritable')).textContent;
    expect(words).toContain('31 lines have this in the text and cannot be changed on disk');
    expect(words).toContain('under redact in the robot file');
    expect(document.body.textContent).not.toContain('No log that is meant has this');
    expect((await bench.find('redact-confirm')).hasAttribute('disabled')).toBe(true);
  });

  it('shows both where some can be', async () => {
    preview({ records: 1, unwritable: 1, examples: [{ before: 'token=a', after: '…' }] });
    bench.show(<RedactForm {...props} />);
    await bench.fill('redact-find', 'token');
    await bench.find('redact-unwritable');
    expect((await bench.find('redact-preview')).dataset['value']).toBe('1');
  });
});

describe('changes to confirm', () => {
  const edits = [{ id: 6, what: 'redirected' as const, records: 40, atMs: Date.now() }];

  it.each([
    ['edit-undo', 'cache.undoEdit', 'as they were before'],
    ['edit-confirm', 'cache.confirmEdit', 'the originals are gone'],
  ] as const)('%s', async (button, call, words) => {
    bench.show(<OpenEdits robot={robot} edits={edits} />);
    expect((await bench.find('open-edit')).textContent).toContain('40 records sent somewhere else');
    await bench.click(button);
    await soon(() => {
      expect(bench.inputsOf(call)).toEqual([{ robot, id: 6 }]);
      expect(noticeWords()).toContain(words);
    });
  });
});

it('a hold is undone by Ctrl+Z: just that hold, once', async () => {
  while (undoLast()) continue;
  const answers: CallInput<'cache.undoHold'>[] = [];
  bench.answers['cache.hold'] = () => ({ id: 5, records: 12 });
  bench.answers['cache.undoHold'] = (input) => {
    answers.push(input);
    return { records: 11 };
  };
  await hold(bench.session, robot, { kind: 'log' });
  expect(getPage().notices.at(-1)?.undo).not.toBeNull();
  expect(undoLast()).toBe(true);
  await soon(() => {
    expect(answers).toEqual([{ robot, id: 5 }]);
    expect(noticeWords()).toContain('11 records released');
  });
  expect(undoLast()).toBe(false);
  bench.answers['cache.hold'] = () => ({ id: 0, records: 0 });
  await hold(bench.session, robot, {});
  expect(undoLast()).toBe(false);
});
