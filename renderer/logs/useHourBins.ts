import { useEffect, useState } from 'react';
import { askWhileChanging } from '../bridge/askWhileChanging.js';
import { useSession } from '../bridge/useSession.js';
import { HourBins } from '../stores/HourBins.js';
import { usePage } from '../stores/pageStore.js';

/** How many lines are on disk, by hours: from the cache's index, asked for while `isWanted`. Null until it is known. */
export function useHourBins(isWanted: boolean): HourBins | null {
  const { link, status } = useSession();
  const robot = usePage((page) => page.robot);
  const [bins, setBins] = useState<HourBins | null>(null);
  useEffect(() => {
    if (!isWanted || robot === null) return;
    const stop = askWhileChanging({
      stateOf: () => {
        const now = status.robot(robot);
        return [now?.cachedRecords, now?.quarantinedRecords];
      },
      ask: () =>
        Promise.all([
          link.call('cache.counts', { robot, filter: { kind: 'log' } }),
          link.call('cache.counts', { robot, filter: { kind: 'log', severities: ['WARN'] } }),
          link.call('cache.counts', { robot, filter: { kind: 'log', severityMin: 'ERROR' } }),
        ]),
      take: ([all, warn, bad]) => {
        if (!all.ok || !warn.ok || !bad.ok) return false;
        setBins(new HourBins(all.value.byHour, warn.value.byHour, bad.value.byHour));
        return true;
      },
      leastMs,
    });
    return () => {
      stop();
      setBins(null);
    };
  }, [link, status, robot, isWanted]);
  return bins;
}

const leastMs = 15_000;
