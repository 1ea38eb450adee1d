import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { setPage, usePage } from '../stores/pageStore.js';

const shortcuts: readonly (readonly [keys: string, words: string])[] = [
  ['Ctrl K', 'search and commands'],
  ['Ctrl 1 … 4', 'open a desk'],
  ['/', 'filter the lines'],
  ['↑ ↓ PgUp PgDn', 'move through the lines; with Shift, choose several'],
  ['Home End', 'oldest line; newest line, and follow'],
  ['e E', 'next and previous error'],
  ['Enter Esc', 'open and close the detail'],
  ['Space', 'pause or resume the view (never the recording)'],
  ['Ctrl C', 'copy the chosen lines as text'],
  ['Ctrl S', 'save the robot file'],
  ['↑ ↓', 'charts: the chart before and after'],
  ['← → Home End', 'charts: move the cursor; with Shift, the time shown'],
  ['+ - 0', 'charts: zoom in and out; back to live'],
  ['p s a t', 'charts: pin, show as rate or mean, alarm, as a table'],
  ['Enter', 'charts: the lines of that moment'],
  ['?', 'this list'],
];

export function ShortcutsDialog() {
  const open = usePage((page) => page.dialog === 'shortcuts');
  return (
    <Modal
      opened={open}
      onClose={() => {
        setPage({ dialog: null });
      }}
      title="Keys"
      size="32rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className="shortcuts">
        {shortcuts.map(([keys, words]) => (
          <Fragment key={keys}>
            <span>
              <kbd className="key">{keys}</kbd>
            </span>
            <span>{words}</span>
          </Fragment>
        ))}
      </div>
    </Modal>
  );
}
