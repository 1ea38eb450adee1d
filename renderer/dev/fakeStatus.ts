import type { PendingGroup, RobotStatus, StatusFrame } from '../../main/contract/frames.js';
import type { Rung } from '../../main/model/Ladder.js';
import type { Problem } from '../../main/model/Problem.js';
import type { FakeCalls } from './FakeCalls.js';
import type { Story } from './stories.js';

const megabyte = 1024 * 1024;
const startMs = Date.now();
const link: StatusFrame['link'] = { choice: 'auto', detected: false, metered: false, limitBytesPerS: null };
const meteredLink: StatusFrame['link'] = { choice: 'metered', detected: false, metered: true, limitBytesPerS: 50_000 };
const cutMs = startMs - 43 * 60_000;

const offline: Problem = {
  code: 'offline',
  message: 'No internet: wwan0 has no address.',
  nextStep: 'Plug in a cable or join a network; uploads start by themselves when the link is back.',
};
const refused: Problem = {
  code: 'not-authorised',
  message: 'CloudWatch refused the credentials of profile "field": the session has expired.',
  nextStep: 'Run "aws sso login --profile field", then press Flush. Everything stays on disk until then.',
  command: 'aws sso login --profile field',
};

const foundDamaged: RobotStatus['recoveries'][number] = {
  words:
    'the ledger ended in 40 bytes of an unfinished write; a copy is in /home/ada/.local/share/tether/cache/rover-7/aside/ledger-1764547200000.jsonl',
  foundMs: startMs - 3_600_000,
};

export function fakeStatus(story: Story, calls: FakeCalls, nextId: number, atMs: number): StatusFrame {
  const robots = story.robots
    ? [rover(story, calls, nextId, atMs), arm(atMs), ...calls.addedRobots.map((name) => added(name, atMs))]
    : [];
  const home = '/home/ada/.local/share/tether';
  return { type: 'status', atMs, robots, home, rosProblem: null, link: story.metered ? meteredLink : link };
}

function rover(story: Story, calls: FakeCalls, nextId: number, atMs: number): RobotStatus {
  const elapsedS = (atMs - startMs) / 1000;
  const growing = story.link === 'online' ? 0 : Math.floor(elapsedS * 14.7);
  const pendingRecords = Math.max(
    0,
    story.pendingAtStart +
      growing +
      (story.link === 'online' && story.history > 0 ? Math.floor(60 * Math.sin(elapsedS)) : 0),
  );
  const pending = story.pendingAtStart === 0 ? [] : groups(story, calls, pendingRecords, atMs);
  const held = calls.heldSeverities.has('DEBUG') ? Math.floor(pendingRecords * 0.25) : 0;
  const quarantined = story.link === 'offline' ? 3 : 0;
  const cacheBytesMax = 1024 * megabyte;
  const cacheBytes = story.full
    ? cacheBytesMax * 0.998
    : story.link === 'online'
      ? 4.2 * megabyte
      : 212 * megabyte + growing * 180;
  return {
    name: 'rover-7',
    colour: '#3ec6b8',
    demo: true,
    sourceWords: 'ROS 2 · domain 7',
    levelsOff: null,
    isReplay: false,
    connected: story.connected,
    configProblem: story.configError
      ? { code: 'bad-config', message: 'rover-7.yaml has an error on line 12.', nextStep: 'Open Config.' }
      : null,
    hostPid: 4211,
    hostRestarts: 0,
    recordsPerS: story.linesPerS === 0 ? 0 : story.linesPerS * 1.05 + 14,
    receivedLogs: nextId - 1,
    receivedMetrics: story.history === 0 ? 0 : 48_160 + Math.floor(elapsedS * 14),
    lastReceivedMs: story.history === 0 ? null : story.connected ? atMs - 20 : atMs - 130_000,
    samplesNotShown: 0,
    ladder: ladder(story),
    cacheBytes,
    cacheBytesMax,
    fullBy: story.full || story.link === 'online' ? null : 'limit',
    fullInS: story.full || story.link === 'online' ? null : 12_000 - elapsedS,
    cachedRecords: pendingRecords + held,
    pendingRecords: pendingRecords - held,
    pendingLogs: Math.floor((pendingRecords - held) * 0.91),
    pendingMetrics: Math.ceil((pendingRecords - held) * 0.09),
    heldRecords: held,
    quarantinedRecords: quarantined,
    expiredRecords: 0,
    oldestPendingMs: pendingRecords === 0 ? null : story.link === 'online' ? atMs - 4000 : cutMs,
    pending,
    keepsFrom: 'INFO',
    alarms: [],
    sendsTo: sendsTo('rover-7'),
    acknowledgedLogs: story.history === 0 ? 0 : 112_030 + (story.link === 'online' ? nextId : 0),
    acknowledgedMetrics: story.history === 0 ? 0 : 44_000,
    lost: {
      dds: story.link === 'offline' ? 41 : 0,
      host: 0,
      decode: 0,
      evicted: story.full ? 18_204 + growing : 0,
      torn: 0,
      rejected: quarantined,
    },
    evictedForLaptop: 0,
    waitingInMemory: story.disk === 'slow' || story.disk === 'low' ? 8_120 : 0,
    recoveries: story.full && !calls.recoveriesDismissed ? [foundDamaged] : [],
    evicted: story.full
      ? [
          { kind: 'log', severity: 'INFO', records: 15_902 },
          { kind: 'log', severity: 'WARN', records: 311 },
          { kind: 'metric', severity: null, records: 1991 + growing },
        ]
      : [],
    upload: upload(story, calls, atMs),
  };
}

