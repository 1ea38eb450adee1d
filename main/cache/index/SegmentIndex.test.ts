import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRecord, MetricRecord, TetherRecord } from '../../model/Record.js';
import { parseFilterExpression } from '../../model/parseFilterExpression.js';
import type { RecordFilter } from '../../model/RecordFilter.js';
import { type Severity, severities } from '../../model/Severity.js';
import { contentMatches, groupMatches, stampMatches } from '../matchesFilter.js';
import type { SegmentGroup } from '../SegmentGroup.js';
import { testLogChannel, testLogDestination, testMetricChannel, testMetricDestination } from '../testRecords.js';
import { CompiledFilter, compileFilter } from './CompiledFilter.js';
import { hourNs, hourOf, indexChunk, labelUnknown, type RecordToIndex } from './indexChunk.js';
import { type ChunkToEncode, encodeSegmentIndex } from './encodeSegmentIndex.js';
import {
  decodeSegmentIndex,
  decodeSegmentIndexHead,
  indexHeadBytes,
  indexPrefixBytes,
  rowsOf,
} from './SegmentIndex.js';

const groups = new Map<number, SegmentGroup>([
  ...severities.map((severity, place): [number, SegmentGroup] => [
    place + 1,
    { channel: testLogChannel, destination: testLogDestination, kind: 'log', severity, origin: '' },
  ]),
  [6, { channel: testMetricChannel, destination: testMetricDestination, kind: 'metric', severity: null, origin: '' }],
]);

/** Characters whose lower case has another length, depends on its neighbours, or is ASCII; and halves of pairs. */
const oddUnits = [
  'ß',
  'ẞ',
  'Σ',
  'σ',
  'ς',
  '\u212a',
  'k',
  'K',
  'İ',
  'i',
  'I',
  'ı',
  'ſ',
  's',
  '\ud83d',
  '\ude00',
  'Å',
  'é',
  ' ',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...oddUnits), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', '1', '.'), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', '1', '2', '9', '0', '.', ',', ' ', ':'), maxLength: 24 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
);

const record: fc.Arbitrary<TetherRecord> = fc
  .record({
    stampNs: fc.bigInt(0n, 5n * hourNs),
    severity: fc.constantFrom(...severities),
    label: fc.oneof(fc.constantFrom('nav.planner', 'nav.controller', 'Drive'), text),
    message: text,
    isLog: fc.boolean(),
  })
  .map(({ stampNs, severity, label, message, isLog }) =>
    isLog ? log(stampNs, severity, label, message) : metric(stampNs, label),
  );

function log(stampNs: bigint, severity: Severity, node: string, message: string): LogRecord {
  const rest = { file: '', function: '', line: 0, topic: '/rosout', nodeTopics: [] };
  return { kind: 'log', stampNs, receivedNs: stampNs, severity, node, message, ...rest };
}

function metric(stampNs: bigint, name: string): MetricRecord {
  return { kind: 'metric', stampNs, receivedNs: stampNs, name, unit: '', value: 1, dimensions: [], topic: '/metrics' };
}

function groupOf(found: TetherRecord): number {
  return found.kind === 'log' ? severities.indexOf(found.severity) + 1 : 6;
}

function toIndex(records: readonly TetherRecord[]): RecordToIndex[] {
  return records.map((found, ordinal) => ({
    ordinal,
    group: groupOf(found),
    stampNs: found.stampNs,
    label: found.kind === 'log' ? found.node : found.name,
    text: found.kind === 'log' ? found.message : '',
  }));
}

function chunksOf(records: readonly TetherRecord[], perChunk: number): ChunkToEncode[] {
  const all = toIndex(records);
  const chunks: ChunkToEncode[] = [];
  for (let from = 0; from < all.length; from += perChunk) {
    const content = indexChunk(all.slice(from, from + perChunk));
    const { firstOrdinal, lastOrdinal } = content;
    chunks.push({ place: { position: 100 + from * 50, length: 50, firstOrdinal, lastOrdinal }, content });
  }
  return chunks;
}

