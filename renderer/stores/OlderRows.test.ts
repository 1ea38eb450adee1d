import { expect, test } from 'vitest';
import type { CallInput, CallOutput } from '../../main/contract/calls.js';
import type { Row } from '../../main/contract/frames.js';
import { OlderRows } from './OlderRows.js';
import { RowRing } from './RowRing.js';

type Page = CallOutput<'logs.older'>;
type Asked = Omit<CallInput<'logs.older'>, 'robot'>;

function line(receivedMs: number): Page['rows'][number] {
  return {
    ...{ id: null, stampMs: receivedMs, receivedMs, severity: 'INFO', node: 'nav', message: `line ${receivedMs}` },
    ...{ file: '', function: '', line: 0, topic: '/rosout', state: 'cached' },
  };
}

function gap(receivedMs: number): Page['gaps'][number] {
  return { receivedMs, stage: 'dds', count: 3, reason: 'DDS history (/rosout)' };
}

/** Reads these pages one after the other; what stands in the list then, and what was asked for. */
async function readAll(pages: readonly Page[]): Promise<{ listed: string[]; asked: Asked[] }> {
  const ring = new RowRing();
  ring.append({ type: 'log', ...line(100), id: 0 } satisfies Row);
  const asked: Asked[] = [];
  const older: OlderRows = new OlderRows(
    ring,
    (input) => {
      asked.push(input);
      const page = pages[asked.length - 1];
      return Promise.resolve(
        page === undefined
          ? { ok: false, problem: { code: 'none', message: 'no page', nextStep: '' } }
          : { ok: true, value: page },
      );
    },
    () => undefined,
  );
  while (older.state === 'more') {
    older.want();
    await new Promise(setImmediate);
  }
  const listed: string[] = [];
  for (let position = ring.first; position < ring.end; position += 1) {
    const row = ring.rowAt(position);
    listed.push(`${row.type} ${row.receivedMs}`);
    if (position > ring.first) expect(ring.idAt(position)).toBeGreaterThan(ring.idAt(position - 1));
  }
  return { listed, asked };
}

const after = { segment: 1, ordinal: 1 };

test('losses stand between the lines where they were noticed, and before the first of all', async () => {
  const { listed } = await readAll([
    { rows: [line(90), line(80)], gaps: [gap(95), gap(80)], after },
    { rows: [line(70)], gaps: [gap(75), gap(20), gap(10)], after: null },
  ]);
  expect(listed).toEqual(['gap 10', 'gap 20', 'log 70', 'gap 75', 'gap 80', 'log 80', 'log 90', 'gap 95', 'log 100']);
});

test('no loss is asked for twice, also where lines are not in the order of their times', async () => {
  const { asked } = await readAll([
    { rows: [line(60)], gaps: [], after },
    { rows: [line(85)], gaps: [], after },
    { rows: [line(50)], gaps: [], after: null },
  ]);
  expect(asked.map(({ gapsBeforeMs }) => gapsBeforeMs)).toEqual([100, 60, 60]);
});
