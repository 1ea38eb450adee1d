import { useRobot } from '../bridge/useSession.js';
import type { LiveRobot } from '../stores/LiveRobot.js';
import { leftOutWords } from './leftOutWords.js';

/** Says how much no chart shows: what the engine did not hand on, and what this page has no room for. */
export function LeftOutLine({ live }: { readonly live: LiveRobot }) {
  const words = leftOutWords((useRobot()?.samplesNotShown ?? 0) + live.seriesLeftOut);
  if (words === '') return null;
  return (
    <p className="muted metrics-left-out" data-testid="metrics-left-out">
      {words}
    </p>
  );
}
