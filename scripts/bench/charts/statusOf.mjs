// @ts-check
/**
 * What the engine would tell of one robot, connected and well.
 * @param {number} recordsPerS
 */
export function statusOf(recordsPerS) {
  const rung = (/** @type {string} */ id) => ({ id, state: 'ok', words: id, reason: '', nextStep: '', sinceMs: 0 });
  return {
    ...{ name: 'bench', colour: '#3ec6b8', demo: false, sourceWords: 'ROS 2 · domain 7', connected: true },
    ...{ configProblem: null, hostPid: null, hostRestarts: 0, recordsPerS, receivedLogs: 0, receivedMetrics: 0 },
    ...{ lastReceivedMs: null, ladder: ['robot', 'topics', 'disk', 'internet', 'account'].map(rung) },
    ...{ cacheBytes: 0, cacheBytesMax: 1e9, fullInS: null, cachedRecords: 0, pendingRecords: 0, pendingLogs: 0 },
    ...{
      pendingMetrics: 0,
      heldRecords: 0,
      quarantinedRecords: 0,
      expiredRecords: 0,
      oldestPendingMs: null,
      pending: [],
    },
    ...{ acknowledgedLogs: 0, acknowledgedMetrics: 0, lost: {}, evicted: [] },
    upload: {
      ...{ state: 'idle', mode: 'auto', words: 'Nothing waits', problem: null, retryAtMs: null, sentLogs: 0 },
      ...{ sentMetrics: 0, recordsPerS: 0, flushing: false },
    },
  };
}
