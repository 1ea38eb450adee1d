import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  type InputLogEvent,
  type PutLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, startTestCloud, type TestCloud } from '../testClients.js';

const NOW_MS = Date.UTC(2026, 5, 1, 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GROUP = 'field/rover-1';
const STREAM = 'rosout';

let test: TestCloud;
let streamNumber = 0;
let stream = STREAM;

beforeAll(async () => {
  test = await startTestCloud({ clock: { nowMs: () => NOW_MS } });
  await test.logs.send(new CreateLogGroupCommand({ logGroupName: GROUP }));
});

afterAll(() => test.stop());

beforeEach(async () => {
  streamNumber += 1;
  stream = `${STREAM}-${streamNumber}`;
  await test.logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: stream }));
});

function put(
  logEvents: InputLogEvent[],
  logGroupName = GROUP,
  logStreamName = stream,
): Promise<PutLogEventsCommandOutput> {
  return test.logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

function at(offsetMs: number, message = 'hello'): InputLogEvent {
  return { timestamp: NOW_MS + offsetMs, message };
}

describe('PutLogEvents: rules that fail the whole call', () => {
  const many = (count: number): InputLogEvent[] => Array.from({ length: count }, (_, index) => at(index, 'm'));
  const cases: readonly [what: string, events: InputLogEvent[], text: RegExp][] = [
    ['no events', [], /length greater than or equal to 1/],
    ['10,001 events', many(10_001), /less than or equal to 10000/],
    ['an empty message', [at(0, '')], /logEvents\.1\.member\.message/],
    ['a negative timestamp', [{ timestamp: -1, message: 'x' }], /greater than or equal to 0/],
    ['an event one byte over 1 MiB', [at(0, 'x'.repeat(1_048_576 - 26 + 1))], /Log event too large: 1048577 bytes/],
    [
      'a batch one byte over 1 MiB',
      [at(0, 'x'.repeat(600_000)), at(1, 'x'.repeat(1_048_576 - 600_000 - 52 + 1))],
      /Upload too large: 1048577 bytes/,
    ],
    ['bytes counted as UTF-8', [at(0, '€'.repeat(349_526))], /Log event too large/],
    ['falling timestamps', [at(1), at(0)], /chronological order/],
    ['a span over 24 hours', [at(-DAY_MS - 1), at(0)], /cannot span more than 24 hours/],
  ];
  it.each(cases)('%s', async (_what, events, text) => {
    const error = await failureOf(put(events));
    expect(error.name).toBe('InvalidParameterException');
    expect(error.message).toMatch(text);
    expect(test.cloud.logEvents(GROUP, stream)).toEqual([]);
  });

  it('takes what lies exactly on the limits', async () => {
    await put(many(10_000));
    await put([at(0, 'x'.repeat(1_048_576 - 26))]);
    await put([at(0, 'x'.repeat(600_000)), at(1, 'x'.repeat(1_048_576 - 600_000 - 52))]);
    await put([at(-DAY_MS), at(0)]);
    await put([at(0), at(0)]);
    expect(test.cloud.logEvents(GROUP, stream)).toHaveLength(10_007);
  });

  it('counts the span over valid events only', async () => {
    const output = await put([at(-20 * DAY_MS), at(-1), at(3 * HOUR_MS)]);
    expect(output.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
  });

  it('names the missing group and stream', async () => {
    const noGroup = await failureOf(put([at(0)], 'nowhere'));
    const noStream = await failureOf(put([at(0)], GROUP, 'nowhere'));
    expect([noGroup.name, noGroup.message]).toEqual([
      'ResourceNotFoundException',
      'The specified log group does not exist.',
    ]);
    expect([noStream.name, noStream.message]).toEqual([
      'ResourceNotFoundException',
      'The specified log stream does not exist.',
    ]);
  });
});

describe('PutLogEvents: events rejected one by one', () => {
  const cases: readonly [what: string, offsets: number[], info: object | undefined, accepted: number[]][] = [
    ['exactly 14 days old is taken', [-14 * DAY_MS], undefined, [-14 * DAY_MS]],
    ['1 ms older is not', [-14 * DAY_MS - 1], { tooOldLogEventEndIndex: 1 }, []],
    ['exactly 2 hours ahead is taken', [2 * HOUR_MS], undefined, [2 * HOUR_MS]],
    ['1 ms further is not', [2 * HOUR_MS + 1], { tooNewLogEventStartIndex: 0 }, []],
    [
      'a head and a tail',
      [-15 * DAY_MS, -14 * DAY_MS - 1, -5, 0, 3 * HOUR_MS, 4 * HOUR_MS],
      { tooOldLogEventEndIndex: 2, tooNewLogEventStartIndex: 4 },
      [-5, 0],
    ],
  ];
  it.each(cases)('%s', async (_what, offsets, info, accepted) => {
    const output = await put(offsets.map((offset) => at(offset)));
    expect(output.rejectedLogEventsInfo).toEqual(info);
    expect(test.cloud.logEvents(GROUP, stream).map((event) => event.timestamp - NOW_MS)).toEqual(accepted);
  });

  it('rejects what is older than the retention as expired', async () => {
    await test.logs.send(new CreateLogGroupCommand({ logGroupName: 'short' }));
    await test.logs.send(new CreateLogStreamCommand({ logGroupName: 'short', logStreamName: 's' }));
    await test.logs.send(new PutRetentionPolicyCommand({ logGroupName: 'short', retentionInDays: 3 }));
    const output = await put([at(-15 * DAY_MS), at(-3 * DAY_MS - 1), at(-3 * DAY_MS)], 'short', 's');
    expect(output.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, expiredLogEventEndIndex: 2 });
    expect(test.cloud.logEvents('short').map((event) => event.timestamp - NOW_MS)).toEqual([-3 * DAY_MS]);
  });

  it('counts accepted, rejected and duplicate events', async () => {
    const before = test.cloud.stats();
    await put([at(-15 * DAY_MS), at(0, 'a'), at(0, 'b'), at(3 * HOUR_MS)]);
    await put([at(0, 'a'), at(0, 'b'), at(0, 'c')]);
    const after = test.cloud.stats();
    expect(after.eventsAccepted - before.eventsAccepted).toBe(5);
    expect(after.eventsTooOld - before.eventsTooOld).toBe(1);
    expect(after.eventsTooNew - before.eventsTooNew).toBe(1);
    expect(after.eventsDuplicate - before.eventsDuplicate).toBe(2);
  });
});

describe('groups and streams', () => {
  const badGroupNames = ['', 'with space', 'colon:here', 'star*', 'ünder', 'x'.repeat(513)];
  it.each(badGroupNames)('refuses the group name %j', async (logGroupName) => {
    expect((await failureOf(test.logs.send(new CreateLogGroupCommand({ logGroupName })))).name).toBe(
      'InvalidParameterException',
    );
  });

  it.each(['', 'colon:here', 'star*', 'x'.repeat(513)])('refuses the stream name %j', async (logStreamName) => {
    const command = new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName });
    expect((await failureOf(test.logs.send(command))).name).toBe('InvalidParameterException');
  });

  it.each(['a.b-c_d/e#F9', 'x'.repeat(512)])('takes the group name %j', async (logGroupName) => {
    await test.logs.send(new CreateLogGroupCommand({ logGroupName }));
    await test.logs.send(new DeleteLogGroupCommand({ logGroupName }));
  });

  it('says what is there already and what is not', async () => {
    const again = new CreateLogGroupCommand({ logGroupName: GROUP });
    const streamAgain = new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: stream });
    expect((await failureOf(test.logs.send(again))).name).toBe('ResourceAlreadyExistsException');
    expect((await failureOf(test.logs.send(streamAgain))).name).toBe('ResourceAlreadyExistsException');
    const streamOfNone = new CreateLogStreamCommand({ logGroupName: 'none', logStreamName: 's' });
    expect((await failureOf(test.logs.send(streamOfNone))).name).toBe('ResourceNotFoundException');
    expect((await failureOf(test.logs.send(new DeleteLogGroupCommand({ logGroupName: 'none' })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  it('deletes a group with its streams', async () => {
    await test.logs.send(new CreateLogGroupCommand({ logGroupName: 'gone' }));
    await test.logs.send(new CreateLogStreamCommand({ logGroupName: 'gone', logStreamName: 's' }));
    await test.logs.send(new DeleteLogGroupCommand({ logGroupName: 'gone' }));
    expect(test.cloud.logGroupNames()).not.toContain('gone');
  });

  it.each([0, 2, 31, 3654])('refuses %i days of retention', async (retentionInDays) => {
    const command = new PutRetentionPolicyCommand({ logGroupName: GROUP, retentionInDays });
    expect((await failureOf(test.logs.send(command))).name).toBe('InvalidParameterException');
  });

  it('describes groups in pages, with region, retention and tags taken', async () => {
    for (const name of ['page/c', 'page/a', 'page/b']) {
      await test.logs.send(new CreateLogGroupCommand({ logGroupName: name, tags: { team: 'field' } }));
    }
    await test.logs.send(new PutRetentionPolicyCommand({ logGroupName: 'page/a', retentionInDays: 30 }));
    const first = await test.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: 'page/', limit: 2 }));
    const second = await test.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: 'page/', limit: 2, nextToken: first.nextToken }),
    );
    expect(first.logGroups?.map((group) => group.logGroupName)).toEqual(['page/a', 'page/b']);
    expect(second.logGroups?.map((group) => group.logGroupName)).toEqual(['page/c']);
    expect(second.nextToken).toBeUndefined();
    expect(first.logGroups?.[0]).toMatchObject({
      retentionInDays: 30,
      creationTime: NOW_MS,
      arn: 'arn:aws:logs:eu-central-1:000000000000:log-group:page/a:*',
    });
    const resourceArn = first.logGroups?.[0]?.logGroupArn;
    await test.logs.send(new TagResourceCommand({ resourceArn, tags: { robot: 'rover' } }));
    const unknown = new TagResourceCommand({ resourceArn: `${resourceArn ?? ''}x`, tags: { a: 'b' } });
    expect((await failureOf(test.logs.send(unknown))).name).toBe('ResourceNotFoundException');
  });

  it('describes streams by name and by last event', async () => {
    await test.logs.send(new CreateLogGroupCommand({ logGroupName: 'order' }));
    for (const [name, offset] of [
      ['a', -1000],
      ['b', 0],
      ['c', -2000],
    ] as const) {
      await test.logs.send(new CreateLogStreamCommand({ logGroupName: 'order', logStreamName: name }));
      await put([at(offset)], 'order', name);
    }
    const names = async (input: object): Promise<unknown[] | undefined> => {
      const output = await test.logs.send(new DescribeLogStreamsCommand({ logGroupName: 'order', ...input }));
      return output.logStreams?.map((found) => found.logStreamName);
    };
    expect(await names({})).toEqual(['a', 'b', 'c']);
    expect(await names({ descending: true, limit: 2 })).toEqual(['c', 'b']);
    expect(await names({ orderBy: 'LastEventTime', descending: true })).toEqual(['b', 'a', 'c']);
    expect(await names({ logStreamNamePrefix: 'b' })).toEqual(['b']);
    const both = new DescribeLogStreamsCommand({
      logGroupName: 'order',
      orderBy: 'LastEventTime',
      logStreamNamePrefix: 'b',
    });
    expect((await failureOf(test.logs.send(both))).name).toBe('InvalidParameterException');
    const tooMany = new DescribeLogStreamsCommand({ logGroupName: 'order', limit: 51 });
    expect((await failureOf(test.logs.send(tooMany))).name).toBe('InvalidParameterException');
  });
});

