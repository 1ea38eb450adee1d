import type { RobotStatus } from '../../main/contract/frames.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatCount, formatRate } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import { getCacheDesk, setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import { filterMessageOf } from './DeskFilter.js';
import { flushNow } from './flushNow.js';
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
  const pause = async (): Promise<void> => {
    setCacheDesk({ paused: { filter: getCacheDesk().flushed, mode: robot.upload.mode } });
    await session.ask('upload.setMode', { robot: robot.name, mode: 'manual' });
    await session.ask('upload.cancel', { robot: robot.name });
  };
  return (
    <section className="flush-progress" aria-label="Flush under way" data-testid="flush-progress">
      <h2>
        {formatCount(done)} of {formatCount(flush.records)} answered
        {flush.refused > 0 && <span className="severity-ERROR"> · {formatCount(flush.refused)} refused</span>}
      </h2>
      <ProgressLine name="Flush" share={share} words={words} />
      <div className="flush-progress-actions">
        <Button data-testid="flush-pause" onClick={() => void pause()}>
          Pause
        </Button>
        <Button
          data-testid="flush-cancel"
          onClick={() => void session.ask('upload.cancel', { robot: robot.name })}
          title="What is on the way is still answered; the rest stays on disk"
        >
          Cancel
        </Button>
      </div>
    </section>
  );
}

/** A flush that was paused: where it stands, and how it goes on. */
export function PausedFlush({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const paused = useCacheDesk((desk) => desk.paused);
  if (paused === null || robot.upload.flush !== null) return null;
  const goOn = async (): Promise<void> => {
    setCacheDesk({ paused: null, flushed: paused.filter });
    await session.ask('upload.setMode', { robot: robot.name, mode: paused.mode });
    await flushNow(session, robot.name, filterMessageOf(paused.filter));
  };
  return (
    <section className="flush-progress" aria-label="Flush paused" data-testid="flush-paused">
      <p className="strong">The flush is paused.</p>
      <p className="muted">Nothing is sent meanwhile; what was not sent is on disk.</p>
      <div className="flush-progress-actions">
        <Button look="primary" data-testid="flush-resume" onClick={() => void goOn()}>
          Go on
        </Button>
        <Button
          onClick={() => {
            setCacheDesk({ paused: null });
            void session.ask('upload.setMode', { robot: robot.name, mode: paused.mode });
          }}
        >
          Forget it
        </Button>
      </div>
    </section>
  );
}
