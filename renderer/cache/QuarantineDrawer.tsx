import { Drawer } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CachedRow, FilterMessage } from '../../main/contract/calls.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatDayTimeMs } from '../format/formatTime.js';
import { closeDialog, setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import { RecordPane } from './RecordPane.js';
import { reasonsOf } from './reasonsOf.js';
import { retry } from './selectionActions.js';

/** What CloudWatch refused, by its reason, with all that can be done about it. */
export function QuarantineDrawer({ robot, filter }: { readonly robot: RobotStatus; readonly filter: FilterMessage }) {
  const open = useCacheDesk((desk) => desk.dialog === 'quarantine');
  return (
    <Drawer
      opened={open}
      onClose={closeDialog}
      position="right"
      size="46rem"
      lockScroll={false}
      title="Quarantine"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {open && <Content robot={robot} filter={filter} />}
    </Drawer>
  );
}

function Content({ robot, filter }: { readonly robot: RobotStatus; readonly filter: FilterMessage }) {
  const session = useSession();
  const rows = useRefused(robot, filter);
  const [shown, setShown] = useState<CachedRow | null>(null);
  if (rows === null) return <p className="muted">Reading…</p>;
  if (rows.length === 0) return <p data-testid="quarantine-empty">Nothing is in quarantine.</p>;
  const more = robot.quarantinedRecords > rows.length;
  return (
    <div className="quarantine" data-testid="quarantine">
      <p className="muted">
        CloudWatch refused these for good, or would. They are kept on this disk and not tried again by themselves; mend
        what it says, then retry. Nothing of it is lost.
      </p>
      <ul className="quarantine-reasons" aria-label="Reasons">
        {reasonsOf(rows).map(({ reason, records }) => (
          <li key={reason} data-testid="quarantine-reason">
            <b className="number">{formatCount(records)}</b>
            <span className="record-reason selectable">{reason}</span>
          </li>
        ))}
      </ul>
      <div className="selection-actions" role="group" aria-label="With all of these">
        <Button
          look="primary"
          data-autofocus
          data-testid="quarantine-retry"
          onClick={() => void retry(session, robot.name, filter)}
        >
          Retry {more ? 'all' : formatQuantity(rows.length, 'record')}
        </Button>
        <Button
          data-testid="quarantine-retime"
          onClick={() => {
            setCacheDesk({ dialog: 'retime', retimed: null });
          }}
        >
          Edit time…
        </Button>
        <Button
          data-testid="quarantine-export"
          onClick={() => {
            setCacheDesk({ dialog: 'export' });
          }}
        >
          Export…
        </Button>
        <Button
          look="danger"
          data-testid="quarantine-delete"
          onClick={() => {
            setCacheDesk({ dialog: 'delete' });
          }}
        >
          Delete…
        </Button>
      </div>
      <ul className="quarantine-rows" aria-label="Refused records, newest first">
        {rows.map((row) => (
          <li key={`${row.segment}.${row.ordinal}`}>
            <button
              type="button"
              className="quarantine-row code"
              data-testid="quarantine-row"
              aria-expanded={shown === row}
              onClick={() => {
                setShown(shown === row ? null : row);
              }}
            >
              <Glyph name="chevron" />
              <span className="muted">{formatDayTimeMs(row.stampMs)}</span>
              <span className="muted">{row.label}</span>
              <span className="record-text">{row.text}</span>
            </button>
            {shown === row && (
              <RecordPane
                robot={robot.name}
                segment={row.segment}
                ordinal={row.ordinal}
                isAlone
                close={() => {
                  setShown(null);
                }}
              />
            )}
          </li>
        ))}
      </ul>
      {more && (
        <p className="muted">
          The newest {formatCount(rows.length)} of {formatCount(robot.quarantinedRecords)}: all of them are on the desk.
        </p>
      )}
    </div>
  );
}

/** Read again when their number changes. Null while they are read for the first time. */
function useRefused(robot: RobotStatus, filter: FilterMessage): readonly CachedRow[] | null {
  const { link } = useSession();
  const [rows, setRows] = useState<readonly CachedRow[] | null>(null);
  const asked = JSON.stringify({ robot: robot.name, filter, records: robot.quarantinedRecords });
  useEffect(() => {
    const { robot, filter } = JSON.parse(asked) as { robot: string; filter: FilterMessage };
    let stopped = false;
    const input = { robot, filter, order: 'newest', skip: 0, limit: rowsMax } as const;
    void link.call('cache.read', input, 60_000).then((result) => {
      if (!stopped) setRows(result.ok ? result.value.rows : []);
    });
    return () => {
      stopped = true;
    };
  }, [link, asked]);
  return rows;
}

const rowsMax = 500;
