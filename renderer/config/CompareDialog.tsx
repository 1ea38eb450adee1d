import { Select } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { compareRobotTexts, type ParameterDifference } from '../../main/config/text/compareRobotTexts.js';
import { editRobotText } from '../../main/config/text/editRobotText.js';
import { parseRobotFile } from '../../main/config/text/parseRobotFile.js';
import { applyChanges } from '../../main/config/text/spotsInText.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { notify } from '../stores/pageStore.js';
import { ConfigDialog } from './ConfigDialog.js';
import { DifferenceTable } from './DifferenceTable.js';
import type { RobotFileMessage } from './configTypes.js';
import type { RobotFileState } from './useRobotFile.js';

/** What another robot's file says differently; any of it can be taken into this one's draft. */
export function CompareDialog(props: {
  readonly robot: string;
  readonly file: RobotFileState;
  readonly opened: boolean;
  readonly close: () => void;
}) {
  return (
    <ConfigDialog title={`Compare ${props.robot}.yaml`} width="56rem" opened={props.opened} close={props.close}>
      <Compare robot={props.robot} file={props.file} />
    </ConfigDialog>
  );
}

function Compare({ robot, file }: { readonly robot: string; readonly file: RobotFileState }) {
  const session = useSession();
  const others = (useStatusFrame()?.robots ?? []).map(({ name }) => name).filter((name) => name !== robot);
  const [chosen, setChosen] = useState<string | null>(null);
  const other = chosen ?? others[0] ?? null;
  const [theirs, setTheirs] = useState<RobotFileMessage | null>(null);

  useEffect(() => {
    if (other === null) return;
    let stopped = false;
    void session.ask('config.read', { robot: other }).then((read) => {
      if (!stopped && read.ok) setTheirs(read.value);
    });
    return () => {
      stopped = true;
    };
  }, [session, other]);

  const differences = useMemo(
    () =>
      theirs === null
        ? []
        : compareRobotTexts(file.parsed, parseRobotFile(theirs.name, theirs.text, file.fleet?.parsed)),
    [file.parsed, file.fleet, theirs],
  );
  const take = (wanted: readonly ParameterDifference[]): void => {
    let text = file.text;
    for (const { parameter, ownAfter } of wanted) {
      const changes = editRobotText(text, { section: parameter.section, key: parameter.key, value: ownAfter });
      if (changes.ok) text = applyChanges(text, changes.value);
      else notify('bad', changes.problem.message, changes.problem.nextStep);
    }
    file.change(text);
  };

  if (other === null) return <p className="muted">There is no other robot to compare with.</p>;
  return (
    <div className="config-review">
      <Select
        label="Compare with"
        data={others}
        value={other}
        allowDeselect={false}
        data-testid="config-compare-with"
        onChange={setChosen}
      />
      {theirs?.name === other && differences.length === 0 && <p className="muted">Both say the same.</p>}
      {theirs?.name === other && differences.length > 0 && (
        <DifferenceTable
          differences={differences}
          heads={[robot, other]}
          effects={false}
          action={(difference) => (
            <Button
              data-testid={`config-take-${difference.parameter.key}`}
              onClick={() => {
                take([difference]);
              }}
            >
              Take
            </Button>
          )}
        />
      )}
      <p className="config-note">
        What is taken goes into the draft; nothing changes before it is reviewed and applied.
      </p>
    </div>
  );
}