/** Needles that are cut out of what is there, so that many of them are found, or are anything. */
function filterFor(records: readonly TetherRecord[]): fc.Arbitrary<RecordFilter> {
  const cut = fc
    .tuple(fc.constantFrom(...records), fc.nat(12), fc.nat(12), fc.constantFrom('as it is', 'upper', 'lower'))
    .map(([from, start, length, form]) => {
      const whole = from.kind === 'log' ? from.message : from.name;
      const part = whole.slice(start, start + length);
      return form === 'upper' ? part.toUpperCase() : form === 'lower' ? part.toLowerCase() : part;
    });
  const needle = fc.oneof(cut, text);
  const regex = cut.map((part) => `${part.replace(/[^A-Za-z0-9]/gu, (character) => `\\x{${hexOf(character)}}`)}.?`);
  const term = fc.record({
    field: fc.constantFrom('any', 'any', 'text', 'node', 'file', 'topic'),
    exclude: fc.boolean(),
    text: needle.filter((some) => some !== ''),
    regex: fc.constant(false),
  });
  const expression = regex.map((some) => ({ field: 'any', exclude: false, text: some, regex: true }) as const);
  const terms = fc.array(fc.oneof(term, expression), { minLength: 1, maxLength: 3 });
  const nodes = fc.array(fc.oneof(fc.constantFrom('nav.*', 'nav.planner', '*'), text), { maxLength: 3 });
  const all = {
    kind: fc.constantFrom('log', 'metric'),
    sinceNs: fc.bigInt(0n, 5n * hourNs),
    untilNs: fc.bigInt(0n, 5n * hourNs),
    severityMin: fc.constantFrom(...severities),
    severities: fc.uniqueArray(fc.constantFrom(...severities)),
    nodes,
    text: needle,
    regex,
    terms,
  };
  return fc.oneof(
    fc.record({ text: needle }),
    fc.record({ regex }),
    fc.record({ terms }),
    fc.record({ nodes }),
    fc.record(all, { requiredKeys: [] }),
  );
}

function hexOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}

