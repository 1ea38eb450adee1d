import { useEffect, useState } from 'react';
import type { DryRun, FilterMessage } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { askAgainMs } from './askAgainMs.js';

/** What a flush would send; asked again while the cache changes. Null until the first answer. */
export function useDryRun(robot: string, filter: FilterMessage): Result<DryRun> | null {
  const { link, status } = useSession();
  const [answer, setAnswer] = useState<{ readonly key: string; readonly result: Result<DryRun> } | null>(null);
  const key = JSON.stringify(filter);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    let asked = '';
    const ask = async (): Promise<void> => {
      const startedMs = performance.now();
      const now = status.robot(robot);
      const state = JSON.stringify([now?.pendingRecords, now?.heldRecords, now?.quarantinedRecords, now?.upload.state]);
      if (state !== asked) {
        const wanted = JSON.parse(key) as FilterMessage;
        const result = await link.call('upload.dryRun', { robot, filter: wanted }, dryRunTimeoutMs);
        if (stopped) return;
        asked = result.ok ? state : '';
        setAnswer({ key, result });
      }
      timer = setTimeout(() => void ask(), askAgainMs(leastMs, startedMs));
    };
    timer = setTimeout(() => void ask(), typingPauseMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, status, robot, key]);
  return answer?.key === key ? answer.result : null;
}

const leastMs = 2000;
const typingPauseMs = 200;
/** A backlog of millions is read from disk and packed. */
const dryRunTimeoutMs = 120_000;
