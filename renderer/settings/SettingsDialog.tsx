import { Modal, SegmentedControl } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { themes } from '../../main/contract/bridge.js';
import { type LaptopLimits, noLaptopLimits } from '../../main/model/LaptopLimits.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { formatBytes } from '../format/formatBytes.js';
import { notify, setPage, usePage } from '../stores/pageStore.js';
import { themeNames } from '../theme/mantineTheme.js';
import { LimitField } from './LimitField.js';
import { limitTextOf, readLimits } from './limitTexts.js';
import './settings.css';

/** What holds for the whole app on this laptop, whatever the robots' files say. */
export function SettingsDialog() {
  const opened = usePage((page) => page.dialog === 'settings');
  const close = (): void => {
    setPage({ dialog: null });
  };
  return (
    <Modal opened={opened} onClose={close} title="Settings" size="36rem" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && (
        <div className="settings" data-testid="settings">
          <ThemeChoice />
          <LimitsForm />
          <RecentRobots />
          <SettingsPlace />
        </div>
      )}
    </Modal>
  );
}

function ThemeChoice() {
  const session = useSession();
  const theme = usePage((page) => page.theme);
  return (
    <section aria-labelledby="settings-theme">
      <h3 id="settings-theme">Theme</h3>
      <SegmentedControl
        fullWidth
        aria-labelledby="settings-theme"
        data-testid="settings-theme"
        value={theme}
        data={themes.map((name) => ({ value: name, label: themeNames[name] }))}
        onChange={(name) => {
          setPage({ theme: name });
          session.remember();
        }}
      />
      <p className="muted">Sunlight: black on white and larger, for a screen outdoors.</p>
    </section>
  );
}

/** Limits take effect when they are applied, not while they are typed: a lower one can make records go. */
function LimitsForm() {
  const session = useSession();
  const robots = useStatusFrame()?.robots ?? [];
  const limits = usePage((page) => page.limits);
  const [cachesText, setCachesText] = useState(limitTextOf(limits.cachesBytesMax));
  const [freeText, setFreeText] = useState(limitTextOf(limits.diskFreeBytesMin));
  const read = readLimits({ cachesText, freeText });
  const usedBytes = robots.reduce((sum, robot) => sum + robot.cacheBytes, 0);
  const wanted = read.limits;
  const isChanged =
    wanted !== null &&
    (wanted.cachesBytesMax !== limits.cachesBytesMax || wanted.diskFreeBytesMin !== limits.diskFreeBytesMin);
  const overBytes = Math.max(0, usedBytes - (wanted?.cachesBytesMax ?? Infinity));
  const apply = (next: LaptopLimits): void => {
    setPage({ limits: next });
    session.remember();
    notify('good', 'The limits for this laptop are in force.');
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (wanted !== null && isChanged) apply(wanted);
  };
  return (
    <form className="dialog-form" noValidate onSubmit={submit} aria-labelledby="settings-limits">
      <h3 id="settings-limits">Limits for this laptop</h3>
      <LimitField
        label="All robots' caches together"
        help={`The most disk that they may use. When it is reached, the robot with the largest cache gives up its oldest records, and each is counted as lost. Now: ${formatBytes(usedBytes)} of ${robots.length === 1 ? 'one robot' : `${robots.length} robots`}.`}
        placeholder="no limit but each robot's own"
        testId="settings-caches"
        text={cachesText}
        problem={read.cachesProblem}
        change={setCachesText}
      />
      <LimitField
        label="Kept free on the disk"
        help="With less than this free, nothing more is written to the caches: records wait in memory, and nothing is deleted."
        placeholder="1 GB, or 5 % of a smaller disk"
        testId="settings-free"
        text={freeText}
        problem={read.freeProblem}
        change={setFreeText}
      />
      {isChanged && overBytes > 0 && (
        <Callout tone="bad" data-testid="settings-over">
          <p>
            The caches are {formatBytes(overBytes)} over this limit. The oldest records go as soon as it is applied,
            sent or not.
          </p>
          <p className="muted">Flush or export them first, or choose a higher limit.</p>
        </Callout>
      )}
      <div className="dialog-end">
        <Button
          look="quiet"
          data-testid="settings-default"
          disabled={cachesText === '' && freeText === ''}
          onClick={() => {
            setCachesText(limitTextOf(noLaptopLimits.cachesBytesMax));
            setFreeText(limitTextOf(noLaptopLimits.diskFreeBytesMin));
          }}
        >
          Back to the defaults
        </Button>
        <Button
          look={overBytes > 0 ? 'danger' : 'primary'}
          type="submit"
          data-testid="settings-apply"
          disabled={!isChanged}
        >
          {isChanged && overBytes > 0 ? 'Apply, and let the oldest go' : 'Apply the limits'}
        </Button>
      </div>
    </form>
  );
}

function RecentRobots() {
  const session = useSession();
  const recent = usePage((page) => page.recentRobots);
  const names = useStatusFrame()?.robots.map(({ name }) => name) ?? [];
  const shown = recent.filter((name) => names.includes(name));
  return (
    <section aria-labelledby="settings-recent">
      <h3 id="settings-recent">Robots looked at last</h3>
      <p className="settings-line">
        <span className="muted">
          {shown.length === 0 ? 'None yet.' : `${shown.join(', ')}. Ctrl K lists them first.`}
        </span>
        <Button
          look="quiet"
          disabled={recent.length === 0}
          onClick={() => {
            setPage({ recentRobots: [] });
            session.remember();
          }}
        >
          Forget the order
        </Button>
      </p>
    </section>
  );
}

function SettingsPlace() {
  const home = useStatusFrame()?.home ?? '';
  if (home === '') return null;
  return (
    <p className="muted selectable">
      Kept in <span className="code">{home}/settings/app.json</span>. What a robot does stands in its own file: the
      Config desk.
    </p>
  );
}