function sendsTo(stream: string): RobotStatus['sendsTo'] {
  return {
    ...{ logs: `field-team-2 / ${stream}`, metrics: 'rovers', account: 'profile field, us-west-2' },
    logDestination: JSON.stringify(['log', 'aws', 'us-west-2', 'field', '', 'field-team-2', stream]),
    metricDestination: JSON.stringify(['metric', 'aws', 'us-west-2', 'field', '', 'rovers']),
    ...{ defaultDimensions: [], region: 'us-west-2', accountId: '111122223333' },
  };
}

function upload(story: Story, calls: FakeCalls, atMs: number): RobotStatus['upload'] {
  const common = {
    sentLogs: 112_030,
    sentMetrics: 44_000,
    flushing: calls.flushing,
    flush: calls.flushing ? { records: 35_932, sent: 12_410 + (Math.floor(atMs / 100) % 9000), refused: 0 } : null,
    paused: calls.paused === null ? null : { records: 35_932, sent: 12_410, refused: 0, filter: calls.paused },
    mode: calls.manual ? ('manual' as const) : ('auto' as const),
    recordsPerS: 0,
    unresolvedLogs: story.unresolved,
    unresolvedMetrics: Math.floor(story.unresolved / 4),
    maybeTwiceLogs: 0,
    maybeTwiceMetrics: 0,
    clockAheadMs: null,
    metered: story.metered ? { sends: ['ERROR' as const], waitingRecords: story.pendingAtStart } : null,
    limitBytesPerS: story.metered ? 50_000 : null,
    wireBytes: 18_400_000,
    wireBytesPerS: story.flushing ? 41_000 : 0,
    retryAtMs: null,
    problem: null,
  };
  if (story.metered && !calls.flushing) {
    return { ...common, state: 'manual', words: 'Metered link: waits for you. 48,211 records' };
  }
  if (calls.manual && story.link === 'online') {
    return { ...common, state: 'manual', words: 'Waiting for you: only a flush sends' };
  }
  switch (story.link) {
    case 'online':
      return story.history === 0
        ? { ...common, state: 'idle', words: 'Nothing waits' }
        : { ...common, state: 'sending', words: 'Sending to field-team-2', recordsPerS: 28.4 };
    case 'offline':
      return {
        ...common,
        state: 'waiting',
        words: 'Waiting for the internet',
        problem: offline,
        retryAtMs: atMs + 30_000 - (atMs % 30_000),
      };
    case 'blocked':
      return { ...common, state: 'blocked', words: 'CloudWatch refuses this account', problem: refused };
  }
}

function ladder(story: Story): Rung[] {
  const rung = (id: Rung['id'], words: string = id, changes: Partial<Rung> = {}): Rung => ({
    id,
    state: 'ok',
    words,
    reason: 'All is well here.',
    nextStep: '',
    sinceMs: startMs - 3_600_000,
    ...changes,
  });
  const silent = story.history === 0;
  return [
    story.connected
      ? rung('robot')
      : rung('robot', 'disconnected', {
          state: 'waiting',
          reason: 'rover-7 was disconnected by you.',
          nextStep: 'Choose Connect in its menu.',
          sinceMs: startMs - 130_000,
        }),
    !story.connected
      ? rung('topics', 'topics', { state: 'unknown' })
      : silent
        ? rung('topics', 'no topics', {
            state: 'waiting',
            reason: 'Nobody publishes /rosout on domain 7.',
            nextStep: "Check the robot's ROS_DOMAIN_ID and that both are on one network.",
            sinceMs: startMs - 20_000,
          })
        : rung('topics'),
    story.full
      ? rung('disk', 'cache full', {
          state: 'warning',
          reason: 'The cache is at its limit of 1 GB: the oldest records go to make room for new ones.',
          nextStep: 'Raise storage_limit in the robot file, or flush where there is a link.',
          sinceMs: startMs - 900_000,
        })
      : story.disk === 'slow'
        ? rung('disk', 'disk slow', {
            state: 'warning',
            reason: 'The disk takes 1.9 s for a commit: 8,120 records wait in memory.',
            nextStep: 'Stop what else writes to it, or move TETHER_HOME to a faster disk.',
            sinceMs: startMs - 20_000,
          })
        : story.disk === 'low'
          ? rung('disk', 'disk nearly full', {
              state: 'failed',
              reason:
                '488 MB are free on the disk: Tether leaves the last 512 MB to the system. New records wait in memory.',
              nextStep: 'Free some space: what waits is written by itself then.',
              sinceMs: startMs - 20_000,
            })
          : rung('disk'),
    story.link === 'offline'
      ? rung('internet', 'no internet', {
          state: 'waiting',
          reason: offline.message,
          nextStep: offline.nextStep,
          sinceMs: cutMs,
        })
      : rung('internet'),
    story.link === 'offline'
      ? rung('account', 'account', { state: 'unknown', reason: 'Cannot be known without internet.' })
      : story.link === 'blocked'
        ? rung('account', 'not authorised', {
            state: 'failed',
            reason: refused.message,
            nextStep: refused.nextStep,
            command: 'aws sso login --profile field',
            sinceMs: cutMs,
          })
        : rung('account'),
  ];
}

