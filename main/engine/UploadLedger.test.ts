import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { destinationOfKey, type CloudAccount } from '../model/Destination.js';
import { patient } from '../model/patient.test-support.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { UploadLedger } from './UploadLedger.js';

const minuteMs = 60_000;
let folder: string;
let file: string;
let clock: ManualClock;
const log: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-uploads-'));
  file = path.join(folder, 'uploads', 'rover.jsonl');
  clock = new ManualClock(1_790_000_000_000_000_000n);
  log.length = 0;
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function open(): Promise<UploadLedger> {
  return UploadLedger.open({ file, clock, log: (line) => log.push(line) });
}

const account: CloudAccount = { cloud: 'aws', region: 'us-west-2', profile: 'field', endpoint: '' };

function logs(count: number, stream = 'rover'): SinkRequest {
  const events = Array.from({ length: count }, () => ({ timestampMs: 1, message: 'four' }));
  return { kind: 'log', destination: { kind: 'log', account, group: 'team', stream }, events };
}

const accepted = { type: 'accepted' } as const;

test('the robot’s time of what was sent is written down, from the first event to the last, however it was packed', async () => {
  const ledger = await open();
  const destination = { kind: 'log', account, group: 'team', stream: 'rover' } as const;
  const event = (timestampMs: number) => ({ timestampMs, message: 'one' });
  ledger.add({ kind: 'log', destination, events: [event(2_000), event(7_000)] }, accepted);
  const written = { body: new Uint8Array(0), count: 2, bytes: 80, fromMs: 1_500, toMs: 3_000 };
  ledger.add({ kind: 'log', destination, events: [], written }, accepted);
  expect(ledger.list()).toMatchObject([{ events: 4, eventsFromMs: 1_500, eventsToMs: 7_000 }]);
  await ledger.write();
  const again = await open();
  expect(again.list()).toEqual(ledger.list());
  expect(destinationOfKey(again.list()[0]?.destination ?? '')).toEqual(destination);
});

test('lines of earlier versions, which know no times of events, are read', async () => {
  await mkdir(path.dirname(file), { recursive: true });
  const line = { fromMs: 1, toMs: 2, kind: 'log', goesTo: 'team / rover', account: 'field', events: 1, requests: 1 };
  await writeFile(file, `${JSON.stringify({ ...line, bytes: 3, refused: 0 })}\n`);
  expect((await open()).list()).toMatchObject([{ events: 1, destination: '', eventsFromMs: null, eventsToMs: null }]);
  expect(log).toEqual([]);
});

test('requests close together are one stretch; a pause, another place or a long time begins a new one', async () => {
  const ledger = await open();
  ledger.add(logs(3), accepted);
  await clock.advance(30_000);
  ledger.add(logs(2), { type: 'partly', rejected: [{ index: 0, reason: 'too new' }] });
  ledger.add(logs(1, 'other'), accepted);
  ledger.add(logs(9), { type: 'invalid', reason: 'no' });
  await clock.advance(2 * minuteMs);
  ledger.add(logs(4), accepted);
  expect(ledger.list()).toMatchObject([
    { goesTo: 'team / rover', events: 4, requests: 1, bytes: 4 * 30 },
    { goesTo: 'team / other', events: 1 },
    { goesTo: 'team / rover', account: 'field, us-west-2', events: 4, requests: 2, refused: 1, bytes: 5 * 30 },
  ]);
  const [last, , first] = ledger.list();
  expect((first?.toMs ?? 0) - (first?.fromMs ?? 0)).toBe(30_000);
  expect(ledger.lastSentMs('team / rover', 'field, us-west-2')).toBe(last?.toMs);
  expect(ledger.lastSentMs('team / rover', 'another account')).toBeNull();
});

