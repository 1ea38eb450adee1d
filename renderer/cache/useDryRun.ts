import { useEffect, useState } from 'react';
import type { DryRun, FilterMessage } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { askWhileChanging } from '../bridge/askWhileChanging.js';

/** What a flush would send; asked again while the cache changes. Null until the first answer. */
export function useDryRun(robot: string, filter: FilterMessage): Result<DryRun> | null {
  const { link, status } = useSession();
  const [answer, setAnswer] = useState<{ readonly key: string; readonly result: Result<DryRun> } | null>(null);
  const key = JSON.stringify(filter);
  useEffect(
    () =>
      askWhileChanging({
        stateOf: () => {
          const now = status.robot(robot);
          return [now?.pendingRecords, now?.heldRecords, now?.quarantinedRecords, now?.upload.state];
        },
        ask: () => link.call('upload.dryRun', { robot, filter: JSON.parse(key) as FilterMessage }, dryRunTimeoutMs),
        take: (result) => {
          setAnswer({ key, result });
          return result.ok;
        },
        leastMs,
      }),
    [link, status, robot, key],
  );
  return answer?.key === key ? answer.result : null;
}

const leastMs = 2000;
/** A backlog of millions is read from disk and packed. */
const dryRunTimeoutMs = 120_000;
