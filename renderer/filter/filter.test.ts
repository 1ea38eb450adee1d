import { describe, expect, it } from 'vitest';
import { termsMatch } from '../../main/model/compileTerms.js';
import type { LogRecord } from '../../main/model/Record.js';
import { allSeveritiesMask, compileFilter } from './compileFilter.js';
import { findMarks, compileMarks } from './findMarks.js';
import {
  filterTermsMax,
  formatFilterTerm,
  formatFilterTerms,
  parseFilterExpression,
} from '../../main/model/parseFilterExpression.js';
import { problemOfTerms } from '../../main/model/textTest.js';

function keeps(expression: string, node: string, message: string): boolean {
  const filter = compileFilter(parseFilterExpression(expression), allSeveritiesMask);
  const judgement = filter.judgeNode(node);
  return judgement === 'keep' || (judgement === 'ask' && filter.matchMessage(node, message));
}

describe('parseFilterExpression', () => {
  it('reads words, phrases, fields and exclusions', () => {
    expect(parseFilterExpression('battery "low cell" node:nav -node:/camera/* -"scan 10" -debug')).toEqual([
      { field: 'any', exclude: false, text: 'battery', regex: false },
      { field: 'any', exclude: false, text: 'low cell', regex: false },
      { field: 'node', exclude: false, text: 'nav', regex: false },
      { field: 'node', exclude: true, text: '/camera/*', regex: false },
      { field: 'any', exclude: true, text: 'scan 10', regex: false },
      { field: 'any', exclude: true, text: 'debug', regex: false },
    ]);
  });
  it.each(['', '   ', '-', 'node:', '-node:', '""', '-""'])('takes %j as still being typed', (expression) => {
    expect(parseFilterExpression(expression)).toEqual([]);
  });
  it('takes an unclosed quote to the end', () => {
    expect(parseFilterExpression('"low cell')).toEqual([
      { field: 'any', exclude: false, text: 'low cell', regex: false },
    ]);
  });
  it('is bounded', () => {
    expect(parseFilterExpression('a '.repeat(1000))).toHaveLength(filterTermsMax);
  });
  it('writes a term as it would be typed', () => {
    for (const text of ['battery', '"low cell"', 'node:nav', '-node:/camera/*', '-"scan 10"']) {
      expect(parseFilterExpression(text).map(formatFilterTerm)).toEqual([text]);
    }
  });
});

describe('fields and regular expressions', () => {
  it('reads them', () => {
    expect(parseFilterExpression('/cell [0-9]+/ -text:/hz$/ file:motor.cpp mark:sags node:/nav/')).toEqual([
      { field: 'any', exclude: false, text: 'cell [0-9]+', regex: true },
      { field: 'text', exclude: true, text: 'hz$', regex: true },
      { field: 'file', exclude: false, text: 'motor.cpp', regex: false },
      { field: 'mark', exclude: false, text: 'sags', regex: false },
      { field: 'node', exclude: false, text: '/nav/', regex: false },
    ]);
    for (const text of ['/cell [0-9]+/', '-text:/hz$/', 'file:motor.cpp', 'mark:"low cell"']) {
      expect(formatFilterTerms(parseFilterExpression(text))).toBe(text);
    }
    expect(parseFilterExpression('/nav/planner failed')).toMatchObject([{ text: '/nav/planner' }, { text: 'failed' }]);
  });
  it('matches them, whatever the case, without ever taking long', () => {
    expect(keeps('/CELL [0-9] sags/', 'battery.monitor', 'Cell 3 sags')).toBe(true);
    expect(keeps('-/[0-9] sags$/', 'battery.monitor', 'Cell 3 sags')).toBe(false);
    expect(keeps('text:battery', 'battery.monitor', 'Cell 3 sags')).toBe(false);
    // A backtracking engine would not come back from this one.
    expect(keeps('/^(a+)+$/', 'n', `${'a'.repeat(5000)}b`)).toBe(false);
  });
  it('says what is wrong with a pattern, and hides nothing by it', () => {
    expect(problemOfTerms(parseFilterExpression('/a(/'))).toMatch(/missing closing \)/u);
    expect(problemOfTerms(parseFilterExpression('/a(b)/ x'))).toBeNull();
    expect(keeps('/a(/', 'n', 'x')).toBe(true);
  });
  it('looks at where a line was written', () => {
    const origin = { file: 'src/motor_node.cpp', function: 'trip()', topic: '/rosout' };
    const match = (text: string) => compileFilter(parseFilterExpression(text), allSeveritiesMask).matchOrigin?.(origin);
    expect([match('file:motor'), match('-file:motor'), match('function:/^run/'), match('x')]).toEqual([
      true,
      false,
      false,
      undefined,
    ]);
  });
  it('takes a subtree with its root, and what is not known yet', () => {
    for (const node of ['nav', 'nav.planner', '/nav/a/b']) expect(keeps('node:/nav/**', node, 'x')).toBe(true);
    expect(keeps('node:/nav/**', 'navigator', 'x')).toBe(false);
    expect(keeps('-node:/nav/**', 'nav', 'x')).toBe(false);
  });
});