function groups(story: Story, calls: FakeCalls, pending: number, atMs: number): PendingGroup[] {
  const oldestMs = story.link === 'online' ? atMs - 4000 : cutMs;
  const group = (severity: PendingGroup['severity'], share: number, bytesEach: number): PendingGroup => ({
    kind: severity === null ? 'metric' : 'log',
    severity,
    state: severity !== null && calls.heldSeverities.has(severity) ? 'held' : 'pending',
    records: Math.ceil(pending * share),
    bytes: Math.ceil(pending * share) * bytesEach,
    oldestMs: oldestMs + (severity === 'FATAL' ? 60_000 : 0),
    newestMs: atMs,
    goesTo: severity === null ? 'rovers' : 'field-team-2 / rover-7',
    account: 'profile field, us-west-2',
    destination: severity === null ? sendsTo('rover-7').metricDestination : sendsTo('rover-7').logDestination,
  });
  const list = [
    group('FATAL', 0.0001, 260),
    group('ERROR', 0.0012, 310),
    group('WARN', 0.0065, 290),
    group('INFO', 0.6513, 240),
    group('DEBUG', 0.2514, 240),
    group(null, 0.0895, 150),
  ];
  if (story.link !== 'offline') return list;
  return [
    ...list,
    {
      ...group('WARN', 0, 1),
      state: 'quarantined',
      records: 3,
      bytes: 2048,
      oldestMs: atMs - 86_400_000,
      newestMs: atMs - 86_000_000,
    },
  ];
}

function arm(atMs: number): RobotStatus {
  return {
    ...blank('arm-2', atMs),
    colour: '#c18bff',
    sourceWords: 'ROS 2 · domain 12',
    levelsOff: null,
    lastReceivedMs: atMs - 128_000,
    samplesNotShown: 0,
  };
}

function added(name: string, atMs: number): RobotStatus {
  return blank(name, atMs);
}

function blank(name: string, atMs: number): RobotStatus {
  const rung = (id: Rung['id']): Rung => ({
    id,
    state: 'ok',
    words: id,
    reason: '',
    nextStep: '',
    sinceMs: atMs - 60_000,
  });
  return {
    name,
    colour: '#f0b35a',
    demo: false,
    sourceWords: 'ROS 2 · domain 3',
    levelsOff: null,
    isReplay: false,
    connected: true,
    configProblem: null,
    hostPid: null,
    hostRestarts: 0,
    recordsPerS: 0,
    receivedLogs: 0,
    receivedMetrics: 0,
    lastReceivedMs: null,
    samplesNotShown: 0,
    ladder: [
      rung('robot'),
      { ...rung('topics'), state: 'waiting', words: 'no topics', reason: 'Nobody publishes /rosout there.' },
      rung('disk'),
      rung('internet'),
      rung('account'),
    ],
    cacheBytes: 0,
    cacheBytesMax: 1024 * megabyte,
    fullInS: null,
    fullBy: null,
    cachedRecords: 0,
    pendingRecords: 0,
    pendingLogs: 0,
    pendingMetrics: 0,
    heldRecords: 0,
    quarantinedRecords: 0,
    expiredRecords: 0,
    oldestPendingMs: null,
    pending: [],
    keepsFrom: 'INFO',
    alarms: [],
    sendsTo: sendsTo(name),
    acknowledgedLogs: 0,
    acknowledgedMetrics: 0,
    lost: {},
    evicted: [],
    evictedForLaptop: 0,
    recoveries: [],
    waitingInMemory: 0,
    upload: {
      state: 'idle',
      mode: 'auto',
      words: 'Nothing waits',
      problem: null,
      retryAtMs: null,
      sentLogs: 0,
      sentMetrics: 0,
      recordsPerS: 0,
      flushing: false,
      unresolvedLogs: 0,
      unresolvedMetrics: 0,
      maybeTwiceLogs: 0,
      maybeTwiceMetrics: 0,
      metered: null,
      limitBytesPerS: null,
      wireBytes: 0,
      wireBytesPerS: 0,
      clockAheadMs: null,
      flush: null,
      paused: null,
    },
  };
}
