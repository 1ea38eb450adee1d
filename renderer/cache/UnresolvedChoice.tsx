import { useState } from 'react';
import type { RobotStatus } from '../../main/contract/frames.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { formatQuantity } from '../format/formatCount.js';

/**
 * Records whose answer was lost. CloudWatch is asked by itself; where it may not be, a person chooses between a sum that may
 * have a hole and one that may count twice.
 */
export function UnresolvedChoice({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const [asked, setAsked] = useState(false);
  const { unresolvedLogs, unresolvedMetrics, maybeTwiceLogs, maybeTwiceMetrics } = robot.upload;
  const unresolved = unresolvedLogs + unresolvedMetrics;
  const twice = maybeTwiceLogs + maybeTwiceMetrics;
  if (unresolved === 0) {
    if (twice === 0) return null;
    return (
      <p className="muted" data-testid="maybe-twice">
        {formatQuantity(twice, 'record')} went again after a lost answer: each may be in CloudWatch twice.
      </p>
    );
  }
  const settle = async (choice: 'sent' | 'again'): Promise<void> => {
    setAsked(true);
    await session.ask('upload.settle', { robot: robot.name, choice });
    setAsked(false);
  };
  return (
    <Callout data-testid="unresolved">
      <p className="strong">{formatQuantity(unresolved, 'record')} may or may not be in CloudWatch</p>
      <p className="muted">
        The link broke before the answer came. Tether looks for them there by itself; that needs logs:GetLogEvents and
        cloudwatch:GetMetricStatistics, and old metrics show only hours later. You can also decide now, for all of them:
      </p>
      <div className="unresolved-choices">
        <Button disabled={asked} data-testid="settle-sent" onClick={() => void settle('sent')}>
          Count them as sent
        </Button>
        <span className="muted">some may be missing there</span>
        <Button disabled={asked} data-testid="settle-again" onClick={() => void settle('again')}>
          Send them again
        </Button>
        <span className="muted">some may count twice there</span>
      </div>
    </Callout>
  );
}
