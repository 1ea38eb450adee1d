import type { Finding } from '../../model/Finding.js';
import type { Problem } from '../../model/Problem.js';
import { durationWords } from './durationWords.js';
import type { ProbeReport } from './probeReport.js';

/** What is known of the robot's last message from before the doctor looked. */
export interface LastHeard {
  /** Milliseconds since then; null: none. */
  readonly agoMs: number | null;
  /** `session`: the robot is open here, and every message counts. `disk`: what is not sent yet alone can be seen. */
  readonly from: 'session' | 'disk';
}

/** A robot that logs less often is rare. */
const silentAfterMs = 15_000;

/** @param lastHeard null for a domain without a robot file */
export function findLastMessage(lastHeard: LastHeard | null, probe: ProbeReport | Problem): Finding {
  const base = { id: 'last-message', title: 'Time since the last message', details: [], nextStep: '' };
  const messages = 'code' in probe ? 0 : probe.topics.reduce((sum, topic) => sum + topic.messages, 0);
  if (messages > 0) {
    return {
      ...base,
      state: 'ok',
      words: `None: ${messages === 1 ? '1 came' : `${messages} came`} while this was looked at.`,
    };
  }
  if (lastHeard === null) return { ...base, state: 'note', words: 'Nothing came while this was looked at.' };
  const { agoMs, from } = lastHeard;
  if (from === 'disk') {
    const words =
      agoMs === null
        ? 'Nothing that waits is on this disk.'
        : `The newest that waits on this disk came ${durationWords(agoMs)} ago.`;
    return { ...base, state: 'note', words };
  }
  if (agoMs === null) return { ...base, state: 'note', words: 'Nothing has come since Tether was started.' };
  if (agoMs < silentAfterMs) return { ...base, state: 'ok', words: `${durationWords(agoMs)}.` };
  return {
    ...base,
    ...{ state: 'warning', words: `${durationWords(agoMs)}: nothing came since.` },
    nextStep: 'See whether the robot still runs and is connected. The topics below say who publishes.',
  };
}
