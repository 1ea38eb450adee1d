import { describe, expect, test } from 'vitest';
import type { RungId } from '../model/Ladder.js';
import type { CacheUsage } from '../seams/Cache.js';
import type { SourceStatus, TopicStatus } from '../seams/RobotSource.js';
import { ManualClock } from '../upload/ManualClock.test-support.js';
import { LadderKeeper } from './LadderKeeper.js';
import { ladderOf, type LadderFacts } from './ladderOf.js';

const nowNs = 1_800_000_000_000_000_000n;

function secondsAgo(seconds: number): bigint {
  return nowNs - BigInt(seconds) * 1_000_000_000n;
}

function topic(name: string, changes: Partial<TopicStatus> = {}): TopicStatus {
  return {
    ...{ topic: name, schemaName: 'rcl_interfaces/msg/Log', publishers: 2, messages: 40 },
    lastReceivedNs: secondsAgo(1),
    ...changes,
  };
}

const source: SourceStatus = {
  ...{ state: 'receiving', reason: '2 publishers on ROS domain 7', nextStep: '', hostPid: 12, restarts: 0 },
  topics: [topic('/rosout')],
};

const usage: CacheUsage = {
  ...{
    bytes: 10,
    bytesMax: 1_000,
    bytesMaxCause: 'robot-limit',
    cachedRecords: 0,
    pendingRecords: 0,
    heldRecords: 0,
    quarantinedRecords: 0,
  },
  ...{
    expiredRecords: 0,
    acknowledgedLogs: 0,
    acknowledgedMetrics: 0,
    lost: {},
    evicted: [],
    evictedForLaptop: 0,
    waitingInMemory: 0,
    deletedUndoable: 0,
    lostWaiting: 0,
    recoveries: [],
  },
  ...{ oldestPendingNs: null, newestPendingNs: null, problem: null, slowness: null },
};

const well: LadderFacts = {
  ...{ robot: 'rover', source, usage, nowNs, hostReturnedWords: null },
  ...{ recentLoss: null, recentDiskLoss: null, others: { namespace: '', logs: 0 } },
  metered: null,
  clockAheadMs: null,
  link: {
    reachable: true,
    accountId: '123456789012',
    region: 'us-west-2',
    problem: null,
    notAuthorised: false,
    cloud: 'aws',
  },
};

function withSource(changes: Partial<SourceStatus>): LadderFacts {
  return { ...well, source: { ...source, ...changes } };
}

function withUsage(changes: Partial<CacheUsage>): LadderFacts {
  return { ...well, usage: { ...usage, ...changes } };
}

function withLink(changes: Partial<LadderFacts['link']>): LadderFacts {
  return { ...well, link: { ...well.link, ...changes } };
}

function found(words: string): CacheUsage['recoveries'][number] {
  return { words, foundMs: 1_800_000_000_000 };
}

const offline = { code: 'offline', message: 'The name cannot be looked up.', nextStep: 'Check the network.' };
const expired = { code: 'not-authorised', message: 'The token has expired.', nextStep: 'Sign in again.' };

