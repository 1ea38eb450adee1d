import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { notify } from '../stores/pageStore.js';
import type { ConfigIssueMessage, RobotFileMessage } from './configTypes.js';

const checkAfterMs = 250;
const readAgainMs = 4000;

export interface RobotFileState {
  /** As it was last read or written; null until then. */
  readonly saved: RobotFileMessage | null;
  readonly text: string;
  readonly issues: readonly ConfigIssueMessage[];
  readonly dirty: boolean;
  readonly saving: boolean;
  /** The file on disk is another than the one that the draft began from. */
  readonly conflict: RobotFileMessage | null;
  readonly problem: Problem | null;
  readonly change: (text: string) => void;
  readonly save: () => Promise<void>;
  readonly revert: () => void;
  /** Takes what is on disk and forgets the draft. */
  readonly takeTheirs: () => void;
  /** Writes the draft over what is on disk. */
  readonly overwrite: () => Promise<void>;
}

/** A robot's file with its draft: checked while it is typed, watched for edits by other hands. */
export function useRobotFile(robot: string): RobotFileState {
  const { link } = useSession();
  const [saved, setSaved] = useState<RobotFileMessage | null>(null);
  const [text, setText] = useState('');
  const [issues, setIssues] = useState<readonly ConfigIssueMessage[]>([]);
  const [conflict, setConflict] = useState<RobotFileMessage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saving, setSaving] = useState(false);
  const dirty = saved !== null && text !== saved.text;

  const take = useCallback((file: RobotFileMessage) => {
    setSaved(file);
    setText(file.text);
    setIssues(file.issues);
    setConflict(null);
    setProblem(null);
  }, []);

  const now = useRef({ saved, dirty });
  useEffect(() => {
    now.current = { saved, dirty };
  });

  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const read = async (): Promise<void> => {
      const result = await link.call('config.read', { robot });
      if (stopped) return;
      const { saved: known, dirty: edited } = now.current;
      if (!result.ok) {
        if (known === null) setProblem(result.problem);
      } else if (known === null || (known.revision !== result.value.revision && !edited)) {
        take(result.value);
      } else {
        setConflict(known.revision === result.value.revision ? null : result.value);
      }
      timer = setTimeout(() => void read(), readAgainMs);
    };
    void read();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, robot, take]);

  useEffect(() => {
    let stopped = false;
    const timer = setTimeout(() => {
      void link.call('config.check', { robot, text }).then((result) => {
        if (!stopped && result.ok) setIssues(result.value.issues);
      });
    }, checkAfterMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, robot, text]);

  const write = async (revision: string | null): Promise<void> => {
    setSaving(true);
    const result = await link.call('config.write', { robot, text, revision });
    setSaving(false);
    if (result.ok) {
      take(result.value);
      notify('good', `${robot}.yaml is saved and in force.`);
    } else if (result.problem.code === 'changed-outside') {
      const theirs = await link.call('config.read', { robot });
      if (theirs.ok) setConflict(theirs.value);
    } else {
      setProblem(result.problem);
    }
  };

  return {
    saved,
    text,
    issues,
    dirty,
    saving,
    conflict,
    problem,
    change: (next) => {
      setText(next);
      setProblem(null);
    },
    save: () => (dirty ? write(saved.revision) : Promise.resolve()),
    revert: () => {
      if (saved !== null) take(saved);
    },
    takeTheirs: () => {
      if (conflict !== null) take(conflict);
    },
    overwrite: () => (conflict === null ? Promise.resolve() : write(conflict.revision)),
  };
}
