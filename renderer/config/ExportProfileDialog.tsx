import { profileText } from '../../main/config/text/profileText.js';
import type { ParsedRobotFile } from '../../main/config/text/parseRobotFile.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { notify } from '../stores/pageStore.js';
import { ConfigDialog } from './ConfigDialog.js';

/** A robot's name, colour and connection settings as one file, shown before it is saved. */
export function ExportProfileDialog(props: {
  readonly robot: string;
  readonly parsed: ParsedRobotFile;
  readonly opened: boolean;
  readonly close: () => void;
}) {
  return (
    <ConfigDialog
      title={`Connection profile of ${props.robot}`}
      width="46rem"
      opened={props.opened}
      close={props.close}
    >
      <ExportProfile {...props} />
    </ConfigDialog>
  );
}

function ExportProfile({ robot, parsed, close }: Parameters<typeof ExportProfileDialog>[0]) {
  const { bridge } = useSession();
  const profile = profileText(robot, parsed);
  if (!profile.ok) return <p className="muted">{profile.problem.message}</p>;
  const { text, withoutCredentials } = profile.value;
  const save = async (): Promise<void> => {
    try {
      const place = await bridge.saveFile(`${robot}.profile.yaml`, new TextEncoder().encode(text));
      if (place === null) return;
      close();
      notify('good', `${place} is written.`, 'On another laptop: Connect another robot, From a profile…');
    } catch (error) {
      notify('bad', `The profile could not be written: ${String(error)}`, 'Choose another folder.');
    }
  };
  return (
    <div className="config-review">
      <p className="muted">
        How {robot} is reached and where its data goes, for another laptop. Keys and passwords are never in it: AWS
        credentials stay in the profiles of each laptop.
      </p>
      {withoutCredentials.length > 0 && (
        <Callout>
          <p>Left out, because it names a user or password: {withoutCredentials.join(', ')}.</p>
        </Callout>
      )}
      <pre
        className="config-diff config-text code selectable"
        data-testid="profile-text"
        tabIndex={0}
        aria-label="The profile"
      >
        {text}
      </pre>
      <div className="dialog-end">
        <Button
          onClick={() => {
            void bridge.copyText(text).then(() => {
              notify('good', 'Copied as text.');
            });
          }}
        >
          Copy
        </Button>
        <Button look="primary" data-autofocus data-testid="profile-save" onClick={() => void save()}>
          Save to a file…
        </Button>
      </div>
    </div>
  );
}