const cases: [what: string, facts: LadderFacts, rung: RungId, state: string, words: string, said: RegExp][] = [
  ['all is well', well, 'robot', 'ok', 'robot', /^2 publishers on ROS domain 7$/],
  ['heard without a reason', withSource({ reason: '' }), 'robot', 'ok', 'robot', /heard/],
  ['starting', withSource({ state: 'starting', reason: 'joining' }), 'robot', 'waiting', 'connecting', /^joining$/],
  [
    'starting again',
    withSource({ state: 'starting', restarts: 1, reason: 'it ended' }),
    ...(['robot', 'warning', 'robot host restarting', /^it ended$/] as const),
  ],
  ['waiting', withSource({ state: 'waiting', reason: 'silence' }), 'robot', 'waiting', 'no robot heard', /^silence$/],
  ['stopped', withSource({ state: 'stopped' }), 'robot', 'unknown', 'not connected', /Connect it/],
  [
    'failed',
    withSource({ state: 'failed', nextStep: 'npm run setup' }),
    'robot',
    'failed',
    'cannot connect',
    /npm run setup/,
  ],
  [
    'back after a restart',
    { ...well, hostReturnedWords: 'It was started again.' },
    ...(['robot', 'warning', 'robot host restarted', /^It was started again\.$/] as const),
  ],

  ['topics heard', well, 'topics', 'ok', 'topics', /\/rosout \(2 publishers, 40 messages\)/],
  ...(['starting', 'stopped', 'failed'] as const).map((state): (typeof cases)[number] => [
    `topics while ${state}`,
    withSource({ state }),
    ...(['topics', 'unknown', 'topics', /once the robot is heard/] as const),
  ]),
  [
    'nobody publishes',
    withSource({ state: 'waiting', topics: [topic('/rosout', { publishers: 0 }), topic('/m', { publishers: 0 })] }),
    ...(['topics', 'waiting', 'no publishers', /Nothing publishes on \/rosout, \/m.*domain id/] as const),
  ],
  ['no topic at all', withSource({ topics: [] }), 'topics', 'waiting', 'no publishers', /on no topic/],
  [
    'one topic has no publisher',
    withSource({ topics: [topic('/rosout'), topic('/metrics', { publishers: 0, messages: 0, lastReceivedNs: null })] }),
    ...(['topics', 'ok', 'topics', /Heard: \/rosout .*Nothing publishes on \/metrics\./] as const),
  ],
  [
    'not silent for long',
    withSource({ topics: [topic('/rosout', { lastReceivedNs: secondsAgo(14) })] }),
    ...(['topics', 'ok', 'topics', /Heard/] as const),
  ],
  [
    'silent',
    withSource({ topics: [topic('/a', { lastReceivedNs: secondsAgo(90) }), topic('/b', { lastReceivedNs: null })] }),
    ...(['topics', 'warning', 'silent 90 s', /nothing came for 90 s.*still runs/] as const),
  ],
  [
    'one topic is silent, another is not',
    withSource({ topics: [topic('/a', { lastReceivedNs: secondsAgo(90) }), topic('/b')] }),
    ...(['topics', 'ok', 'topics', /Heard/] as const),
  ],
  [
    'matched, and nothing came yet',
    withSource({ topics: [topic('/a', { messages: 0, lastReceivedNs: null })] }),
    ...(['topics', 'ok', 'topics', /0 messages/] as const),
  ],

  ['the disk takes records', well, 'disk', 'ok', 'disk', /on disk/],
  [
    'the disk does not',
    withUsage({ problem: { code: 'disk-full', message: 'The disk is full.', nextStep: 'Make room.' }, bytes: 1_000 }),
    ...(['disk', 'failed', 'disk not writing', /^The disk is full\. Make room\.$/] as const),
  ],
  [
    'the disk has too little left',
    withUsage({ problem: { code: 'disk-low', message: 'Only 9 MB are free.', nextStep: 'Free space.' } }),
    ...(['disk', 'failed', 'disk nearly full', /^Only 9 MB are free\. Free space\.$/] as const),
  ],
  [
    'the disk is slow',
    withUsage({ slowness: { code: 'disk-slow', message: 'It takes 1.0 s.', nextStep: 'See what writes.' } }),
    ...(['disk', 'warning', 'disk slow', /^It takes 1\.0 s\. See what writes\.$/] as const),
  ],
  [
    'the disk does not, and memory is full',
    withUsage({ problem: { code: 'disk-low', message: 'Only 9 MB are free.', nextStep: 'Now.' }, lostWaiting: 7 }),
    ...(['disk', 'failed', 'records are lost', /^Only 9 MB are free\. Now\.$/] as const),
  ],
  [
    'the disk is slow, and memory is full',
    withUsage({ slowness: { code: 'disk-slow', message: 'It takes 1.0 s.', nextStep: 'See.' }, lostWaiting: 7 }),
    ...(['disk', 'failed', 'records are lost', /^It takes 1\.0 s\. See\.$/] as const),
  ],
  [
    'records went for want of memory a moment ago',
    { ...well, recentDiskLoss: { count: 12, reason: 'the disk did not take them' } },
    ...([
      'disk',
      'warning',
      '12 lost',
      /^12 records of the last minute.*did not take them.*takes records again/,
    ] as const),
  ],
  [
    'the cache is full and records went',
    withUsage({ bytes: 980, lost: { evicted: 34 } }),
    ...(['disk', 'warning', 'cache full', /34 records were dropped.*storage_limit/] as const),
  ],
  [
    'the cache is full, nothing went yet',
    withUsage({ bytes: 970 }),
    'disk',
    'warning',
    'cache full',
    /new ones\. Flush/,
  ],
  ['records went once, there is room now', withUsage({ lost: { evicted: 34 } }), 'disk', 'ok', 'disk', /on disk/],
  [
    'damage was found when the cache was opened',
    withUsage({ recoveries: [found('3 bytes of segment 4'), found('the ledger ended in 9 bytes')] }),
    ...(['disk', 'warning', 'damage was mended', /2 such findings.*the ledger ended in 9 bytes.*dismiss/] as const),
  ],
  [
    'damage was found, and the cache is full now',
    withUsage({ recoveries: [found('3 bytes of segment 4')], bytes: 980 }),
    ...(['disk', 'warning', 'cache full', /new ones/] as const),
  ],
  ['a cache without a limit known', withUsage({ bytes: 10, bytesMax: 0 }), 'disk', 'ok', 'disk', /on disk/],

  ['online', well, 'internet', 'ok', 'internet', /^CloudWatch answers\.$/],
  ['not tried', withLink({ reachable: null }), 'internet', 'unknown', 'internet', /not tried yet/],
  [
    'offline',
    withLink({ reachable: false, problem: offline }),
    ...(['internet', 'failed', 'no internet', /^The name cannot be looked up\. Check the network\.$/] as const),
  ],
  [
    'offline, no reason known',
    withLink({ reachable: false }),
    'internet',
    'failed',
    'no internet',
    /cannot be reached/,
  ],
  ['local', withLink({ cloud: 'local' }), 'internet', 'ok', 'local link', /the local CloudWatch answers/],
  ['local, away', withLink({ cloud: 'local', reachable: false }), 'internet', 'failed', 'no link', /local CloudWatch/],

  ['known', well, 'account', 'ok', 'account 123456789012', /accepted/],
  ['accepted without a number', withLink({ accountId: null }), 'account', 'ok', 'account', /accepted/],
  ['local account', withLink({ cloud: 'local' }), 'account', 'ok', 'local, not AWS', /on this laptop/],
  [
    'refused',
    withLink({ notAuthorised: true, problem: expired }),
    ...(['account', 'failed', 'not authorised', /^The token has expired\. Sign in again\.$/] as const),
  ],
  ['unknown while offline', withLink({ reachable: false }), 'account', 'unknown', 'account', /once CloudWatch answers/],
  ['unknown before the first try', withLink({ reachable: null }), 'account', 'unknown', 'account', /once CloudWatch/],
];