test('is written by itself within a minute, and read again as it was', async () => {
  const ledger = await open();
  ledger.add(logs(3), accepted);
  await clock.advance(minuteMs);
  await vi.waitFor(async () => {
    expect(await readFile(file, 'utf8')).toContain('"events":3');
  }, patient);
  ledger.add(logs(2), accepted);
  await ledger.write();
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(2);
  expect((await open()).list()).toEqual(ledger.list());
  expect(log).toEqual([]);
});

test('a line cut short by a sudden death costs that line only', async () => {
  const ledger = await open();
  ledger.add(logs(3), accepted);
  await ledger.write();
  await appendFile(file, '{"fromMs":17');
  const next = await open();
  expect(next.list()).toEqual(ledger.list());
  expect(log).toEqual(['the ledger of uploads: 1 lines could not be read']);
  await clock.advance(5 * minuteMs);
  next.add(logs(1), accepted);
  await next.write();
  expect((await open()).list()).toEqual(next.list());
  expect(next.list()).toHaveLength(2);
});

test('stays small: the oldest go, in the file too', async () => {
  const ledger = await open();
  for (let round = 0; round < 700; round += 1) {
    ledger.add(logs(1), accepted);
    await clock.advance(2 * minuteMs);
  }
  await ledger.write();
  expect(ledger.list()).toHaveLength(500);
  const line = (await readFile(file, 'utf8')).split('\n')[0] ?? '';
  await writeFile(file, `${line}\n`.repeat(5_000));
  const full = await open();
  full.add(logs(1), accepted);
  await full.write();
  expect((await readFile(file, 'utf8')).trim().split('\n').length).toBeLessThan(10);
});

test('a folder that cannot be written is told in the log, and nothing else stops', async () => {
  await writeFile(path.join(folder, 'uploads'), 'in the way');
  const ledger = await open();
  ledger.add(logs(1), accepted);
  await ledger.write();
  expect(ledger.list()).toHaveLength(1);
  expect(log.at(-1)).toContain('could not be written');
  // Once it can be written, what was kept in memory goes with what comes next.
  await rm(path.join(folder, 'uploads'));
  await clock.advance(5 * minuteMs);
  ledger.add(logs(2), accepted);
  await ledger.write();
  const next = await open();
  expect(next.list()).toHaveLength(2);
  expect(next.list()).toEqual(ledger.list());
});

test('the last 200 requests are kept by CloudWatch’s names for them, over a restart too, and in a small file', async () => {
  const ledger = await open();
  for (let number = 0; number < 230; number += 1) {
    ledger.add(logs(2), { type: 'accepted', requestId: `id-${number}` });
    await clock.advance(1_000);
  }
  ledger.add(logs(3), { type: 'partly', rejected: [{ index: 0, reason: 'too new' }], requestId: 'partly' });
  // Found in CloudWatch after a lost answer, or refused: nobody has a name for it.
  ledger.add(logs(1), accepted);
  ledger.add(logs(1), { type: 'invalid', reason: 'no' });
  const requests = ledger.requests();
  expect(requests).toHaveLength(200);
  expect(requests[0]).toEqual({
    ...{ requestId: 'partly', kind: 'log', goesTo: 'team / rover', account: 'field, us-west-2', events: 2, refused: 1 },
    atMs: Number(clock.nowNs() / 1_000_000n),
  });
  expect(requests[1]).toMatchObject({ requestId: 'id-229', events: 2, refused: 0 });
  expect(requests.at(-1)).toMatchObject({ requestId: 'id-31' });
  await ledger.write();
  expect((await open()).requests()).toEqual(requests);

  const file = path.join(folder, 'uploads', 'rover.requests.jsonl');
  const line = (await readFile(file, 'utf8')).split('\n')[0] ?? '';
  await writeFile(file, `${line}\n`.repeat(2_000));
  const full = await open();
  full.add(logs(1), { type: 'accepted', requestId: 'last' });
  await full.write();
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(200);
  expect((await open()).requests()[0]).toMatchObject({ requestId: 'last' });
});
