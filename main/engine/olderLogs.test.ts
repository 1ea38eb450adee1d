import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readNote } from '../model/note.js';
import { patient } from '../model/patient.test-support.js';
import type { RecordAddress } from '../seams/Cache.js';
import { systemClock } from '../seams/Clock.js';
import { readOlderLogs } from './readOlderLogs.js';
import type { RobotSession } from './RobotSession.js';
import { robotConfig, rowStates, SessionBench } from './SessionBench.test-support.js';

let bench: SessionBench;

beforeEach(async () => {
  bench = await SessionBench.make();
});

afterEach(async () => {
  await bench.remove();
});

/** Everything on disk before a row, page by page, the oldest first. */
async function allOlder(session: RobotSession, beforeId: number, limit: number) {
  const rows = [];
  let page = await readOlderLogs(session, { beforeId, limit });
  for (;;) {
    rows.push(...page.rows);
    if (page.after === null) return rows.reverse();
    page = await readOlderLogs(session, { beforeId, after: page.after, limit });
  }
}

const numbers = (from: number, until: number): string[] =>
  Array.from({ length: until - from }, (_, index) => `line ${from + index}`);

const listed = [0, 1, 2].flatMap((round) => [...numbers(round * 3, round * 3 + 3), `${10 + round} lost`]);

/** As a page reads it: where the next page begins, its losses do too. */
async function allAsListed(session: RobotSession, limit: number): Promise<string[]> {
  const rows: { readonly atMs: number; readonly words: string }[] = [];
  let gapsBeforeMs: number | undefined;
  let after: RecordAddress | null | undefined;
  while (after !== null) {
    const page = await readOlderLogs(session, { beforeId: 0, limit, gapsBeforeMs, after });
    rows.push(...page.rows.map(({ receivedMs, message }) => ({ atMs: receivedMs, words: message })).reverse());
    rows.push(...page.gaps.map(({ receivedMs, count }) => ({ atMs: receivedMs, words: `${count} lost` })));
    gapsBeforeMs = Math.min(...rows.map(({ atMs }) => atMs));
    after = page.after;
  }
  return rows.sort((left, right) => left.atMs - right.atMs).map(({ words }) => words);
}

describe('the list goes on from the live window into the disk', () => {
  test('without a line missing or twice, wherever the window begins, and after a restart', async () => {
    const first = await bench.open();
    await first.connect();
    bench.giveLogs(...numbers(0, 40));
    bench.giveMetrics(3);
    bench.giveLogs(...numbers(40, 50));
    await first.intake.drain();
    expect((await allOlder(first, 25, 7)).map(({ id, message }) => [id, message])).toEqual(
      numbers(0, 25).map((message, id) => [id, message]),
    );
    await first.close();

    const second = await bench.open();
    await second.connect();
    bench.giveLogs(...numbers(50, 60));
    await second.intake.drain();
    const older = await allOlder(second, 0, 7);
    expect(older.map(({ message }) => message)).toEqual(numbers(0, 50));
    expect(older.map(({ id }) => id)).toEqual(Array.from({ length: 50 }, (_, index) => index - 50));
    expect((await allOlder(second, 4, 7)).map(({ message }) => message)).toEqual(numbers(0, 54));
  });

  test('before anything has come, and where the first rows are not kept', async () => {
    const first = await bench.open();
    await first.connect();
    bench.giveLogs(...numbers(0, 5));
    await first.intake.drain();
    await first.close();
    const config = robotConfig();
    const second = await bench.open({ ...config, logs: { ...config.logs, severityMin: 'WARN' } });
    expect((await allOlder(second, 0, 2)).map(({ message }) => message)).toEqual(numbers(0, 5));
    await second.connect();
    bench.giveLogs('only shown', { message: 'line 5', severity: 'ERROR' });
    await second.intake.drain();
    expect((await allOlder(second, 0, 2)).map(({ message }) => message)).toEqual(numbers(0, 5));
  });

  test('losses of an earlier run stand between its lines again, each once, however long the pages are', async () => {
    const first = await bench.open();
    await first.connect();
    for (const round of [0, 1, 2]) {
      bench.giveLogs(...numbers(round * 3, round * 3 + 3));
      await first.intake.drain();
      await sleep(5);
      const noticedNs = systemClock.nowNs();
      bench.source.lose({ stage: 'dds', count: 10 + round, reason: `history (/topic_${round})`, noticedNs });
      await sleep(5);
    }
    await first.intake.drain();
    await first.close();

    const second = await bench.open();
    for (const limit of [1, 2, 4, 100]) expect(await allAsListed(second, limit)).toEqual(listed);
    // What a page has already is not told again.
    const known = await readOlderLogs(second, { beforeId: 0, limit: 100, gapsBeforeMs: 0 });
    expect(known.gaps).toEqual([]);
  });

  test('what becomes of a line of an earlier run is told like that of any other', async () => {
    const first = await bench.open();
    await first.connect();
    bench.giveLogs(...numbers(0, 3));
    await first.intake.drain();
    await first.close();
    const second = await bench.open();
    second.logs.onNews(() => undefined);
    expect((await allOlder(second, 0, 10)).map(({ state }) => state)).toEqual(['cached', 'cached', 'cached']);
    second.startUploading('auto');
    await vi.waitFor(() => {
      expect([-3, -2, -1].map((id) => second.logs.tracker.stateOf(id))).toEqual(['sent', 'sent', 'sent']);
    }, patient);
    expect(second.logs.takeChanges().at(-1)).toEqual({ fromId: -3, toId: -1, state: 'sent' });
  });
});

describe('a note', () => {
  test('is a record beside its line: shown, kept and sent', async () => {
    const session = await bench.open();
    await session.connect();
    bench.giveLogs({ message: 'Overcurrent trip', severity: 'FATAL', node: 'drive.left_motor' });
    await session.intake.drain();
    const [row] = session.logs.rowsFrom(0, 1);
    if (row?.type !== 'log') throw new Error('no row');
    const about = { ...row, stampNs: BigInt(Math.round(row.stampMs * 1000)) * 1000n };
    expect(await session.addNote({ about, text: 'hit the kerb here' })).toEqual({ ok: true, value: undefined });
    const [, note] = session.logs.rowsFrom(0, 2);
    if (note?.type !== 'log') throw new Error('no note');
    expect(note).toMatchObject({ node: 'tether.notes', topic: '/tether/notes', stampMs: row.stampMs, state: 'cached' });
    expect(readNote(note.message)).toEqual({
      text: 'hit the kerb here',
      about: 'About FATAL drive.left_motor: Overcurrent trip',
    });
    session.startUploading('auto');
    await vi.waitFor(() => {
      expect(rowStates(session)).toEqual(['sent', 'sent']);
    }, patient);
    expect(bench.sink.events.some((event) => JSON.stringify(event).includes('hit the kerb here'))).toBe(true);
  });
});