describe('ladderOf', () => {
  test.each(cases)('%s', (_what, facts, id, state, words, said) => {
    const rung = ladderOf(facts)[id];
    expect(rung).toMatchObject({ state, words });
    expect(`${rung.reason} ${rung.nextStep}`.trim()).toMatch(said);
  });

  test('a rung that failed or warns says why', () => {
    for (const [, facts] of cases) {
      for (const rung of Object.values(ladderOf(facts))) expect(rung.reason).not.toBe('');
    }
  });

  test('refused credentials are no matter of the internet', () => {
    expect(ladderOf(withLink({ notAuthorised: true, problem: expired })).internet.state).toBe('ok');
  });
});

test('the rung of mended damage brings the command that looks at all files', () => {
  expect(ladderOf(withUsage({ recoveries: [found('3 bytes')] })).disk.command).toBe('tether cache check --robot rover');
});

describe('LadderKeeper', () => {
  test('a rung keeps its time while its state stays, whatever its words', async () => {
    const clock = new ManualClock(nowNs);
    const keeper = new LadderKeeper(clock);
    const since = (facts: LadderFacts): Record<string, number> =>
      Object.fromEntries(
        keeper.update(ladderOf(facts)).map(({ id, sinceMs }) => [id, sinceMs - Number(nowNs / 1_000_000n)]),
      );
    expect(since(well)).toEqual({ robot: 0, topics: 0, disk: 0, internet: 0, account: 0 });
    await clock.advance(5_000);
    const away = withLink({ reachable: false });
    expect(since(away)).toEqual({ robot: 0, topics: 0, disk: 0, internet: 5_000, account: 5_000 });
    await clock.advance(5_000);
    expect(since(withLink({ reachable: false, problem: offline }))).toMatchObject({ internet: 5_000 });
    await clock.advance(5_000);
    expect(since(well)).toEqual({ robot: 0, topics: 0, disk: 0, internet: 15_000, account: 15_000 });
  });

  test('rungs come in the order of the ladder, with the words of now', () => {
    const rungs = new LadderKeeper(new ManualClock(nowNs)).update(ladderOf(well));
    expect(rungs.map(({ id }) => id)).toEqual(['robot', 'topics', 'disk', 'internet', 'account']);
    expect(rungs.at(-1)).toMatchObject({ words: 'account 123456789012' });
  });
});

test('what was lost on the way within the last minute is said where the topics are', () => {
  const facts = withSource({ topics: [topic('/rosout', { lost: 50 })] });
  const { topics } = ladderOf({ ...facts, recentLoss: { count: 41, reason: 'DDS history (/rosout)' } });
  expect(topics).toMatchObject({ state: 'warning', words: '41 lost' });
  expect(topics.reason).toContain('41 lost in the last minute, most of them: DDS history (/rosout)');
  expect(topics.reason).toContain('/rosout (2 publishers, 40 messages, 50 lost on the way)');
  expect(topics.nextStep).toContain('link');
  // Those of long ago are counted, but no reason to worry now.
  expect(ladderOf(facts).topics).toMatchObject({ state: 'ok', words: 'topics' });
});

test('a publisher by which all are heard with less is named where the topics are', () => {
  const facts = withSource({ topics: [topic('/rosout', { lowered: 'odd publishes best effort.' })] });
  expect(ladderOf(facts).topics).toMatchObject({ state: 'ok' });
  expect(ladderOf(facts).topics.reason).toContain(' On /rosout, odd publishes best effort.');
});
