import { Modal } from '@mantine/core';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { type Command, listCommands } from './commands.js';

export function CommandPalette() {
  const open = usePage((page) => page.dialog === 'palette');
  return (
    <Modal
      opened={open}
      onClose={close}
      withCloseButton={false}
      size="36rem"
      classNames={{ root: 'palette' }}
      title="Search and commands"
    >
      <PaletteBody />
    </Modal>
  );
}

function close(): void {
  setPage({ dialog: null });
}

function PaletteBody() {
  const session = useSession();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const commands = useMemo(() => listCommands(session), [session]);
  const found = commands.filter((command) => matches(command, text));
  const run = (command: Command | undefined): void => {
    if (command === undefined) return;
    close();
    command.run();
  };
  const moveByKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next = (chosen + step + found.length) % Math.max(1, found.length);
      setChosen(next);
      document.getElementById(`command-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[chosen]);
    }
  };
  return (
    <div onKeyDown={moveByKey}>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={`command-${chosen}`}
        aria-label="Search robots, desks and commands"
        placeholder="Robots, desks, commands…"
        data-autofocus
        data-testid="palette-input"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label="Commands">
        {found.map((command, index) => (
          <div key={`${command.group} ${command.title}`} role="presentation">
            {found[index - 1]?.group !== command.group && <div className="palette-group">{command.group}</div>}
            <div
              id={`command-${index}`}
              role="option"
              className="palette-item"
              aria-selected={index === chosen}
              onMouseMove={() => {
                setChosen(index);
              }}
              onClick={() => {
                run(command);
              }}
            >
              <span>{command.title}</span>
              <span className="muted">{command.hint}</span>
            </div>
          </div>
        ))}
        {found.length === 0 && <p className="palette-group">Nothing is called so.</p>}
      </div>
    </div>
  );
}

/** Every word of the text must be somewhere in the command. */
function matches(command: Command, text: string): boolean {
  const place = `${command.group} ${command.title} ${command.hint}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => place.includes(word));
}
