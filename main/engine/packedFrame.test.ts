import { expect, it } from 'vitest';
import fc from 'fast-check';
import { severities } from '../model/Severity.js';
import { lossStages } from '../model/Loss.js';
import { type RobotFrame, type Row, rowStates } from '../contract/frames.js';
import { packFrame, unpackFrame } from '../contract/packedFrame.js';

const text = fc.oneof(fc.constantFrom('', 'nav', 'nav.planner'), fc.string({ unit: 'binary' }));
const time = fc.double({ noNaN: true, min: -1e12, max: 4e12 });
const log = fc
  .record({
    stampMs: time,
    receivedMs: time,
    severity: fc.constantFrom(...severities),
    node: text,
    message: text,
    file: text,
    function: text,
    line: fc.nat(0xffffffff),
    topic: text,
    state: fc.constantFrom(...rowStates),
  })
  .chain((row) =>
    fc.boolean().map((replayed) => ({ type: 'log' as const, ...row, ...(replayed ? { replayed } : {}) })),
  );
const gap = fc.record({
  type: fc.constant('gap' as const),
  receivedMs: time,
  stage: fc.constantFrom(...lossStages),
  count: fc.nat(2 ** 40),
  reason: text,
});

function frameOf(rows: readonly Row[]): RobotFrame {
  return {
    ...{ type: 'robot', robot: 'rover', sequence: 7, fresh: false, rows, rowsLeftOut: 3 },
    states: [{ fromId: 1, toId: 9, state: 'cached' }],
    series: [],
  };
}

it('brings every row over the port as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: log }, gap)), fc.nat(1e9), (made, firstId) => {
      const frame = frameOf(made.map((row, index) => ({ ...row, id: firstId + index })));
      expect(unpackFrame(structuredClone(packFrame(frame)))).toStrictEqual(frame);
    }),
  );
});

it('says who speaks once, however much they say', () => {
  const rows = Array.from({ length: 1_000 }, (_, id): Row => {
    const said = { message: `line ${id}`, severity: 'INFO', state: 'received', topic: '/rosout' } as const;
    const place = { node: `node_${id % 7}`, file: 'a.cpp', function: 'run', line: 10 * (id % 3) };
    return { type: 'log', id, stampMs: id, receivedMs: id, ...said, ...place };
  });
  expect(packFrame(frameOf(rows)).rows.speakers).toHaveLength(21);
});
