import type { RobotStatus } from '../contract/frames.js';
import { rungIds } from '../model/Ladder.js';
import type { Problem } from '../model/Problem.js';

/** The state of a robot that could not be opened: its file is invalid, or another process owns its cache. */
export function unopenedStatusOf(name: string, problem: Problem): RobotStatus {
  return {
    name,
    colour: '#8592a0',
    demo: false,
    sourceWords: problem.code === 'owned' ? 'open elsewhere' : 'not opened',
    connected: false,
    configProblem: problem,
    hostPid: null,
    hostRestarts: 0,
    recordsPerS: 0,
    receivedLogs: 0,
    receivedMetrics: 0,
    lastReceivedMs: null,
    ladder: rungIds.map((id) => ({
      id,
      state: id === 'robot' ? 'failed' : 'unknown',
      words: id === 'robot' ? 'not opened' : id,
      reason: id === 'robot' ? problem.message : 'Known once the robot is open.',
      nextStep: id === 'robot' ? problem.nextStep : '',
      sinceMs: 0,
    })),
    cacheBytes: 0,
    cacheBytesMax: 0,
    fullInS: null,
    cachedRecords: 0,
    pendingRecords: 0,
    pendingLogs: 0,
    pendingMetrics: 0,
    heldRecords: 0,
    quarantinedRecords: 0,
    expiredRecords: 0,
    oldestPendingMs: null,
    pending: [],
    sendsTo: { logs: '', metrics: '', account: '' },
    acknowledgedLogs: 0,
    acknowledgedMetrics: 0,
    lost: {},
    evicted: [],
    upload: {
      state: 'manual',
      mode: 'manual',
      words: 'not open',
      problem,
      retryAtMs: null,
      sentLogs: 0,
      sentMetrics: 0,
      recordsPerS: 0,
      flushing: false,
      flush: null,
    },
  };
}
