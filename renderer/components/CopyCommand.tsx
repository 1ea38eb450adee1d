import { useSession } from '../bridge/useSession.js';
import { notify } from '../stores/pageStore.js';
import { Button } from './Button.js';

/** A command that helps, to be copied into a terminal. */
export function CopyCommand({
  command,
  then = 'Run it in a terminal; what waits is sent by itself then.',
}: {
  readonly command: string;
  /** What the notice says to do with it. */
  readonly then?: string;
}) {
  const { bridge } = useSession();
  return (
    <p className="copy-command">
      <code className="code selectable">{command}</code>
      <Button
        data-testid="copy-command"
        onClick={() => {
          void bridge.copyText(command).then(() => {
            notify('good', 'The command is on the clipboard.', then);
          });
        }}
      >
        Copy
      </Button>
    </p>
  );
}
