import type { RobotStatus } from '../../main/contract/frames.js';

/** Whether a flush can go now, what the button says, and why when it cannot. */
export interface FlushReadiness {
  readonly now: boolean;
  readonly label: string;
  readonly reason: string;
  readonly nextStep: string;
  readonly command?: string;
}

export const underWayLabel = 'Flushing…';

export function flushReadiness(robot: RobotStatus, records: string): FlushReadiness {
  const { upload } = robot;
  // A metered link is a link: its rung waits for a person, and a flush is what it waits for.
  const isMetered = upload.metered !== null;
  const broken = robot.ladder.find(
    (rung) =>
      (rung.id === 'account' || (rung.id === 'internet' && !(isMetered && rung.state === 'waiting'))) &&
      rung.state !== 'ok' &&
      // What is told beside it (a clock that is a little off, a log group that is kept for ever) holds nothing up.
      rung.state !== 'warning' &&
      rung.state !== 'unknown',
  );
  if (upload.flushing && upload.state === 'sending') {
    return { now: false, label: underWayLabel, reason: '', nextStep: '' };
  }
  if (upload.state === 'blocked' || (broken?.id === 'account' && broken.state === 'failed')) {
    return {
      now: false,
      label: 'Flush when allowed',
      reason: upload.problem?.message ?? broken?.reason ?? upload.words,
      nextStep: upload.problem?.nextStep ?? broken?.nextStep ?? '',
      ...commandOf(upload.problem ?? broken),
    };
  }
  if (broken !== undefined || upload.state === 'waiting') {
    return {
      now: false,
      label: upload.flushing ? 'Will flush when connected' : 'Flush when connected',
      reason: broken?.reason ?? upload.problem?.message ?? upload.words,
      nextStep: 'The flush starts by itself when the link is back.',
    };
  }
  if (isMetered) {
    return {
      now: true,
      label: `Send ${records} on this link anyway`,
      reason: 'The link counts as metered: what waits goes when you say so.',
      nextStep: 'This sends it once; what comes after waits again.',
    };
  }
  return { now: true, label: `Flush ${records}`, reason: '', nextStep: '' };
}

function commandOf(of: { readonly command?: string } | undefined): Pick<FlushReadiness, 'command'> {
  return of?.command === undefined ? {} : { command: of.command };
}
