import { useEffect, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { useSession } from './useSession.js';

/** A call's answer, asked again every `everyMs` after the last one came. Null until the first answer. */
export function usePolledCall<N extends CallName>(
  name: N,
  input: CallInput<N>,
  everyMs: number,
): Result<CallOutput<N>> | null {
  const { link } = useSession();
  const [answer, setAnswer] = useState<{ readonly key: string; readonly result: Result<CallOutput<N>> } | null>(null);
  const key = JSON.stringify(input);
  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async (): Promise<void> => {
      const result = await link.call(name, JSON.parse(key) as CallInput<N>);
      if (stopped) return;
      setAnswer({ key, result });
      timer = setTimeout(() => void ask(), everyMs);
    };
    void ask();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, name, key, everyMs]);
  return answer?.key === key ? answer.result : null;
}
