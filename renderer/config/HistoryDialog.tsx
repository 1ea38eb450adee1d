import { useEffect, useState } from 'react';
import type { CallOutput } from '../../main/contract/calls.js';
import { parseRobotFile } from '../../main/config/text/parseRobotFile.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { ConfigDialog } from './ConfigDialog.js';
import { TextDiff } from './TextDiff.js';
import type { RobotFileState } from './useRobotFile.js';

type Version = CallOutput<'config.history'>[number];

/** Earlier texts of the file, what differs from now, and the way back with one click. */
export function HistoryDialog(props: {
  readonly robot: string;
  readonly file: RobotFileState;
  readonly opened: boolean;
  readonly close: () => void;
}) {
  return (
    <ConfigDialog title={`History of ${props.robot}.yaml`} width="60rem" opened={props.opened} close={props.close}>
      <History {...props} />
    </ConfigDialog>
  );
}

function History({ robot, file, close }: Parameters<typeof HistoryDialog>[0]) {
  const session = useSession();
  const [versions, setVersions] = useState<readonly Version[] | null>(null);
  const [chosen, setChosen] = useState<{ readonly id: number; readonly text: string } | null>(null);
  const now = file.saved?.text ?? '';

  useEffect(() => {
    const life = new AbortController();
    const read = async (): Promise<void> => {
      const answer = await session.ask('config.history', { robot });
      if (life.signal.aborted || !answer.ok) return;
      setVersions(answer.value);
      const before = answer.value[1];
      if (before === undefined) return;
      const text = await session.ask('config.version', { robot, id: before.id });
      if (text.ok) setChosen({ id: before.id, text: text.value.text });
    };
    void read();
    return () => {
      life.abort();
    };
  }, [session, robot]);

  const choose = async (id: number): Promise<void> => {
    const text = await session.ask('config.version', { robot, id });
    if (text.ok) setChosen({ id, text: text.value.text });
  };
  const rollBack = async (text: string): Promise<void> => {
    if (await file.restore(text)) close();
  };

  if (versions === null) return <p className="muted">Reading…</p>;
  if (versions.length < 2)
    return <p className="muted">No earlier version yet: one is kept with each change, up to 50.</p>;
  const wrong = parseRobotFile(robot, chosen?.text ?? '', file.fleet?.parsed).issues.find(
    ({ severity }) => severity === 'error',
  );
  return (
    <div className="config-history">
      <ul aria-label="Versions">
        {versions.map(({ id, atMs }, index) => (
          <li key={id}>
            <button
              type="button"
              className="config-version"
              data-testid="config-version"
              aria-current={chosen?.id === id}
              onClick={() => void choose(id)}
            >
              {new Date(atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })}
              {index === 0 && <span className="badge">now</span>}
            </button>
          </li>
        ))}
      </ul>
      {chosen !== null && (
        <div className="config-history-diff">
          <p className="muted">What going back would change:</p>
          <TextDiff before={now} after={chosen.text} />
          {file.dirty && (
            <Callout>
              <p>Your draft is not applied, and would be lost.</p>
            </Callout>
          )}
          {wrong !== undefined && (
            <Callout tone="bad">
              <p>
                This version is not valid (line {wrong.line}: {wrong.message}) and cannot be applied.
              </p>
            </Callout>
          )}
          <div className="dialog-end">
            <Button look="quiet" onClick={close}>
              Close
            </Button>
            <Button
              look="primary"
              data-testid="config-rollback"
              disabled={chosen.text === now || wrong !== undefined || file.saving}
              onClick={() => void rollBack(chosen.text)}
            >
              Roll back to this version
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
