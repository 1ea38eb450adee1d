import { SegmentedControl, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { fleetName } from '../../main/model/fleetFile.js';
import type { Problem } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { notify } from '../stores/pageStore.js';
import { ConfigDialog } from './ConfigDialog.js';
import { RunningNodes } from './RunningNodes.js';
import { TextDiff } from './TextDiff.js';

/** ssh has 30 s, and is used twice. */
const targetMsMax = 70_000;

/** Where each robot's file was written to last, while the window is open. */
const lastTargets = new Map<string, string>();

interface Looked {
  readonly target: string;
  /** Null: no file there yet. */
  readonly text: string | null;
}

/** Writes the file where the robot's own nodes read it: a path here or over ssh, after a look at what would change there. */
export function TargetDialog(props: {
  readonly robot: string;
  readonly text: string;
  /** There is a file of all robots below it. */
  readonly hasFleet: boolean;
  readonly opened: boolean;
  readonly close: () => void;
}) {
  return (
    <ConfigDialog title={`${props.robot}.yaml to the robot`} width="52rem" opened={props.opened} close={props.close}>
      <ToRobot {...props} />
    </ConfigDialog>
  );
}

/** Two ways, which a person usually wants both of: the file for the next start, the values for now. */
function ToRobot(props: Parameters<typeof TargetDialog>[0]) {
  const [way, setWay] = useState<'file' | 'nodes'>('file');
  // The fleet's file is for no one robot's nodes.
  if (props.robot === fleetName) return <Target {...props} />;
  return (
    <div className="config-review">
      <SegmentedControl
        aria-label="How"
        data-testid="config-target-way"
        value={way}
        data={[
          { value: 'file', label: 'Write the file' },
          { value: 'nodes', label: 'Set on running nodes' },
        ]}
        onChange={(next) => {
          setWay(next === 'nodes' ? 'nodes' : 'file');
        }}
      />
      {way === 'file' ? <Target {...props} /> : <RunningNodes robot={props.robot} text={props.text} />}
    </div>
  );
}

function Target({ robot, text, hasFleet, close }: Parameters<typeof TargetDialog>[0]) {
  const session = useSession();
  const [target, setTarget] = useState(lastTargets.get(robot) ?? '');
  const [looked, setLooked] = useState<Looked | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const look = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const answer = await session.link.call('config.readTarget', { target }, targetMsMax);
    setBusy(false);
    setProblem(answer.ok ? null : answer.problem);
    setLooked(answer.ok ? { target, text: answer.value.text } : null);
    if (answer.ok) lastTargets.set(robot, target);
  };
  const write = async ({ target: place, text: before }: Looked): Promise<void> => {
    setBusy(true);
    const answer = await session.link.call('config.writeTarget', { robot, target: place, text, before }, targetMsMax);
    setBusy(false);
    if (answer.ok) {
      close();
      notify('good', `${place} is written.`, 'Nodes obey it when they are started with it again.');
    } else {
      setProblem(answer.problem);
      setLooked(null);
    }
  };

  const shown = looked?.target === target ? looked : null;
  return (
    <div className="config-review">
      <form className="config-target" onSubmit={(event) => void look(event)}>
        <TextInput
          label="Where its nodes read it"
          description="A path on this laptop, or user@robot:/path over your own ssh."
          placeholder="ada@rover-7:/opt/robot/params.yaml"
          data-autofocus
          data-testid="config-target"
          spellCheck={false}
          value={target}
          onChange={(event) => {
            setTarget(event.currentTarget.value);
          }}
        />
        <Button type="submit" data-testid="config-target-look" disabled={busy || target.trim() === ''}>
          {busy ? 'Asking…' : 'See what would change'}
        </Button>
      </form>
      {hasFleet && (
        <p className="config-note">
          Only this robot&apos;s own file is written. Values that come from the file of all robots need that one there
          as well: start the nodes with{' '}
          <span className="code">--params-file @fleet.yaml --params-file {robot}.yaml</span>.
        </p>
      )}
      {problem !== null && <ProblemCallout tone="bad" problem={problem} />}
      {shown !== null && shown.text === null && <p>There is no file yet: it is made.</p>}
      {shown !== null && <TextDiff before={shown.text ?? ''} after={text} />}
      {shown !== null && (
        <div className="dialog-end">
          <Button
            look="primary"
            data-testid="config-target-write"
            disabled={busy || shown.text === text}
            onClick={() => void write(shown)}
          >
            Write it
          </Button>
        </div>
      )}
    </div>
  );
}
