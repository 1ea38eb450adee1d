import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { parseRobotFile, type ParsedRobotFile } from '../../main/config/text/parseRobotFile.js';
import { fleetName } from '../../main/model/fleetFile.js';
import type { Problem } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { notify } from '../stores/pageStore.js';
import type { ConfigIssueMessage, RobotFileMessage } from './configTypes.js';
import { mergeTexts } from './mergeTexts.js';

const readAgainMs = 1000;

/** What lies below a robot's file. */
export interface FleetBelow {
  readonly path: string;
  readonly parsed: ParsedRobotFile;
  /** Null when it is valid. */
  readonly error: ConfigIssueMessage | null;
}

export interface RobotFileState {
  /** As it was last read or written; null until then. */
  readonly saved: RobotFileMessage | null;
  readonly text: string;
  /** The draft, read with the engine's own parser at each keystroke. */
  readonly parsed: ParsedRobotFile;
  readonly issues: readonly ConfigIssueMessage[];
  /** Null where there is none. */
  readonly fleet: FleetBelow | null;
  readonly dirty: boolean;
  readonly saving: boolean;
  /** The file on disk is another than the one that the draft began from, and both changed the same lines. */
  readonly conflict: RobotFileMessage | null;
  readonly problem: Problem | null;
  readonly change: (text: string) => void;
  readonly save: () => Promise<boolean>;
  /** Writes another text over what is on disk: an earlier version. */
  readonly restore: (text: string) => Promise<boolean>;
  readonly revert: () => void;
  /** Takes what is on disk and forgets the draft. */
  readonly takeTheirs: () => void;
  /** Writes the draft over what is on disk. */
  readonly overwrite: () => Promise<boolean>;
}

/** A robot's file with its draft: checked while it is typed, watched for edits by other hands, which are merged in. */
export function useRobotFile(robot: string): RobotFileState {
  const { link } = useSession();
  const [saved, setSaved] = useState<RobotFileMessage | null>(null);
  const [text, setText] = useState('');
  const [conflict, setConflict] = useState<RobotFileMessage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [saving, setSaving] = useState(false);
  const dirty = saved !== null && text !== saved.text;
  const below = saved?.fleet ?? null;
  const fleet = useMemo(() => (below === null ? null : readFleet(below)), [below]);
  const parsed = useMemo(() => parseRobotFile(robot, text, fleet?.parsed), [robot, text, fleet]);
  // What is wrong with the bytes on disk, and not with their text, the parser cannot see.
  const issues = saved !== null && !dirty && saved.issues.length > 0 ? saved.issues : parsed.issues;

  const take = useCallback((file: RobotFileMessage) => {
    setSaved(file);
    setText(file.text);
    setConflict(null);
    setProblem(null);
  }, []);

  const now = useRef({ saved, text });
  useEffect(() => {
    now.current = { saved, text };
  });

  const meet = useCallback(
    (theirs: RobotFileMessage) => {
      const { saved: known, text: mine } = now.current;
      if (known === null || mine === known.text || mine === theirs.text) {
        take(theirs);
        return;
      }
      const merged = mergeTexts(known.text, mine, theirs.text);
      if (merged === null) {
        setConflict(theirs);
        return;
      }
      setSaved(theirs);
      setText(merged);
      setConflict(null);
      notify('calm', `${robot}.yaml was changed outside.`, 'Those lines were taken over into your draft.');
    },
    [robot, take],
  );

  useEffect(() => {
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const read = async (): Promise<void> => {
      const result = await link.call('config.read', { robot });
      if (stopped) return;
      const known = now.current.saved;
      if (!result.ok) {
        if (known === null) setProblem(result.problem);
      } else if (known?.revision === result.value.revision) {
        setConflict(null);
        if (!isSameFleet(known, result.value)) setSaved(result.value);
      } else meet(result.value);
      timer = setTimeout(() => void read(), readAgainMs);
    };
    void read();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, robot, meet]);

  const write = async (written: string, revision: string | null): Promise<boolean> => {
    setSaving(true);
    const result = await link.call('config.write', { robot, text: written, revision });
    setSaving(false);
    if (result.ok) {
      take(result.value);
      notify(
        'good',
        robot === fleetName
          ? 'The fleet file is saved, and in force for every robot.'
          : `${robot}.yaml is saved and in force.`,
      );
    } else if (result.problem.code === 'changed-outside') {
      const theirs = await link.call('config.read', { robot });
      if (theirs.ok) meet(theirs.value);
    } else {
      setProblem(result.problem);
    }
    return result.ok;
  };

  return {
    saved,
    text,
    parsed,
    issues,
    fleet,
    dirty,
    saving,
    conflict,
    problem,
    change: (next) => {
      setText(next);
      setProblem(null);
    },
    save: () => (dirty ? write(text, saved.revision) : Promise.resolve(false)),
    restore: (earlier) => (saved === null ? Promise.resolve(false) : write(earlier, saved.revision)),
    revert: () => {
      if (saved !== null) take(saved);
    },
    takeTheirs: () => {
      if (conflict !== null) take(conflict);
    },
    overwrite: () => (conflict === null ? Promise.resolve(false) : write(text, conflict.revision)),
  };
}

function readFleet({ path, text, issues }: NonNullable<RobotFileMessage['fleet']>): FleetBelow {
  const error = issues.find(({ severity }) => severity === 'error') ?? null;
  return { path, parsed: parseRobotFile(fleetName, text), error };
}

function isSameFleet(a: RobotFileMessage, b: RobotFileMessage): boolean {
  return a.fleet?.text === b.fleet?.text && a.fleet?.issues.length === b.fleet?.issues.length;
}
