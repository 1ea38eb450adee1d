import { Menu } from '@mantine/core';
import { useState } from 'react';
import { type SeriesChoice, seriesShapes } from '../../main/contract/bridge.js';
import type { ConsoleWay } from '../bridge/consoleWay.js';
import { Glyph } from '../components/Glyph.js';
import { chooseForSeries } from '../stores/metricChoices.js';
import { useSession } from '../bridge/useSession.js';
import type { Series } from '../stores/Series.js';
import { focusSeries } from './focusSeries.js';
import { openMetricDialog } from './metricDialog.js';
import { metricConsoleWay } from './metricConsoleWay.js';
import { useMetricDesk } from './MetricDeskState.js';
import { shapeNames } from './seriesWords.js';

/**
 * What can be done with one series; the same things have keys on the card. From the card the menu is opened with M, the Menu key or
 * Shift F10 (`openCardMenu`), and closing it gives the focus back to the card: its button is no stop of Tab's, or a hundred charts
 * would be two hundred stops.
 */
export function CardMenu({ series, choice }: { readonly series: Series; readonly choice: SeriesChoice }) {
  const [opened, setOpened] = useState(false);
  const change = (next: boolean): void => {
    setOpened(next);
    if (!next) focusSeries(series.key);
  };
  const session = useSession();
  const desk = useMetricDesk();
  const { robot } = desk;
  return (
    <Menu opened={opened} onChange={change} returnFocus={false}>
      <Menu.Target>
        <button
          type="button"
          className="icon-button metric-more"
          data-testid="metric-menu"
          aria-label={`Choices for ${series.name}`}
          tabIndex={-1}
        >
          <Glyph name="more" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<Glyph name="pin" />}
          onClick={() => {
            chooseForSeries(robot, series.key, { pinned: !choice.pinned });
          }}
        >
          {choice.pinned ? 'Unpin' : 'Pin to the top'} <kbd className="key">p</kbd>
        </Menu.Item>
        <Menu.Item
          leftSection={<Glyph name="bell" />}
          onClick={() => {
            openMetricDialog({ kind: 'threshold', series });
          }}
        >
          Alarm… <kbd className="key">a</kbd>
        </Menu.Item>
        <Menu.Item
          leftSection={<Glyph name="info" />}
          onClick={() => {
            openMetricDialog({ kind: 'samples', series });
          }}
        >
          As a table… <kbd className="key">t</kbd>
        </Menu.Item>
        <ConsoleItem way={metricConsoleWay(session, desk, series)} />
        <Menu.Divider />
        <Menu.Label>
          Show as <kbd className="key">s</kbd>
        </Menu.Label>
        {seriesShapes.map((shape) => (
          <Menu.Item
            key={shape}
            leftSection={shape === choice.shape ? <Glyph name="sent" /> : <span className="glyph" />}
            onClick={() => {
              chooseForSeries(robot, series.key, { shape });
            }}
          >
            {shapeNames[shape]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Opens the menu of a card; nothing for what has none. */
export function openCardMenu(card: HTMLElement): void {
  card.querySelector<HTMLElement>('.metric-more')?.click();
}

/** The menu reads the time shown when it is opened; the item says why when there is nothing to open. */
function ConsoleItem({ way }: { readonly way: ConsoleWay }) {
  const isOff = way.reason !== '';
  return (
    <Menu.Item
      leftSection={<Glyph name="outward" />}
      aria-disabled={isOff}
      title={way.reason}
      data-testid="metric-console"
      closeMenuOnClick={!isOff}
      onClick={() => {
        if (!isOff) void way.go();
      }}
    >
      {way.isOffline ? 'Copy the CloudWatch address' : 'Open in CloudWatch'} <kbd className="key">o</kbd>
      {isOff && <span className="menu-reason">{way.reason}</span>}
    </Menu.Item>
  );
}
