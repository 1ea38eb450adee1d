import { Menu } from '@mantine/core';
import type { FilterMessage } from '../../main/contract/calls.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Glyph } from '../components/Glyph.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { setCacheDesk, useCacheDesk } from './cacheDeskStore.js';
import { hold, release, retry } from './selectionActions.js';

/** How many records are meant, and what can be done with them. */
export function SelectionBar(props: {
  readonly robot: RobotStatus;
  readonly filter: FilterMessage;
  readonly records: number | null;
}) {
  const { robot, filter, records } = props;
  const session = useSession();
  const onDisk = robot.cachedRecords + robot.quarantinedRecords;
  const none = records === 0;
  const order = useCacheDesk((desk) => desk.order);
  return (
    <div className="selection-bar">
      <div className="selection-words">
        <h2>Look inside</h2>
        <span className="muted" data-testid="fitting" data-value={records ?? ''}>
          {records === null
            ? 'counting…'
            : `${formatCount(records)} of ${formatQuantity(onDisk, 'record')} on disk ${records === onDisk ? 'are shown' : 'fit'}, ${order} first`}
        </span>
      </div>
      <div className="selection-actions" role="group" aria-label="With these records">
        <Button data-testid="selection-hold" disabled={none} onClick={() => void hold(session, robot.name, filter)}>
          Hold
        </Button>
        {robot.heldRecords > 0 && (
          <Button
            data-testid="selection-release"
            disabled={none}
            onClick={() => void release(session, robot.name, filter)}
          >
            Release
          </Button>
        )}
        {robot.quarantinedRecords > 0 && (
          <Button data-testid="selection-retry" disabled={none} onClick={() => void retry(session, robot.name, filter)}>
            Retry refused
          </Button>
        )}
        <Button
          data-testid="selection-redact"
          disabled={none}
          onClick={() => {
            setCacheDesk({ dialog: 'redact' });
          }}
        >
          Redact…
        </Button>
        <Button
          data-testid="selection-export"
          disabled={none}
          onClick={() => {
            setCacheDesk({ dialog: 'export' });
          }}
        >
          Export…
        </Button>
        <Button
          look="danger"
          data-testid="selection-delete"
          disabled={none}
          onClick={() => {
            setCacheDesk({ dialog: 'delete' });
          }}
        >
          Delete…
        </Button>
        <Menu>
          <Menu.Target>
            <Button aria-label="More to do with these records" data-testid="selection-more">
              <Glyph name="more" />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              data-testid="selection-reaim"
              disabled={none}
              onClick={() => {
                setCacheDesk({ dialog: 'reaim' });
              }}
            >
              Send them somewhere else…
            </Menu.Item>
            <Menu.Item
              data-testid="selection-retime"
              disabled={none}
              onClick={() => {
                setCacheDesk({ dialog: 'retime', retimed: null });
              }}
            >
              Edit the robot&apos;s time…
            </Menu.Item>
            <Menu.Item
              data-testid="selection-import"
              onClick={() => {
                setCacheDesk({ dialog: 'import' });
              }}
            >
              Import a folder of the original nodes…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}
