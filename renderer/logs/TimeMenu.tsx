import { Menu } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { setPage, type TimeBase, toggleZone, usePage } from '../stores/pageStore.js';
import { setTimeBase, toggleDenseLines } from './logActions.js';

const baseWords: Readonly<Record<TimeBase, { readonly short: string; readonly long: string }>> = {
  robot: { short: 'Robot time', long: 'Robot time: when the robot wrote it' },
  laptop: { short: 'Laptop time', long: 'Laptop time: when it was received' },
  elapsed: { short: 'Elapsed', long: 'Elapsed: how long after the line chosen with Z' },
};

/** How the list shows time, and lines that repeat. */
export function TimeMenu() {
  const session = useSession();
  const { live } = session;
  const view = usePage((page) => page.timeView);
  const collapsing = usePage((page) => page.collapsing);
  const denseLines = usePage((page) => page.denseLines);
  return (
    <Menu>
      <Menu.Target>
        <Button data-testid="time-base" data-value={view.base} data-zone={view.zone}>
          {baseWords[view.base].short}
          {view.zone === 'utc' && view.base !== 'elapsed' && ' UTC'}
          <Glyph name="chevron" />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Times in the list</Menu.Label>
        {(['robot', 'laptop', 'elapsed'] as const).map((base) => (
          <Menu.Item
            key={base}
            data-testid={`time-${base}`}
            rightSection={<CheckedKey checked={view.base === base} letter="T" />}
            onClick={() => {
              setTimeBase(live, base);
            }}
          >
            {baseWords[base].long}
          </Menu.Item>
        ))}
        <Menu.Item
          data-testid="time-zone"
          rightSection={<CheckedKey checked={view.zone === 'utc'} letter="U" />}
          onClick={toggleZone}
        >
          In UTC
        </Menu.Item>
        <Menu.Label>Lines</Menu.Label>
        <Menu.Item
          data-testid="collapse-repeats"
          rightSection={<CheckedKey checked={collapsing} letter="R" />}
          onClick={() => {
            setPage({ collapsing: !collapsing });
          }}
        >
          Collapse repeats
        </Menu.Item>
        <Menu.Item
          data-testid="dense-lines"
          rightSection={<CheckedKey checked={denseLines} letter="D" />}
          onClick={() => {
            toggleDenseLines(session);
          }}
        >
          Closer together
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function CheckedKey({ checked, letter }: { readonly checked: boolean; readonly letter: string }) {
  return (
    <>
      {checked && <Glyph name="sent" />} <kbd className="key">{letter}</kbd>
    </>
  );
}

/**
 * How far the robot's clock is from the laptop's, in milliseconds, by the quickest of the newest lines: a line can come late, but
 * never before it was written. Positive when the robot's clock is behind. Null of a recording: it came when it was replayed.
 */
export function useSkewMs(): number | null {
  const { live } = useSession();
  const [skewMs, setSkewMs] = useState<number | null>(null);
  useEffect(() => {
    const measure = (): void => {
      const { ring } = live;
      let least: number | null = null;
      if (live.isReplay) {
        setSkewMs(null);
        return;
      }
      for (let position = ring.end - 1; position >= Math.max(ring.first, ring.end - linesLookedAt); position -= 1) {
        const delayMs = ring.receivedMsAt(position) - ring.stampMsAt(position);
        // Gaps have one time only; notes are stamped like the line that they are about.
        if (delayMs === 0 || ring.nodeNameAt(position) === '') continue;
        if (least === null || delayMs < least) least = delayMs;
      }
      setSkewMs(least);
    };
    measure();
    const timer = setInterval(measure, measureEveryMs);
    return () => {
      clearInterval(timer);
    };
  }, [live]);
  return skewMs;
}

const linesLookedAt = 200;
const measureEveryMs = 2000;