describe('reading', () => {
  const messages = (events: readonly { message?: string | undefined }[] | undefined): unknown[] =>
    (events ?? []).map((event) => event.message);

  it('GetLogEvents walks forward and back, and stays at the ends', async () => {
    await put(Array.from({ length: 5 }, (_, index) => at(index, `m${index}`)));
    const get = (input: object): Promise<{ events?: unknown; nextForwardToken?: string; nextBackwardToken?: string }> =>
      test.logs.send(new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: stream, ...input })) as never;
    const first = await get({ startFromHead: true, limit: 2 });
    const second = await get({ startFromHead: true, limit: 2, nextToken: first.nextForwardToken });
    const third = await get({ startFromHead: true, limit: 2, nextToken: second.nextForwardToken });
    const end = await get({ startFromHead: true, limit: 2, nextToken: third.nextForwardToken });
    expect([first, second, third, end].map((page) => messages(page.events as never))).toEqual([
      ['m0', 'm1'],
      ['m2', 'm3'],
      ['m4'],
      [],
    ]);
    expect(end.nextForwardToken).toBe(third.nextForwardToken);
    const back = await get({ limit: 2, nextToken: third.nextBackwardToken });
    expect(messages(back.events as never)).toEqual(['m2', 'm3']);
    const latest = await get({ limit: 2 });
    expect(messages(latest.events as never)).toEqual(['m3', 'm4']);
    const ranged = await get({ startFromHead: true, startTime: NOW_MS + 1, endTime: NOW_MS + 3 });
    expect(messages(ranged.events as never)).toEqual(['m1', 'm2']);
    await put([at(9, 'late')]);
    const more = await get({ startFromHead: true, nextToken: end.nextForwardToken });
    expect(messages(more.events as never)).toEqual(['late']);
    const bad = await failureOf(get({ nextToken: 'nonsense' }));
    expect(bad.name).toBe('InvalidParameterException');
  });

  it('GetLogEvents pages end at 1 MB', async () => {
    for (let index = 0; index < 3; index += 1) await put([at(index, `${index}`.repeat(600_000))]);
    const page = await test.logs.send(
      new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: stream, startFromHead: true }),
    );
    expect(page.events).toHaveLength(1);
  });

  it('puts events that come late into their place', async () => {
    await put([at(10, 'new')]);
    await put([at(-10, 'old'), at(5, 'middle')]);
    const page = await test.logs.send(
      new GetLogEventsCommand({ logGroupName: GROUP, logStreamName: stream, startFromHead: true }),
    );
    expect(messages(page.events)).toEqual(['old', 'middle', 'new']);
  });

  it('FilterLogEvents merges streams by time, in pages', async () => {
    await test.logs.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: `${stream}-b` }));
    await put([at(0, 'a0'), at(2, 'a2'), at(4, 'a4')]);
    await put([at(1, 'b1'), at(3, 'b3')], GROUP, `${stream}-b`);
    const found: unknown[] = [];
    const ids = new Set<unknown>();
    let nextToken: string | undefined;
    do {
      const page = await test.logs.send(
        new FilterLogEventsCommand({ logGroupName: GROUP, logStreamNamePrefix: stream, limit: 2, nextToken }),
      );
      expect(page.searchedLogStreams).toEqual([]);
      found.push(...messages(page.events));
      page.events?.forEach((event) => ids.add(event.eventId));
      ({ nextToken } = page);
    } while (nextToken !== undefined);
    expect(found).toEqual(['a0', 'b1', 'a2', 'b3', 'a4']);
    expect(ids.size).toBe(5);
    const newestFirst = await test.logs.send(
      new FilterLogEventsCommand({
        logGroupIdentifier: `arn:aws:logs:eu-central-1:000000000000:log-group:${GROUP}`,
        logStreamNames: [stream],
        startTime: NOW_MS + 1,
        endTime: NOW_MS + 4,
        startFromHead: false,
      }),
    );
    expect(messages(newestFirst.events)).toEqual(['a4', 'a2']);
  });

  const text = 'motor fault "E-42" at joint_3, id=0007';
  const patterns: readonly [pattern: string, matches: boolean][] = [
    ['', true],
    ['motor', true],
    ['Motor', false],
    ['motor fault', true],
    ['motor absent', false],
    ['"fault \\"E-42\\" at"', true],
    ['"id=0007"', true],
    ['"id=0008"', false],
    ['motor -absent', true],
    ['motor -fault', false],
    ['?absent ?joint_3', true],
    ['?absent ?missing', false],
  ];
  it.each(patterns)('filter pattern %j matches: %s', async (filterPattern, matches) => {
    await put([at(0, text)]);
    const page = await test.logs.send(
      new FilterLogEventsCommand({ logGroupName: GROUP, logStreamNames: [stream], filterPattern }),
    );
    expect(page.events?.length).toBe(matches ? 1 : 0);
  });

  const refused = [
    '{ $.level = "ERROR" }',
    '[ip, user]',
    '%fault%',
    '"open',
    'a.b',
    '?one two',
    '""',
    'x'.repeat(1025),
  ];
  it.each(refused)('refuses the filter pattern %j', async (filterPattern) => {
    const command = new FilterLogEventsCommand({ logGroupName: GROUP, filterPattern });
    expect((await failureOf(test.logs.send(command))).name).toBe('InvalidParameterException');
  });

  const badFilters: readonly [what: string, input: object, name: string][] = [
    [
      'names and prefix',
      { logGroupName: GROUP, logStreamNames: ['a'], logStreamNamePrefix: 'a' },
      'InvalidParameterException',
    ],
    ['an unknown stream', { logGroupName: GROUP, logStreamNames: ['nowhere'] }, 'ResourceNotFoundException'],
    ['name and identifier', { logGroupName: GROUP, logGroupIdentifier: GROUP }, 'InvalidParameterException'],
    ['neither', {}, 'InvalidParameterException'],
    ['limit 0', { logGroupName: GROUP, limit: 0 }, 'InvalidParameterException'],
    ['limit 10,001', { logGroupName: GROUP, limit: 10_001 }, 'InvalidParameterException'],
    ['newest first from before 2024', { logGroupName: GROUP, startFromHead: false }, 'InvalidParameterException'],
    ['an unknown group', { logGroupName: 'none' }, 'ResourceNotFoundException'],
  ];
  it.each(badFilters)('FilterLogEvents refuses %s', async (_what, input, name) => {
    expect((await failureOf(test.logs.send(new FilterLogEventsCommand(input)))).name).toBe(name);
  });
});

it('refuses an operation that it does not answer, by name', async () => {
  const error = await failureOf(test.logs.send(new ListTagsForResourceCommand({ resourceArn: 'arn:aws:logs:x' })));
  expect(error.name).toBe('UnknownOperationException');
  expect(error.message).toContain('ListTagsForResource');
});
