import { themes } from '../../main/contract/bridge.js';
import type { Session } from '../bridge/Session.js';
import { flushNow } from '../cache/flushNow.js';
import { applySavedFilter, clearFilter } from '../logs/logActions.js';
import { desks, getPage, setPage } from '../stores/pageStore.js';
import { themeNames } from '../theme/mantineTheme.js';
import { deskNames } from './deskNames.js';

export interface Command {
  readonly group: 'Do' | 'Desks' | 'Robots' | 'Theme';
  readonly title: string;
  readonly hint: string;
  readonly run: () => void;
}

/** Everything that can be done by its name. */
export function listCommands(session: Session): readonly Command[] {
  return [...actionCommands(session), ...deskCommands(session), ...robotCommands(session), ...themeCommands(session)];
}

function actionCommands(session: Session): Command[] {
  const { robot: name, pausedEnd, savedFilters } = getPage();
  const robot = session.status.robot(name);
  const commands: Command[] = [];
  const add = (title: string, hint: string, run: () => void): void => {
    commands.push({ group: 'Do', title, hint, run });
  };
  if (robot !== null) {
    add('Flush now', robot.name, () => void flushNow(session, robot.name));
    if (pausedEnd === null) {
      add('Pause the view', 'Space', () => {
        setPage({ desk: 'logs', pausedEnd: session.live.ring.end });
      });
    } else {
      add('Resume the view', 'Space', () => {
        setPage({ desk: 'logs', pausedEnd: null });
      });
    }
    add('Examine the connection (doctor)', robot.name, () => {
      setPage({ dialog: 'doctor' });
    });
    add('Show everything: clear the filter', '', clearFilter);
    for (const filter of savedFilters) {
      add(`Filter: ${filter.name}`, filter.expression, () => {
        setPage({ desk: 'logs' });
        applySavedFilter(filter);
      });
    }
    if (robot.upload.mode === 'manual') {
      add('Upload by itself when there is a link', robot.name, () => {
        void session.ask('upload.setMode', { robot: robot.name, mode: 'auto' });
      });
    } else {
      add('Upload only when I flush', robot.name, () => {
        void session.ask('upload.setMode', { robot: robot.name, mode: 'manual' });
      });
    }
    if (robot.connected)
      add(`Disconnect ${robot.name}`, '', () => void session.ask('robots.disconnect', { robot: robot.name }));
    else add(`Connect ${robot.name}`, '', () => void session.ask('robots.connect', { robot: robot.name }));
  }
  add('Connect another robot…', '', () => {
    setPage({ dialog: 'add-robot' });
  });
  add('Connect a robot from a profile…', '', () => {
    setPage({ dialog: 'import-profile' });
  });
  add('Start the demo robot', '', () => void startDemo(session));
  add('Settings…', 'Ctrl ,', () => {
    setPage({ dialog: 'settings' });
  });
  add('Show all keys', '?', () => {
    setPage({ dialog: 'shortcuts' });
  });
  return commands;
}

async function startDemo(session: Session): Promise<void> {
  const result = await session.ask('robots.startDemo', {}, 60_000);
  if (result.ok) await session.lookAt(result.value.robot);
}

function deskCommands(session: Session): Command[] {
  return desks.map((desk, index) => ({
    group: 'Desks',
    title: deskNames[desk],
    hint: `Ctrl ${index + 1}`,
    run: () => {
      setPage({ desk });
      session.remember();
    },
  }));
}

function robotCommands(session: Session): Command[] {
  const robots = session.status.getFrame()?.robots ?? [];
  const { recentRobots } = getPage();
  const place = (name: string): number => {
    const at = recentRobots.indexOf(name);
    return at === -1 ? recentRobots.length : at;
  };
  // As they were looked at last; the others behind them, by name.
  return [...robots]
    .sort((a, b) => place(a.name) - place(b.name))
    .map((robot) => ({
      group: 'Robots',
      title: robot.name,
      hint: robot.sourceWords,
      run: () => void session.lookAt(robot.name),
    }));
}

function themeCommands(session: Session): Command[] {
  return themes.map((theme) => ({
    group: 'Theme',
    title: `${themeNames[theme]} theme`,
    hint: getPage().theme === theme ? 'in use' : '',
    run: () => {
      setPage({ theme });
      session.remember();
    },
  }));
}
