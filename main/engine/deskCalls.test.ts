import { readFile, stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DiskRobotFiles } from '../config/DiskRobotFiles.js';
import { calls, type CallInput, type CallName, type CallOutput } from '../contract/calls.js';
import { patient } from '../model/patient.test-support.js';
import { fail, succeed, type Result } from '../model/Problem.js';
import { CallDispatcher } from './CallDispatcher.js';
import { callHandlers } from './callHandlers.js';
import type { EngineActions } from './EngineActions.js';
import type { RobotSession } from './RobotSession.js';
import { robotConfig, SessionBench } from './SessionBench.test-support.js';
import { MemoryGroupDebts } from '../upload/GroupDebts.js';

/** What the cache desk asks of the engine: a real cache and uploader; the robot and CloudWatch are fakes. */
let bench: SessionBench;
let session: RobotSession;
let dispatcher: CallDispatcher;

beforeEach(async () => {
  bench = await SessionBench.make();
  session = await bench.open();
  session.startUploading('manual');
  await session.connect();
  dispatcher = dispatcherOf(session);
});

afterEach(async () => {
  await bench.remove();
});

function dispatcherOf(of: RobotSession): CallDispatcher {
  const actions: EngineActions = {
    files: new DiskRobotFiles('/nowhere'),
    session: (robot) => (robot === of.name ? succeed(of) : fail('unknown-robot', 'There is none.', '')),
    addRobot: () => Promise.resolve(succeed(undefined)),
    setConnected: () => Promise.resolve(succeed(undefined)),
    removeRobot: () => Promise.resolve(succeed(undefined)),
    startDemo: () => Promise.resolve(succeed({ robot: 'demo' })),
    fileChanged: () => Promise.resolve(),
    home: '/nowhere',
    groupDebts: () => new MemoryGroupDebts(),
    localEndpoint: () => null,
    examineRobot: () => Promise.resolve(succeed([])),
    setThresholds: () => undefined,
    setUploadMode: () => Promise.reject(new Error('nobody asks for it here')),
    setLink: () => Promise.reject(new Error('nobody asks for it here')),
  };
  return new CallDispatcher(callHandlers(actions), (line) => {
    throw new Error(line);
  });
}

/** As the page makes it: what comes out must be what the contract says. */
async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<Result<CallOutput<N>>> {
  const result = await dispatcher.call(name, input, { watch: null, signal: new AbortController().signal });
  if (result.ok) expect(calls[name].output.safeParse(result.value).error).toBeUndefined();
  return result as Result<CallOutput<N>>;
}

async function must<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
  const result = await ask(name, input);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

const robot = 'rover';

