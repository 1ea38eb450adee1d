import { describe, expect, it } from 'vitest';
import { allSeveritiesMask, compileFilter } from './compileFilter.js';
import { filterTermsMax, formatFilterTerm, parseFilterExpression } from './parseFilterExpression.js';

function keeps(expression: string, node: string, message: string): boolean {
  const filter = compileFilter(parseFilterExpression(expression), allSeveritiesMask);
  const judgement = filter.judgeNode(node);
  return judgement === 'keep' || (judgement === 'ask' && filter.matchMessage(node, message));
}

describe('parseFilterExpression', () => {
  it('reads words, phrases, fields and exclusions', () => {
    expect(parseFilterExpression('battery "low cell" node:nav -node:/camera/* -"scan 10" -debug')).toEqual([
      { field: 'any', exclude: false, text: 'battery' },
      { field: 'any', exclude: false, text: 'low cell' },
      { field: 'node', exclude: false, text: 'nav' },
      { field: 'node', exclude: true, text: '/camera/*' },
      { field: 'any', exclude: true, text: 'scan 10' },
      { field: 'any', exclude: true, text: 'debug' },
    ]);
  });
  it.each(['', '   ', '-', 'node:', '-node:', '""', '-""'])('takes %j as still being typed', (expression) => {
    expect(parseFilterExpression(expression)).toEqual([]);
  });
  it('takes an unclosed quote to the end', () => {
    expect(parseFilterExpression('"low cell')).toEqual([{ field: 'any', exclude: false, text: 'low cell' }]);
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
