import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { setPage, usePage } from '../stores/pageStore.js';

const shortcuts: readonly (readonly [keys: string, words: string])[] = [
  ['Ctrl K', 'search and commands'],
  ['Ctrl 1 … 4', 'open a desk'],
  ['Ctrl ,', 'settings: theme, and limits for the whole laptop'],
  ['/ Ctrl F', 'filter the lines: text, /regular expression/, node:, file:, text:, -not, mark:'],
  ['↑ ↓ PgUp PgDn', 'move through the lines; with Shift, choose several'],
  ['Home End', 'oldest line on disk; newest line, and follow'],
  ['e E', 'next and previous error'],
  ['Enter Esc', 'open and close the detail'],
  ['Space', 'pause or resume the view (never the recording)'],
  ['C', 'what stands around the chosen line, whatever the filter; again: back'],
  ['B', 'bookmark the chosen line; it travels with the data'],
  ['N', 'nodes as a tree: there S shows only these, M hides these'],
  ['R D', 'collapse lines that repeat; lines closer together, more of them in view'],
  ['Shift Enter', 'on a severity over the list: only these lines; again: all'],
  ['T U Z', 'robot, laptop or elapsed time; UTC; elapsed since the chosen line'],
  ['← →', 'in the histogram: move; with Shift choose a time, Enter keeps to it, Esc shows all'],
  ['Ctrl A Ctrl C', 'choose all lines; copy the chosen ones (all, if none are) as text'],
  ['Ctrl S', 'save the robot file'],
  ['Ctrl Z', 'undo a hold, a deletion, a redaction or another change of records'],
  ['← → Shift', 'on the cache timeline: move and widen the time range'],
  ['↑ ↓', 'charts: the chart before and after'],
  ['← → Home End', 'charts: move the cursor; with Shift, the time shown'],
  ['+ - 0', 'charts: zoom in and out; back to live'],
  ['p s a t', 'charts: pin, show as rate or mean, alarm, as a table'],
  ['M', 'charts: the menu of all of these; so do the Menu key and Shift F10'],
  ['o', 'charts: open the metric in CloudWatch, at the time shown'],
  ['Enter', 'charts: the lines of that moment'],
  ['U', 'charts: times in UTC, or this laptop’s'],
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