describe('the index of a segment', () => {
  test('says "may" of all that holds a record which passes the filter', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc
          .array(record, { minLength: 1, maxLength: 30 })
          .chain((records) => fc.tuple(fc.constant(records), filterFor(records), fc.integer({ min: 1, max: 8 }))),
        ([records, filter, perChunk]) => {
          const index = decodeSegmentIndex(encodeSegmentIndex(chunksOf(records, perChunk)));
          if (index === null) throw new Error('the index cannot be read again');
          const compiled = new CompiledFilter(filter);
          for (const [ordinal, candidate] of records.entries()) {
            const group = groups.get(groupOf(candidate));
            if (group === undefined) throw new Error('a group that is not there');
            const passes =
              groupMatches(group, filter) &&
              stampMatches(candidate.stampNs, filter) &&
              contentMatches(candidate, filter);
            expect(compiled.matches(group, candidate)).toBe(passes);
            if (!passes) continue;
            found += 1;
            const chunk = index.chunks.find(({ place }) => ordinal <= place.lastOrdinal);
            if (chunk === undefined) throw new Error('a chunk that is not there');
            expect(compiled.mayMatchSegment(index.head, (id) => groups.get(id))).toBe(true);
            expect(compiled.mayMatchChunk(chunk, index.head, (id) => groups.get(id))).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(1000);
  });

  test('rules out what is not there: a text, a node, a severity, a time, the literals of an expression', () => {
    const records = Array.from({ length: 1000 }, (_, number) =>
      log(BigInt(number) * 1_000_000_000n, 'INFO', 'nav.planner', `path ${number} of ${number * 7} m planned`),
    );
    const index = decodeSegmentIndex(encodeSegmentIndex(chunksOf(records, 1000)));
    if (index === null) throw new Error('the index cannot be read again');
    const ask = (filter: RecordFilter): boolean =>
      new CompiledFilter(filter).mayMatchSegment(index.head, (id) => groups.get(id));
    expect(ask({ text: 'PATH 12' })).toBe(true);
    expect(ask({ text: 'battery' })).toBe(false);
    expect(ask({ nodes: ['nav.planner'], severities: ['INFO'] })).toBe(true);
    expect(ask({ nodes: ['nav.controller'] })).toBe(false);
    expect(ask({ severityMin: 'WARN', kind: 'log' })).toBe(false);
    expect(ask({ sinceNs: 1_000_000_000_000n })).toBe(false);
    expect(ask({ untilNs: 0n })).toBe(false);
    expect(ask({ regex: 'path [0-9]+ of' })).toBe(true);
    expect(ask({ regex: 'battery [0-9]+ of' })).toBe(false);
    expect(ask({ regex: '(?i)BATTERY' })).toBe(false);
    expect(ask({ regex: '(?i)PATH [0-9]' })).toBe(true);
    expect(ask({ regex: 'p(?i)BATTERY' })).toBe(true);
    expect(ask({ regex: '(battery|motor) low' })).toBe(false);
    expect(ask({ regex: '(battery|path) ' })).toBe(true);
    expect(ask({ destinations: ['elsewhere'] })).toBe(false);
    const askTerms = (expression: string): boolean => ask({ terms: parseFilterExpression(expression) });
    for (const expression of ['PATH -battery', 'node:/nav/**', '/PATH [0-9]/', 'text:planned -node:arm', 'file:x']) {
      expect(askTerms(expression)).toBe(true);
    }
    for (const expression of [
      'battery',
      'path battery',
      'node:/arm/**',
      '-nav',
      '/(battery|motor) low/',
      'text:motor',
    ]) {
      expect(askTerms(expression)).toBe(false);
    }
  });

  test('tells codes and phrases from others of the same trigrams, and knows of one and two letters', () => {
    const texts = [
      'fault E-4100 of 4101 points',
      'fault E-41',
      'motor stalled (12.5 A), path lost',
      '-4101',
      'P0420 lost',
    ];
    const records = texts.map((message, second) =>
      log(BigInt(second) * 1_000_000_000n, 'INFO', 'nav.planner', message),
    );
    const index = decodeSegmentIndex(encodeSegmentIndex(chunksOf(records, 5)));
    if (index === null) throw new Error('the index cannot be read again');
    const ask = (text: string): boolean[] =>
      [new CompiledFilter({ text })].flatMap((compiled) => [
        compiled.mayMatchSegment(index.head, (id) => groups.get(id)),
        ...index.chunks.map((chunk) => compiled.mayMatchChunk(chunk, index.head, (id) => groups.get(id))),
      ]);
    for (const text of ['e-4100', 'E-4100 of', 'stalled (12', 'p0420', 'p', 'lt', '5 a']) {
      expect(ask(text)).toEqual([true, true]);
    }
    for (const text of ['E-4101', 'path stalled', 'motor path', 'P0421']) expect(ask(text)).toEqual([false, false]);
    // Those are only in the head.
    for (const text of ['q', 'lp']) expect(ask(text)).toEqual([false, true]);
  });

  test('tells numbers apart whose every run of three characters is there: long ones, pairs, and shapes that no text has', () => {
    const records = Array.from({ length: 1000 }, (_, number) =>
      log(1n, 'INFO', 'nav.planner', `cmd_vel 0.${number % 50} 0.${number % 70}, scan ${number} of 12${number}`),
    );
    const index = decodeSegmentIndex(encodeSegmentIndex(chunksOf(records, 1000)));
    if (index === null) throw new Error('the index cannot be read again');
    const ask = (text: string): boolean[] => {
      const compiled = new CompiledFilter({ text });
      const groupOfChannel = (id: number): SegmentGroup | undefined => groups.get(id);
      return [
        compiled.mayMatchSegment(index.head, groupOfChannel),
        ...index.chunks.map((chunk) => compiled.mayMatchChunk(chunk, index.head, groupOfChannel)),
      ];
    };
    const there = ['0.12 0.62', '12 0.12, SCAN 6', 'scan 999 of 12999', '.45 0.25', '2999', 'l 0.'];
    for (const text of there) expect(ask(text)).toEqual([true, true]);
    // A number; a pair of numbers.
    for (const text of ['99912', '0.12 0.63']) expect(ask(text)).toEqual([false, false]);
    // Shapes are only in the head.
    expect(ask('0.1 0.2 0.3')).toEqual([false, true]);
  });

  test('tells the numbers of a word from those of others, before it and behind it', () => {
    const records = Array.from({ length: 300 }, (_, number) =>
      log(1n, 'INFO', 'arm', `Cell ${number % 14} of ${number}, path of ${number % 90} poses (id: ${number % 70})`),
    );
    const index = decodeSegmentIndex(encodeSegmentIndex(chunksOf(records, 300)));
    if (index === null) throw new Error('the index cannot be read again');
    const ask = (text: string): boolean =>
      new CompiledFilter({ text }).mayMatchSegment(index.head, (id) => groups.get(id));
    for (const text of ['cell 13', 'CELL 1', 'of 299', '89 poses', '9 POSES', 'id: 69', 'path of 8']) {
      expect(ask(text)).toBe(true);
    }
    for (const text of ['cell 17', 'of 301', '91 poses', '299 poses', 'id: 71']) expect(ask(text)).toBe(false);
  });

  test('reads an index of version 3', () => {
    // Motor 3 stalled at 0.53 0.77, fault E-4100; Motor 4 cooled: as it was written before words were told by their numbers.
    const written = Buffer.from(
      'VFhJAyUBAAAtU06hAwMAAAAAAAAAAACUNXcAAAAAAQNhcm0BAQEAAyAB0ADAARgCggAhAACBMCAAREAAARQAChBJIgEAAxASBBdAOCAB' +
        '7CoBAWJIQgqBYTE0EYYAqAkqXQMAAHAQAQiCAAQCAABAAAASIAgAAF9QdgAjGCGgDAdADrMQBADA1AEhMICgUuAQkLJKgYIYAqgAgSQg' +
        'RkqAAgsADygAIMAkUEQ2jAwMESl3C9YGlkOERwQlEJCwXAsgnSNBHUAQSAA1lAcdQCaDQLIkACAI01oDLoCIohAOJGICpkCgvCQBJTAU' +
        '6EiAoJJmCQNiAgAoZkWPEHABPZCg1BCoAQUEQAkQCRAARJ4kEkJVAMhRQI7AIpAARdkAAjCKzpRDlBIgcY6DgQICYElgIqBZYYBzAmQy' +
        'AAECAwAAAAAAAAAAAMqaOwAAAAABAQEAAiAB0ACAAQgCggAgAACBACAAREAAARQAAhBJIgEAAxASBBAhmiEoQCWAmkwJYiBJeIJwAwAA' +
        'cBABCIIABAIAAEAAABIgCAAAyAEyAgIBAwCUNXcAAAAAAJQ1dwAAAAABAQEAASAAAABAABAAgAABAACAMAAAAAAAABQACgAAAgAAAAAQ' +
        'ABABAAAIAAAEAAAAAiBgIaQAAQAQAAAAAAAAAAAAAAAAAAAAAA==',
      'base64',
    );
    const index = decodeSegmentIndex(written);
    const groupOfChannel = (id: number): SegmentGroup | undefined => groups.get(id);
    const ask = (filter: RecordFilter): boolean[] => {
      const compiled = new CompiledFilter(filter);
      const chunks = index?.chunks.map((chunk) => compiled.mayMatchChunk(chunk, index.head, groupOfChannel)) ?? [];
      return [index !== null && compiled.mayMatchSegment(index.head, groupOfChannel), ...chunks];
    };
    expect(index?.head.records).toBe(3);
    expect(index?.head.numbered).toBeNull();
    expect(index?.chunks.map((chunk) => chunk.tallies()?.counts)).toEqual([Uint32Array.of(2), Uint32Array.of(1)]);
    expect(ask({ text: 'motor 3' })).toEqual([true, true, false]);
    expect(ask({ text: 'E-4101' })).toEqual([false, false, false]);
    expect(ask({ text: '0.53 0.78' })).toEqual([false, false, false]);
    expect(ask({ nodes: ['arm'], severities: ['DEBUG'] })).toEqual([true, true, true]);
    expect(ask({ nodes: ['leg'] })).toEqual([false, false, false]);
  });

  test('reads an index of version 2', () => {
    // Motor stalled, fault E-4100 of 1004 110041; Motor cooled: as it was written before there were numbers in it.
    const written = Buffer.from(
      'VFhJAq0AAADXJE7fAwMAAAAAAAAAAACUNXcAAAAAAQNhcm0BAgEAAyBBgABAABgAgBQDAAGIACAARAAEBRYAAjBJIiAQEwASAB0m' +
        'AnLAERCIYIuhHEA0Kwjo4gABKuGaAGSQsIEgCFHgiwEIAEAUGEQGrIAUlCFEAIVNUFdIhh5hJhGBJCYOIAQgMACCoBSAAI4ENxIV' +
        'FQOjACKCECJMJGVOEIiRzBF4hyAwMlBAAqZSBAhhEFMAKSyUI9NQAmQyAAECAwAAAAAAAAAAAMqaOwAAAAABAgEAAiBBgAAAAAgA' +
        'gBQCAAGAACAARAAEBRYAAjBJIiAQEwASABClmiEMQCnAmgjBYiJIeKDQlgEyAgIBAwCUNXcAAAAAAJQ1dwAAAAABAgEAASAAAABA' +
        'ABAAgAABAACIAAAAAAAAABQAAgAAAgAAAAAQABABQSCIAQBEQhKgEiBgIbwA',
      'base64',
    );
    const index = decodeSegmentIndex(written);
    const ask = (text: string): boolean[] => {
      const compiled = new CompiledFilter({ text });
      return index?.chunks.map((chunk) => compiled.mayMatchChunk(chunk, index.head, (id) => groups.get(id))) ?? [];
    };
    expect(index?.head.records).toBe(3);
    expect(index?.head.digits).toBeNull();
    expect(ask('motor')).toEqual([true, true]);
    expect(ask('E-4100')).toEqual([true, false]);
    expect(ask('E-4101')).toEqual([false, false]);
    // It knows nothing of numbers.
    expect(ask('10041')).toEqual([true, false]);
  });

  test('reads an index of version 1', () => {
    // Motor stalled, fault E-4100; Motor cooled: as it was written before there were runs in it.
    const written = Buffer.from(
      'VFhJAT0AAAB0vfOoAwMAAAAAAAAAAACUNXcAAAAAAQNhcm0BAQEAAyABgABAABgAgAABAACIACAARAAAARQAAhBJIgAAEwAQAEz5' +
        'Vy4CZDIAAQIDAAAAAAAAAAAAypo7AAAAAAEBAQACIAGAAAAACACAAAAAAIAAIABEAAABFAACEEkiAAATABAAZjICAgEDAJQ1dwAA' +
        'AAAAlDV3AAAAAAEBAQABIAAAAEAAEACAAAEAAIgAAAAAAAAAFAACAAACAAAAABAA',
      'base64',
    );
    const index = decodeSegmentIndex(written);
    const ask = (text: string): boolean[] => {
      const compiled = new CompiledFilter({ text });
      return index?.chunks.map((chunk) => compiled.mayMatchChunk(chunk, index.head, (id) => groups.get(id))) ?? [];
    };
    expect(index?.head.labels).toEqual(['arm']);
    expect(index?.head.records).toBe(3);
    expect(ask('motor')).toEqual([true, true]);
    expect(ask('E-4100')).toEqual([true, false]);
    expect(ask('qz')).toEqual([true, true]);
    expect(ask('battery')).toEqual([false, false]);
    const newer = Buffer.from(written);
    newer[3] = 5;
    expect(decodeSegmentIndex(newer)).toBeNull();
  });

  test('counts by group, label and hour, for the segment as for its chunks', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (records, perChunk) => {
          const index = decodeSegmentIndex(encodeSegmentIndex(chunksOf(records, perChunk)));
          if (index === null) throw new Error('the index cannot be read again');
          const sums = new Map<string, number>();
          for (const { group, label, stampNs } of toIndex(records)) {
            const listed = /\p{Surrogate}/u.test(label) ? '(not listed)' : JSON.stringify(label);
            const key = `${group} ${listed} ${hourOf(stampNs)}`;
            sums.set(key, (sums.get(key) ?? 0) + 1);
          }
          for (const tallies of [[index.head.tallies], index.chunks.flatMap((chunk) => chunk.tallies() ?? [])]) {
            const counted = new Map<string, number>();
            for (const { group, label, hour, count } of tallies.flatMap((each) => [...rowsOf(each)])) {
              const listed = label === labelUnknown ? '(not listed)' : JSON.stringify(index.head.labels[label]);
              const key = `${group} ${listed} ${hour}`;
              counted.set(key, (counted.get(key) ?? 0) + count);
            }
            expect(counted).toEqual(sums);
          }
          expect(index.head.records).toBe(records.length);
        },
      ),
    );
  });

  test('keeps nothing back when a record could not be decoded', () => {
    const content = indexChunk([{ ordinal: 0, group: 1, stampNs: 1n, label: '', text: null }]);
    const place = { position: 0, length: 1, firstOrdinal: 0, lastOrdinal: 0 };
    const index = decodeSegmentIndex(encodeSegmentIndex([{ place, content }]));
    const filter = new CompiledFilter({ text: 'anything', nodes: ['any'] });
    expect(index && filter.mayMatchSegment(index.head, (id) => groups.get(id))).toBe(true);
    expect(index?.head.labelsKnown).toBe(false);
  });

  test('gives up listing labels when there are too many, and still finds each', () => {
    const records = Array.from({ length: 3000 }, (_, number) => log(1n, 'INFO', `node_${number}`, 'alive'));
    const index = decodeSegmentIndex(encodeSegmentIndex(chunksOf(records, 1000)));
    if (index === null) throw new Error('the index cannot be read again');
    expect(index.head.labelsKnown).toBe(false);
    expect(new CompiledFilter({ nodes: ['node_2999'] }).mayMatchSegment(index.head, (id) => groups.get(id))).toBe(true);
  });

  test('can be read from a prefix, and is none when cut or changed anywhere', () => {
    const records = Array.from({ length: 40 }, (_, number) => log(BigInt(number) * hourNs, 'WARN', 'a', `x${number}`));
    const bytes = encodeSegmentIndex(chunksOf(records, 20));
    const headBytes = indexHeadBytes(bytes.subarray(0, indexPrefixBytes));
    if (headBytes === null) throw new Error('no head');
    expect(decodeSegmentIndexHead(bytes.subarray(0, headBytes))).toEqual(decodeSegmentIndex(bytes)?.head);
    for (let length = 0; length < bytes.byteLength; length += 1) {
      expect(decodeSegmentIndex(bytes.subarray(0, length))).toBeNull();
    }
    for (let place = 0; place < bytes.byteLength; place += 1) {
      const changed = bytes.slice();
      changed[place] = (changed[place] ?? 0) ^ 0x10;
      expect(decodeSegmentIndex(changed)).toBeNull();
    }
  });

  test('a bad expression is a problem that says what is wrong', () => {
    const compiled = compileFilter({ regex: 'a(b' });
    expect(compiled.ok ? null : compiled.problem.code).toBe('bad-regex');
    expect(compiled.ok ? '' : compiled.problem.message).toContain('missing closing )');
    expect(compileFilter({ regex: 'a'.repeat(1001) }).ok).toBe(false);
    expect(compileFilter({ regex: '(?=a)' }).ok).toBe(false);
  });
});
