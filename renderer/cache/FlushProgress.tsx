import type { RobotStatus } from '../../main/contract/frames.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatCount, formatQuantity, formatRate } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { filterWords } from './filterWords.js';
import { ProgressLine } from './ProgressLine.js';

/** The flush under way: how much of it CloudWatch has, how long it will take, and the ways to stop it. */
export function FlushProgress({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const { flush, recordsPerS, state } = robot.upload;
  if (flush === null) return null;
  const done = flush.sent + flush.refused;
  const share = flush.records === 0 ? 1 : done / flush.records;
  const left = Math.max(0, flush.records - done);
  const words =
    state === 'sending' && recordsPerS > 0
      ? `${formatRate(recordsPerS)} · ${formatDuration(Math.ceil(left / recordsPerS))} left`
      : robot.upload.words;
  return (
    <section className="flush-progress" aria-label="Flush under way" data-testid="flush-progress">
      <h2>
        {formatCount(done)} of {formatCount(flush.records)} answered
        {flush.refused > 0 && <span className="severity-ERROR"> · {formatCount(flush.refused)} refused</span>}
      </h2>
      <ProgressLine name="Flush" share={share} words={words} />
      <div className="flush-progress-actions">
        <Button data-testid="flush-pause" onClick={() => void session.ask('upload.pause', { robot: robot.name })}>
          Pause
        </Button>
        <Button
          data-testid="flush-cancel"
          onClick={() => void session.ask('upload.cancel', { robot: robot.name, only: 'under-way' })}
          title="What is on the way is still answered; the rest stays on disk"
        >
          Cancel
        </Button>
      </div>
    </section>
  );
}

/** A flush that was paused: where it stands, what it is to send, and how it goes on. */
export function PausedFlush({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const { paused } = robot.upload;
  if (paused === null) return null;
  const done = paused.sent + paused.refused;
  return (
    <section className="flush-progress" aria-label="Flush paused" data-testid="flush-paused">
      <p className="strong">
        The flush is paused at {formatCount(done)} of {formatQuantity(paused.records, 'record')}.
      </p>
      <p className="muted" data-testid="flush-paused-filter">
        It is to send {filterWords(paused.filter)}. Nothing goes by itself meanwhile; what was not sent is on disk.
      </p>
      <div className="flush-progress-actions">
        <Button
          look="primary"
          data-testid="flush-resume"
          onClick={() => void session.ask('upload.resume', { robot: robot.name })}
        >
          Go on
        </Button>
        <Button
          data-testid="flush-forget"
          title="The rest stays on disk"
          onClick={() => void session.ask('upload.cancel', { robot: robot.name, only: 'paused' })}
        >
          Forget it
        </Button>
      </div>
    </section>
  );
}
