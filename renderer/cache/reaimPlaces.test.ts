import { describe, expect, it } from 'vitest';
import type { RobotStatus } from '../../main/contract/frames.js';
import { destinationKey, type CloudAccount } from '../../main/model/Destination.js';
import { destinationsBut, reaimPlaces } from './reaimPlaces.js';
import { reasonsOf } from './reasonsOf.js';

const account: CloudAccount = { cloud: 'aws', region: 'us-west-2', profile: 'field', endpoint: '' };
const logs = (group: string): string => destinationKey({ kind: 'log', account, group, stream: 'rover' });
const metrics = (namespace: string): string => destinationKey({ kind: 'metric', account, namespace });

/** The parts of a status that are looked at. */
function robot(name: string, logGroup: string, namespace: string, ...onDisk: string[]): RobotStatus {
  return {
    name,
    sendsTo: {
      ...{ logs: `${logGroup} / rover`, metrics: namespace, account: 'field' },
      ...{ logDestination: logs(logGroup), metricDestination: metrics(namespace) },
    },
    pending: onDisk.map((destination) => ({ destination, goesTo: destination, account: 'field' })),
  } as unknown as RobotStatus;
}

describe('places to send records to', () => {
  it('offers none where all of them go already', () => {
    const own = robot('rover', 'new', 'rovers', logs('new'), metrics('rovers'));
    expect(
      reaimPlaces(
        own,
        [own],
        new Map([
          [logs('new'), 12],
          [metrics('rovers'), 3],
        ]),
      ),
    ).toEqual([]);
  });

  it('offers the file’s own place first, for those that go elsewhere, and counts only these', () => {
    const own = robot('rover', 'new', 'rovers', logs('old'), logs('new'), metrics('rovers'));
    const places = reaimPlaces(
      own,
      [own],
      new Map([
        [logs('old'), 12],
        [logs('new'), 5],
        [metrics('rovers'), 3],
      ]),
    );
    expect(places).toMatchObject([
      { destination: logs('new'), records: 12, source: 'as the robot file says now' },
      { destination: logs('old'), records: 5 },
    ]);
    const [first] = places;
    if (first === undefined) throw new Error('no place');
    expect(
      destinationsBut(
        new Map([
          [logs('old'), 12],
          [logs('new'), 5],
          [metrics('rovers'), 3],
        ]),
        first,
      ),
    ).toEqual([logs('old')]);
  });

  it('offers what the files of other robots name, each place once', () => {
    const own = robot('rover', 'new', 'rovers', metrics('rovers'));
    const others = [own, robot('arm', 'arms', 'rovers'), robot('leg', 'legs', 'legs')];
    expect(reaimPlaces(own, others, new Map([[metrics('rovers'), 3]]))).toMatchObject([
      { destination: metrics('legs'), kind: 'metric', records: 3, source: 'as the file of leg says' },
    ]);
  });
});

it('reasons are told once, whatever figures are in them', () => {
  const rows = ['31 dimensions; CloudWatch takes 30.', 'NaN', '34 dimensions; CloudWatch takes 30.'].map((reason) => ({
    reason,
  }));
  expect(reasonsOf(rows)).toEqual([
    { reason: '31 dimensions; CloudWatch takes 30.', records: 2 },
    { reason: 'NaN', records: 1 },
  ]);
});
