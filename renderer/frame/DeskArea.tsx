import { lazy, Suspense } from 'react';
import { unreachable } from '../../main/model/unreachable.js';
import { useRobot, useStatusFrame } from '../bridge/useSession.js';
import { LogsDesk } from '../logs/LogsDesk.js';
import { usePage } from '../stores/pageStore.js';
import { Welcome } from './Welcome.js';

// Logs come first; the editor and the charts are fetched (from disk) when somebody opens them.
const MetricsDesk = lazy(async () => ({ default: (await import('../metrics/MetricsDesk.js')).MetricsDesk }));
const CacheDesk = lazy(async () => ({ default: (await import('../cache/CacheDesk.js')).CacheDesk }));
const ConfigDesk = lazy(async () => ({ default: (await import('../config/ConfigDesk.js')).ConfigDesk }));

export function DeskArea() {
  const frame = useStatusFrame();
  const robot = useRobot();
  const desk = usePage((page) => page.desk);
  return (
    <div
      className="desk"
      id="desk"
      role="tabpanel"
      aria-labelledby={`tab-${desk}`}
      // Whose desk it is, in the colour of its dot.
      style={robot === null ? undefined : { borderTopColor: robot.colour }}
    >
      {frame === null ? (
        <div className="empty">
          <h2>Starting the engine…</h2>
        </div>
      ) : frame.robots.length === 0 ? (
        <Welcome />
      ) : (
        robot !== null && (
          <Suspense fallback={null}>
            <OpenDesk robot={robot.name} />
          </Suspense>
        )
      )}
    </div>
  );
}

function OpenDesk({ robot }: { readonly robot: string }) {
  const desk = usePage((page) => page.desk);
  switch (desk) {
    case 'logs':
      return <LogsDesk key={robot} />;
    case 'metrics':
      return <MetricsDesk key={robot} robot={robot} />;
    case 'cache':
      return <CacheDesk key={robot} robotName={robot} />;
    case 'config':
      return <ConfigDesk key={robot} robotName={robot} />;
    default:
      return unreachable(desk);
  }
}
