import { useEffect, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { HourBins } from '../stores/HourBins.js';
import { usePage } from '../stores/pageStore.js';

const askAgainMs = 15_000;

/** How many lines are on disk, by hours: from the cache's index, asked for while `isWanted`. Null until it is known. */
export function useHourBins(isWanted: boolean): HourBins | null {
  const { link } = useSession();
  const robot = usePage((page) => page.robot);
  const [bins, setBins] = useState<HourBins | null>(null);
  useEffect(() => {
    if (!isWanted || robot === null) return;
    let isStopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (): Promise<void> => {
      const [all, warn, bad] = await Promise.all([
        link.call('cache.counts', { robot, filter: { kind: 'log' } }),
        link.call('cache.counts', { robot, filter: { kind: 'log', severities: ['WARN'] } }),
        link.call('cache.counts', { robot, filter: { kind: 'log', severityMin: 'ERROR' } }),
      ]);
      if (isStopped) return;
      if (all.ok && warn.ok && bad.ok) setBins(new HourBins(all.value.byHour, warn.value.byHour, bad.value.byHour));
      timer = setTimeout(() => void ask(), askAgainMs);
    };
    void ask();
    return () => {
      isStopped = true;
      clearTimeout(timer);
      setBins(null);
    };
  }, [link, robot, isWanted]);
  return bins;
}
