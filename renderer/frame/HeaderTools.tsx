import { Menu } from '@mantine/core';
import { themes } from '../../main/contract/bridge.js';
import { useSession } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { setPage, usePage } from '../stores/pageStore.js';
import { themeNames } from '../theme/mantineTheme.js';

export function HeaderTools() {
  const session = useSession();
  const theme = usePage((page) => page.theme);
  return (
    <div className="header-tools">
      <button
        type="button"
        className="palette-button"
        data-testid="palette-open"
        onClick={() => {
          setPage({ dialog: 'palette' });
        }}
      >
        <Glyph name="search" />
        <span className="palette-words">Search and commands</span>
        <kbd className="key">Ctrl K</kbd>
      </button>
      <Menu>
        <Menu.Target>
          <button
            type="button"
            className="icon-button"
            aria-label={`Theme: ${themeNames[theme]}`}
            data-testid="theme-menu"
          >
            <Glyph name="theme" />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Theme</Menu.Label>
          {themes.map((name) => (
            <Menu.Item
              key={name}
              leftSection={name === theme ? <Glyph name="sent" /> : <span className="glyph" />}
              onClick={() => {
                setPage({ theme: name });
                session.remember();
              }}
            >
              {themeNames[name]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<span className="glyph" />}
            data-testid="settings-open"
            onClick={() => {
              setPage({ dialog: 'settings' });
            }}
          >
            Settings…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
