import type { FilterMessage } from '../../main/contract/calls.js';
import type { Session } from '../bridge/Session.js';
import { formatQuantity } from '../format/formatCount.js';
import { notify } from '../stores/pageStore.js';
import { keepEndedFlush, putEndedFlushAway } from './endedFlushes.js';
import { flushReadiness } from './flushReadiness.js';

/**
 * Asks for a flush of what the filter means: at once, or by itself when the link is back. The call stays open until then;
 * what became of it is said when it ends.
 */
export async function flushNow(session: Session, robot: string, filter: FilterMessage = {}): Promise<void> {
  const beganMs = Date.now();
  putEndedFlushAway(robot);
  const before = session.status.robot(robot);
  if (before !== null && !flushReadiness(before, '').now) {
    notify('calm', 'The flush is wanted.', 'It starts by itself when the link is back, as long as Tether runs.');
  }
  const result = await session.link.call('upload.flush', { robot, filter, wait: true }, flushTimeoutMs);
  if (!result.ok) {
    const { code, message, nextStep } = result.problem;
    notify(code === 'cancelled' ? 'calm' : 'bad', message, nextStep);
    return;
  }
  const { sentLogs, sentMetrics, refused, remaining } = result.value;
  keepEndedFlush(robot, { ...result.value, beganMs, endedMs: Date.now() });
  const rest = [
    ...(refused > 0 ? [`${formatQuantity(refused, 'record')} refused, kept in quarantine`] : []),
    ...(remaining > 0 ? [`${formatQuantity(remaining, 'record')} still on disk`] : []),
  ].join('; ');
  notify(
    refused > 0 ? 'bad' : 'good',
    `CloudWatch has ${formatQuantity(sentLogs + sentMetrics, 'record')} more.`,
    rest,
  );
}

/** A day offline is usual in the field. */
const flushTimeoutMs = 24 * 3_600_000;
