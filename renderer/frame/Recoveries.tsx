import { useRobot, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatDayTimeMs } from '../format/formatTime.js';

/** What opening the cache found damaged, until a person says that it was read. */
export function Recoveries({ dismissed }: { readonly dismissed: () => void }) {
  const session = useSession();
  const robot = useRobot();
  if (robot === null || robot.recoveries.length === 0) return null;
  const untilMs = Math.max(...robot.recoveries.map(({ foundMs }) => foundMs));
  return (
    <>
      <ul className="recoveries" data-testid="recoveries" aria-label="Found when the cache was opened">
        {robot.recoveries.toReversed().map(({ words, foundMs }) => (
          <li key={`${foundMs} ${words}`}>
            <span className="muted">{formatDayTimeMs(foundMs)}</span> {words}
          </li>
        ))}
      </ul>
      <Button
        data-testid="dismiss-recoveries"
        onClick={() => {
          void session.ask('cache.dismissRecoveries', { robot: robot.name, untilMs }).then(({ ok }) => {
            if (ok) dismissed();
          });
        }}
      >
        Dismiss
      </Button>
    </>
  );
}
