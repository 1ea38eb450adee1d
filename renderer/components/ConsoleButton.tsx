import type { ConsoleWay } from '../bridge/consoleWay.js';
import { Button } from './Button.js';
import { Glyph } from './Glyph.js';

/** Opens the CloudWatch console in the browser. Where there is nothing to open it can still be reached, and says why. */
export function ConsoleButton({ way, look = 'plain' }: { readonly way: ConsoleWay; readonly look?: 'plain' | 'icon' }) {
  const words = way.isOffline ? 'Copy the CloudWatch address' : 'Open in CloudWatch';
  const isOff = way.reason !== '';
  const common = {
    'aria-disabled': isOff,
    'aria-label': isOff ? `${words}: ${way.reason}` : words,
    title: isOff ? way.reason : words,
    'data-testid': 'open-console',
    onClick: () => {
      if (!isOff) void way.go();
    },
  };
  if (look === 'icon') {
    return (
      <button type="button" className="icon-button" {...common}>
        <Glyph name="outward" />
      </button>
    );
  }
  return (
    <Button {...common}>
      {words}
      <Glyph name="outward" />
    </Button>
  );
}