it('the page and the engine let the same records through, whatever the terms', () => {
  const records = ['nav.planner', '/nav', 'arm.grip', 'Ödometrie'].flatMap((node, at) =>
    ['Path 12 planned', 'Cell 3 sags', 'STRASSE\u212a', ''].map((message): LogRecord => ({
      ...{ kind: 'log', stampNs: 1n, receivedNs: 1n, severity: 'INFO', line: 1, nodeTopics: [] },
      ...{ node, message, file: at % 2 === 0 ? 'src/planner.cpp' : '', function: 'tick', topic: '/rosout' },
    })),
  );
  const expressions = ['path', '-path', 'nav cell', 'node:/nav/**', '-node:nav -"12 planned"', '/^cell [0-9]/', 'k'];
  const more = [
    'file:planner -cell',
    '-file:PLANNER',
    'function:/^t/ ö',
    'topic:x',
    'text:nav',
    '-text:nav',
    'ß',
    'ss',
  ];
  let passed = 0;
  for (const expression of [...expressions, ...more]) {
    const terms = parseFilterExpression(expression);
    const { judgeNode, matchOrigin, matchMessage } = compileFilter(terms, allSeveritiesMask);
    for (const record of records) {
      const judgement = judgeNode(record.node);
      const byText = judgement === 'keep' || (judgement === 'ask' && matchMessage(record.node, record.message));
      const shown = byText && matchOrigin?.(record) !== false;
      expect([expression, record.node, record.message, termsMatch(record, terms)]).toEqual([
        ...[expression, record.node, record.message, shown],
      ]);
      if (shown) passed += 1;
    }
  }
  expect(passed).toBeGreaterThan(50);
});

it('takes the name of a metric for its node, and its other texts for empty', () => {
  const metric = {
    kind: 'metric',
    name: 'battery.charge',
    unit: '',
    value: 1,
    dimensions: [],
    topic: '/metrics',
  } as const;
  const match = (expression: string): boolean =>
    termsMatch({ ...metric, stampNs: 1n, receivedNs: 1n }, parseFilterExpression(expression));
  expect(['charge', 'node:/battery/**', '-text:charge', 'topic:metrics', '-file:x'].filter(match)).toHaveLength(5);
  expect(['-charge', 'text:charge', 'file:x', '-topic:metrics', 'node:motor'].filter(match)).toEqual([]);
});

describe('findMarks', () => {
  it('marks what is looked for, and mark: terms each in their own colour', () => {
    const marks = compileMarks(parseFilterExpression('motor mark:/[0-9]+/ mark:hot -cold node:nav'));
    expect(findMarks('Motor 12 is hot, cold', marks)).toEqual([
      { text: 'Motor', mark: 0 },
      { text: ' ', mark: null },
      { text: '12', mark: 1 },
      { text: ' is ', mark: null },
      { text: 'hot', mark: 2 },
      { text: ', cold', mark: null },
    ]);
    expect(findMarks('abc', compileMarks(parseFilterExpression('mark:/x*/')))).toEqual([{ text: 'abc', mark: null }]);
  });
  it('hides nothing', () => {
    expect(keeps('mark:zzz', 'n', 'x')).toBe(true);
    expect(compileFilter(parseFilterExpression('mark:zzz'), allSeveritiesMask).matchesAllText).toBe(true);
  });
});

describe('compileFilter', () => {
  it('looks in message and node, whatever the case', () => {
    expect(keeps('BATTERY', 'battery.monitor', 'Cell 3 sags')).toBe(true);
    expect(keeps('cell', 'battery.monitor', 'Cell 3 sags')).toBe(true);
    expect(keeps('lidar', 'battery.monitor', 'Cell 3 sags')).toBe(false);
  });
  it('wants all words, each anywhere', () => {
    expect(keeps('battery sags', 'battery.monitor', 'Cell 3 sags')).toBe(true);
    expect(keeps('battery hums', 'battery.monitor', 'Cell 3 sags')).toBe(false);
  });
  it('takes node terms as alternatives, with either separator', () => {
    expect(keeps('node:nav node:arm', 'arm.gripper', 'x')).toBe(true);
    expect(keeps('node:/nav/planner', 'nav.planner', 'x')).toBe(true);
    expect(keeps('node:nav.planner', '/nav/planner', 'x')).toBe(true);
    expect(keeps('node:planner', 'nav.controller', 'planner failed')).toBe(false);
  });
  it('anchors patterns with a star', () => {
    expect(keeps('-node:/camera/**', 'camera.front', 'x')).toBe(false);
    expect(keeps('-node:/camera/*', 'rear.camera.front', 'x')).toBe(true);
    expect(keeps('node:camera/*', 'camera.front', 'x')).toBe(true);
    expect(keeps('node:*/front', 'rear.camera.front', 'x')).toBe(true);
  });
  it('excludes by message and by node', () => {
    expect(keeps('-scan', 'lidar.driver', 'Scan 10 Hz')).toBe(false);
    expect(keeps('-lidar', 'lidar.driver', 'Scan 10 Hz')).toBe(false);
    expect(keeps('-camera', 'lidar.driver', 'Scan 10 Hz')).toBe(true);
    expect(keeps('hz -camera', 'lidar.driver', 'Scan 10 Hz')).toBe(true);
  });
  it('takes special characters literally', () => {
    expect(keeps('(χ²', 'ekf', 'Wheel odometry rejected (χ² 19.2)')).toBe(true);
    expect(keeps('a.c', 'n', 'abc')).toBe(false);
    expect(keeps('[0]', 'n', 'motor[0] hot')).toBe(true);
  });
});
