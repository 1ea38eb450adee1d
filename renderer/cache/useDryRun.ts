import { useEffect, useState } from 'react';
import type { DryRun } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';

/** What a flush of everything would send; asked again while the cache changes. Null until the first answer. */
export function useDryRun(robot: string): Result<DryRun> | null {
  const { link, status } = useSession();
  const [answer, setAnswer] = useState<Result<DryRun> | null>(null);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    let asked = '';
    const ask = async (): Promise<void> => {
      const now = status.robot(robot);
      const state = JSON.stringify([now?.pendingRecords, now?.heldRecords, now?.upload.state]);
      if (state !== asked) {
        const result = await link.call('upload.dryRun', { robot, filter: {} });
        if (stopped) return;
        asked = result.ok ? state : '';
        setAnswer(result);
      }
      timer = setTimeout(() => void ask(), askAgainMs);
    };
    void ask();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, status, robot]);
  return answer;
}

const askAgainMs = 2000;
