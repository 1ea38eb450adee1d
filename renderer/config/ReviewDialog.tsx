import { compareRobotTexts } from '../../main/config/text/compareRobotTexts.js';
import { parseRobotFile } from '../../main/config/text/parseRobotFile.js';
import { fleetName } from '../../main/model/fleetFile.js';
import { Button } from '../components/Button.js';
import { formatQuantity } from '../format/formatCount.js';
import { ConfigDialog } from './ConfigDialog.js';
import { DifferenceTable } from './DifferenceTable.js';
import { TextDiff } from './TextDiff.js';
import type { RobotFileState } from './useRobotFile.js';

/** What would change, and when it would count, before it is applied. */
export function ReviewDialog(props: {
  readonly robot: string;
  readonly file: RobotFileState;
  readonly opened: boolean;
  readonly close: () => void;
}) {
  return (
    <ConfigDialog
      title={`Apply changes to ${props.robot}.yaml`}
      width="52rem"
      opened={props.opened}
      close={props.close}
    >
      <Review {...props} />
    </ConfigDialog>
  );
}

function Review({ robot, file, close }: Parameters<typeof ReviewDialog>[0]) {
  const before = file.saved?.text ?? '';
  const differences = compareRobotTexts(parseRobotFile(robot, before, file.fleet?.parsed), file.parsed);
  const reconnects = differences.some(({ effect }) => effect === 'reconnect');
  const apply = async (): Promise<void> => {
    // What hinders it, a conflict or a problem, is shown on the desk.
    await file.save();
    close();
  };
  return (
    <div className="config-review" data-testid="config-review">
      {differences.length === 0 ? (
        <p className="muted">No value changes: only comments, order or spelling.</p>
      ) : (
        <DifferenceTable differences={differences} heads={['Now', 'Then']} effects />
      )}
      {reconnects && (
        <p className="config-note">
          {robot === fleetName ? 'The connections to the robots are' : 'The connection to the robot is'} made anew. What
          is on disk stays; lines of the moment between come from the robot&apos;s own history, as far as it keeps one.
        </p>
      )}
      <TextDiff before={before} after={file.text} />
      <div className="dialog-end">
        <Button look="quiet" onClick={close}>
          Go on editing
        </Button>
        <Button
          look="primary"
          data-autofocus
          data-testid="config-apply"
          disabled={file.saving}
          onClick={() => void apply()}
        >
          {file.saving ? 'Applying…' : `Apply ${formatQuantity(Math.max(1, differences.length), 'change')}`}
        </Button>
      </div>
    </div>
  );
}
