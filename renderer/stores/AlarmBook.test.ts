import { describe, expect, it } from 'vitest';
import type { AlarmStatus, RobotStatus } from '../../main/contract/frames.js';
import { type Alarm, AlarmBook } from './AlarmBook.js';

function alarm(change: Partial<AlarmStatus> = {}): AlarmStatus {
  return {
    ...{ key: 'k', name: 'battery', unit: 'Percent', dimensions: [], side: 'below', threshold: 20 },
    ...{ sinceMs: 1000, worst: 18, isOver: false },
    ...change,
  };
}

function robots(alarms: Readonly<Record<string, readonly AlarmStatus[]>>): RobotStatus[] {
  return Object.entries(alarms).map(([name, list]) => ({ name, alarms: list }) as RobotStatus);
}

describe('AlarmBook', () => {
  it('tells of each crossing once, of whichever robot, and lists the newest first', () => {
    const begun: Alarm[] = [];
    const book = new AlarmBook((one) => begun.push(one));
    book.take(robots({ rover: [], boat: [] }));
    book.take(robots({ rover: [alarm()], boat: [] }));
    book.take(robots({ rover: [alarm({ worst: 12 })], boat: [alarm({ sinceMs: 2000 })] }));
    expect(begun.map(({ robot, sinceMs }) => [robot, sinceMs])).toEqual([
      ['rover', 1000],
      ['boat', 2000],
    ]);
    expect(book.getAlarms().map(({ robot, worst }) => [robot, worst])).toEqual([
      ['boat', 18],
      ['rover', 12],
    ]);
  });
  it('keeps what is over until it is dismissed, and shows the next crossing of the same series', () => {
    const begun: Alarm[] = [];
    const book = new AlarmBook((one) => begun.push(one));
    book.take(robots({ rover: [alarm()] }));
    book.take(robots({ rover: [alarm({ isOver: true })] }));
    expect(book.getAlarms()).toMatchObject([{ isOver: true }]);
    book.dismiss(book.getAlarms()[0]?.id ?? '');
    book.take(robots({ rover: [alarm({ isOver: true })] }));
    expect(book.getAlarms()).toEqual([]);
    book.take(robots({ rover: [alarm({ sinceMs: 9000 })] }));
    expect(book.getAlarms()).toMatchObject([{ sinceMs: 9000 }]);
    expect(begun).toHaveLength(2);
  });
  it('tells nobody of what was over before it began, and draws nothing anew where nothing changed', () => {
    const begun: Alarm[] = [];
    const book = new AlarmBook((one) => begun.push(one));
    let drawn = 0;
    book.subscribe(() => (drawn += 1));
    for (let frame = 0; frame < 3; frame += 1) book.take(robots({ rover: [alarm({ isOver: true })] }));
    expect([begun.length, drawn, book.getAlarms().length]).toEqual([0, 1, 1]);
  });
});
