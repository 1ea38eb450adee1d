import { useEffect, useState } from 'react';
import { useRobot, useSession } from '../bridge/useSession.js';
import type { DeskFilter } from './DeskFilter.js';

/** What the engine has against the regular expression, in words; empty when there is none, or it can be used. */
export function useFilterProblem({ text, isRegex }: DeskFilter): string {
  const { link } = useSession();
  const robot = useRobot()?.name ?? null;
  const [answer, setAnswer] = useState<{ readonly text: string; readonly words: string } | null>(null);
  useEffect(() => {
    if (!isRegex || text === '' || robot === null) return;
    let stopped = false;
    const timer = setTimeout(() => {
      // A range that holds nothing: only the expression is judged.
      const filter = { regex: text, sinceMs: 0, untilMs: 0 };
      void link.call('cache.read', { robot, filter, order: 'newest', skip: 0, limit: 1 }).then((result) => {
        if (!stopped)
          setAnswer({ text, words: !result.ok && result.problem.code === 'bad-regex' ? result.problem.message : '' });
      });
    }, typingPauseMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, robot, text, isRegex]);
  return isRegex && answer?.text === text ? answer.words : '';
}

const typingPauseMs = 250;