describe('looking', () => {
  test('a record opens to the very event that is sent', async () => {
    bench.giveLogs({ severity: 'WARN', node: 'arm.grip', message: 'slipping' });
    bench.giveMetrics(2);
    await session.intake.drain();
    const { rows } = await must('cache.read', { robot, filter: {}, order: 'oldest', skip: 0, limit: 10 });
    const details = await Promise.all(
      rows.map(({ segment, ordinal }) => must('cache.record', { robot, segment, ordinal })),
    );
    await must('upload.flush', { robot, filter: {}, wait: false });

    expect(details.map(({ row }) => row.label)).toEqual(['arm.grip', 'metric 0', 'metric 1']);
    const [log, , metric] = details;
    const { log: logPlace } = { log: robotConfig().logs };
    expect(log).toMatchObject({
      goesTo: `${logPlace.group} / ${logPlace.stream}`,
      account: 'local (not AWS)',
      cannotGo: '',
    });
    expect(log?.sends).toEqual(
      bench.sink.events.map(({ timestampMs, message }) => ({ kind: 'log', timestampMs, message })),
    );
    const [, datum] = bench.sink.data;
    expect(metric?.sends).toEqual([{ kind: 'metric', ...datum, value: String(datum?.value) }]);
  });

  test("a robot file's format and redaction rules: record, dry run and CloudWatch have the same text, the disk has its own", async () => {
    const config = robotConfig();
    const redactions = [{ find: 'token=[a-z0-9]+', replace: 'token=***' }];
    await session.apply({ ...config, logs: { ...config.logs, format: 'json', redactions } });
    bench.giveLogs({ message: 'signed in with token=abc123', file: 'gate.py', function: 'tick', line: 7 }, 'plain');
    await session.intake.drain();
    const { rows } = await must('cache.read', { robot, filter: {}, order: 'oldest', skip: 0, limit: 10 });
    const details = await Promise.all(
      rows.map(({ segment, ordinal }) => must('cache.record', { robot, segment, ordinal })),
    );
    const plan = await must('upload.dryRun', { robot, filter: {} });
    await must('upload.flush', { robot, filter: {}, wait: false });

    const sent = bench.sink.events.map(({ message }) => message);
    expect(sent.map((text) => JSON.parse(text) as unknown)).toMatchObject([
      {
        message: 'signed in with token=***',
        level: 'INFO',
        node: 'nav',
        robot,
        file: 'gate.py',
        function: 'tick',
        line: 7,
      },
      { message: 'plain' },
    ]);
    expect(details.map(({ sends }) => sends[0])).toMatchObject(sent.map((message) => ({ kind: 'log', message })));
    expect(details.map(({ redacted }) => redacted)).toEqual([true, false]);
    expect(rows[0]?.text).toBe('signed in with token=abc123');
    expect(plan).toMatchObject({ redacted: 1, groups: [{ example: sent[0] }] });
  });

  test('a record that has gone is said to be gone', async () => {
    bench.giveLogs('one');
    await session.intake.drain();
    const { rows } = await must('cache.read', { robot, filter: {}, order: 'oldest', skip: 0, limit: 1 });
    const place = { segment: rows[0]?.segment ?? -1, ordinal: rows[0]?.ordinal ?? -1 };
    await must('cache.delete', { robot, filter: {} });
    expect(await ask('cache.record', { robot, ...place })).toMatchObject({
      ok: false,
      problem: { code: 'no-such-record' },
    });
  });

  test('the timeline holds each record once, in its layer, at its time', async () => {
    const startNs = 1_790_000_000_000_000_000n;
    const severities = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
    bench.giveLogs(
      ...severities.map((severity, second) => ({
        ...{ severity, message: severity, stampNs: startNs + BigInt(second) * 1_000_000_000n },
      })),
    );
    await session.intake.drain();
    const { fromMs, untilMs, steps } = await must('cache.timeline', { robot, filter: {}, columns: 4 });
    expect([fromMs, untilMs]).toEqual([1_790_000_000_000, 1_790_000_004_001]);
    expect(steps).toEqual([
      { quiet: 2, warn: 0, error: 0, metric: 0 },
      { quiet: 0, warn: 1, error: 0, metric: 0 },
      { quiet: 0, warn: 0, error: 1, metric: 0 },
      { quiet: 0, warn: 0, error: 1, metric: 0 },
    ]);
    const some = await must('cache.timeline', { robot, filter: { text: 'WARN' }, columns: 1 });
    expect(some.steps).toEqual([{ quiet: 0, warn: 1, error: 0, metric: 0 }]);
    const none = await must('cache.timeline', { robot, filter: { text: 'nothing' }, columns: 1 });
    expect(none).toEqual({ fromMs: 0, untilMs: 0, steps: null, tooMany: false });
  });

  test('a clock that was not set does not stretch the timeline to 1970', async () => {
    bench.giveLogs(
      { message: 'early', stampNs: 5_000_000_000n },
      { message: 'now', stampNs: 1_790_000_000_000_000_000n },
    );
    await session.intake.drain();
    const { fromMs, steps } = await must('cache.timeline', { robot, filter: {}, columns: 2 });
    expect(fromMs).toBe(1_790_000_000_000);
    expect(steps?.[0]?.quiet).toBe(2);
  });

  test('a redaction is shown before it is made, and is what is then made', async () => {
    bench.giveLogs('token=abc sent', 'nothing here', 'token=xyz sent');
    await session.intake.drain();
    const rule = { find: String.raw`token=\S+`, replace: 'token=…' };
    const preview = await must('cache.previewRedaction', { robot, filter: {}, ...rule });
    expect(preview).toEqual({
      records: 2,
      unwritable: 0,
      examples: [
        { before: 'token=abc sent', after: 'token=… sent' },
        { before: 'token=xyz sent', after: 'token=… sent' },
      ],
    });
    expect(await must('cache.redact', { robot, filter: {}, ...rule })).toMatchObject({ records: 2 });
    const { rows } = await must('cache.read', { robot, filter: {}, order: 'oldest', skip: 0, limit: 10 });
    expect(rows.map(({ text }) => text)).toEqual(['token=… sent', 'nothing here', 'token=… sent']);
    expect(await ask('cache.previewRedaction', { robot, filter: {}, find: '(', replace: '' })).toMatchObject({
      ok: false,
      problem: { code: 'bad-regex' },
    });
  });
});

