// @ts-check
import { unopenedStatusOf } from '../../../build/main/engine/unopenedStatusOf.js';

/**
 * What the engine would tell of one robot, connected and well: its own words for a robot that is not open, with what differs.
 * @param {number} recordsPerS
 */
export function statusOf(recordsPerS) {
  const base = unopenedStatusOf('bench', { code: 'none', message: '', nextStep: '' });
  return {
    ...base,
    ...{ colour: '#3ec6b8', sourceWords: 'ROS 2 · domain 7', connected: true, configProblem: null, recordsPerS },
    ladder: base.ladder.map((rung) => ({ ...rung, state: 'ok', words: rung.id, reason: '' })),
    cacheBytesMax: 1e9,
    upload: { ...base.upload, state: 'idle', mode: 'auto', words: 'Nothing waits', problem: null },
  };
}
