import type { RobotStatus } from '../../main/contract/frames.js';

/** Whether a flush can go now, what the button says, and why when it cannot. */
export interface FlushReadiness {
  readonly now: boolean;
  readonly label: string;
  readonly reason: string;
  readonly nextStep: string;
}

export function flushReadiness(robot: RobotStatus, records: string): FlushReadiness {
  const { upload } = robot;
  const broken = robot.ladder.find(
    (rung) => (rung.id === 'internet' || rung.id === 'account') && rung.state !== 'ok' && rung.state !== 'unknown',
  );
  if (upload.flushing && upload.state === 'sending') {
    return { now: false, label: 'Flushing…', reason: '', nextStep: '' };
  }
  if (upload.state === 'blocked' || (broken?.id === 'account' && broken.state === 'failed')) {
    return {
      now: false,
      label: 'Flush when allowed',
      reason: upload.problem?.message ?? broken?.reason ?? upload.words,
      nextStep: upload.problem?.nextStep ?? broken?.nextStep ?? '',
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
  return { now: true, label: `Flush ${records}`, reason: '', nextStep: '' };
}