describe('exporting', () => {
  test('what is chosen is in the file, each record once, and a file that is there is not written over', async () => {
    bench.giveLogs({ severity: 'ERROR', message: 'bad' }, { severity: 'INFO', message: 'good' });
    await session.intake.drain();
    const order = { robot, filter: { severities: ['ERROR' as const] }, format: 'jsonl' as const };
    const exported = await must('cache.export', { ...order, file: '' });
    expect(exported).toMatchObject({ records: 1 });
    const lines = (await readFile(exported.file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['bad']);
    expect((await stat(exported.file)).size).toBe(exported.bytes);
    expect(await ask('cache.export', { ...order, file: exported.file })).toMatchObject({
      ok: false,
      problem: { code: 'file-exists' },
    });
    bench.giveLogs({ severity: 'ERROR', message: 'worse' });
    await session.intake.drain();
    const replaced = await must('cache.export', { ...order, file: exported.file, overwrite: true });
    expect(replaced).toMatchObject({ file: exported.file, records: 2 });
    expect(await must('cache.exportStep', { robot })).toBeNull();
    const nowhere = await ask('cache.export', { ...order, file: '/nowhere/at/all.jsonl' });
    expect(nowhere).toMatchObject({ ok: false, problem: { code: 'export-failed' } });
    expect(await session.usage()).toMatchObject({ cachedRecords: 3 });
  });
});

describe('sending', () => {
  test('what was refused is tried again when a person says so, also after the engine was started again', async () => {
    bench.sink.isPoison = (item) => 'message' in item && item.message.includes('poison');
    bench.giveLogs('good', 'poison');
    await session.intake.drain();
    expect(await must('upload.flush', { robot, filter: {}, wait: false })).toMatchObject({ sentLogs: 1, refused: 1 });
    expect(await session.usage()).toMatchObject({ quarantinedRecords: 1, pendingRecords: 0 });

    bench.sink.isPoison = () => false;
    expect(await must('cache.retry', { robot, filter: { states: ['quarantined'] } })).toEqual({ records: 1 });
    await session.close();
    session = await bench.open();
    session.startUploading('manual');
    dispatcher = dispatcherOf(session);
    expect(await session.usage()).toMatchObject({ quarantinedRecords: 0, pendingRecords: 1 });
    expect(await must('upload.flush', { robot, filter: {}, wait: false })).toMatchObject({ sentLogs: 1, refused: 0 });
    expect(bench.sink.events.filter(({ message }) => message.includes('poison'))).toHaveLength(1);
    expect(await session.usage()).toMatchObject({ quarantinedRecords: 0, cachedRecords: 0 });
  });

  test('a flush tells how far it is, and can be called off: the rest stays, what was on the way is counted', async () => {
    const open = bench.sink.shut();
    bench.giveLogs('one', 'two');
    bench.giveMetrics(3);
    await session.intake.drain();
    expect((await session.status()).upload.flush).toBeNull();
    const flush = ask('upload.flush', { robot, filter: { kind: 'log' }, wait: true });
    await vi.waitFor(async () => {
      expect((await session.status()).upload.flush).toEqual({ records: 2, sent: 0, refused: 0 });
    }, patient);
    expect(await must('upload.cancel', { robot })).toEqual({ flushes: 1 });
    expect(await flush).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    expect((await session.status()).upload.flush).toBeNull();
    open();
    await vi.waitFor(async () => {
      expect(await session.usage()).toMatchObject({ acknowledgedLogs: 2, acknowledgedMetrics: 0, pendingRecords: 3 });
    }, patient);
    expect(await must('upload.cancel', { robot })).toEqual({ flushes: 0 });
  });

  test('a paused flush outlives its caller, says what it is to send, and goes on with just that', async () => {
    bench.sink.always = 'offline';
    bench.giveLogs('one', 'two');
    bench.giveMetrics(3);
    await session.intake.drain();
    const page = new AbortController();
    const input = { robot, filter: { kind: 'metric', sinceMs: 1000.5 }, wait: true };
    const flush = dispatcher.call('upload.flush', input, { watch: null, signal: page.signal });
    await vi.waitFor(async () => {
      expect((await session.status()).upload.flush).toMatchObject({ records: 3 });
    }, patient);
    expect(await must('upload.pause', { robot })).toEqual({ flushes: 1 });
    page.abort();
    bench.sink.always = null;
    expect((await session.status()).upload).toMatchObject({
      mode: 'manual',
      flushing: false,
      flush: null,
      paused: { records: 3, sent: 0, refused: 0, filter: input.filter },
    });
    expect(await must('upload.cancel', { robot, only: 'under-way' })).toEqual({ flushes: 0 });
    expect(await must('upload.resume', { robot })).toEqual({ flushes: 1 });
    expect(await flush).toMatchObject({ ok: true, value: { sentLogs: 0, sentMetrics: 3 } });
    expect((await session.status()).upload).toMatchObject({ paused: null, flushing: false });
    expect(await session.usage()).toMatchObject({ acknowledgedLogs: 0, acknowledgedMetrics: 3, pendingRecords: 2 });
  });

  test('the dry run says what goes where for the first time, and the ledger remembers it', async () => {
    bench.giveLogs('one', 'two');
    bench.giveMetrics(3);
    await session.intake.drain();
    const before = await must('upload.dryRun', { robot, filter: {} });
    expect(before.groups.map(({ lastSentMs }) => lastSentMs)).toEqual([null, null]);
    await must('upload.flush', { robot, filter: { kind: 'log' }, wait: false });
    const after = await must('upload.dryRun', { robot, filter: {} });
    expect(after.groups).toMatchObject([{ goesTo: robotConfig().metrics.namespace, lastSentMs: null }]);
    await must('upload.flush', { robot, filter: {}, wait: false });

    const ledger = await must('upload.ledger', { robot });
    expect(ledger).toMatchObject([
      { kind: 'metric', events: 3, refused: 0, account: 'local (not AWS)' },
      { kind: 'log', events: 2, requests: 1, refused: 0, account: 'local (not AWS)' },
    ]);
    await session.close();
    session = await bench.open();
    dispatcher = dispatcherOf(session);
    expect(await must('upload.ledger', { robot })).toEqual(ledger);
  });

  test('which metrics are new is known by what was sent from here', async () => {
    bench.giveMetrics(2);
    await session.intake.drain();
    const newMetrics = async () => (await must('upload.dryRun', { robot, filter: {} })).groups[0]?.newMetrics;
    expect(await newMetrics()).toMatchObject({ all: 2, fresh: 2, cut: false, knownBy: 'here' });
    await must('upload.flush', { robot, filter: {}, wait: false });
    bench.giveMetrics(3);
    await session.intake.drain();
    const third = { all: 3, fresh: 1, knownBy: 'here', names: [{ name: 'metric 2', count: 1 }] };
    expect(await newMetrics()).toMatchObject(third);
    await session.close();
    session = await bench.open();
    dispatcher = dispatcherOf(session);
    expect(await newMetrics()).toMatchObject(third);
  });

  test('or by CloudWatch, where it may be asked', async () => {
    bench.sink.mayRead = true;
    bench.sink.data.push({
      ...{ timestampMs: 1, name: 'metric 1', value: 1, unit: 'Percent', dimensions: [], storageResolutionS: 60 },
    });
    bench.giveMetrics(2);
    await session.intake.drain();
    const [group] = (await must('upload.dryRun', { robot, filter: {} })).groups;
    expect(group?.newMetrics).toMatchObject({ all: 2, fresh: 1, knownBy: 'cloudwatch', names: [{ name: 'metric 0' }] });
  });

  test('a stream that CloudWatch does not have is new, until something was sent there', async () => {
    bench.sink.mayRead = true;
    bench.giveLogs('one');
    await session.intake.drain();
    const place = async () => (await must('upload.dryRun', { robot, filter: {} })).groups[0]?.place;
    expect(await place()).toEqual({ group: false, stream: false });
    await must('upload.flush', { robot, filter: {}, wait: false });
    bench.giveLogs('two');
    await session.intake.drain();
    expect(await place()).toEqual({ group: true, stream: true });
  });

  test('how long a group of ours would be kept is said of logs', async () => {
    await session.apply({ ...session.config, newGroups: { retentionDays: 30, tags: [] } });
    bench.giveLogs('one');
    bench.giveMetrics(1);
    await session.intake.drain();
    const { groups } = await must('upload.dryRun', { robot, filter: {} });
    expect(groups.map(({ kind, keptDays }) => [kind, keptDays])).toEqual([
      ['log', 30],
      ['metric', undefined],
    ]);
  });
});
