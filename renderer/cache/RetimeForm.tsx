import { Checkbox, NumberInput, SegmentedControl } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import type { FilterMessage } from '../../main/contract/calls.js';
import type { PendingGroup } from '../../main/contract/frames.js';
import { useNow, useRobot, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { Fact, Facts } from '../components/Facts.js';
import { formatQuantity } from '../format/formatCount.js';
import { formatDayTimeMs } from '../format/formatTime.js';
import { closeDialog, useCacheDesk } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';
import { editTimeoutMs, retry, tellOfEdit } from './selectionActions.js';
import {
  acceptanceOf,
  inUnits,
  localInputOf,
  msOfLocalInput,
  shiftUnits,
  type ShiftUnit,
  type Span,
} from './timeShift.js';

/** Moves the robot's time of records, for instance when its clock was wrong, and has refused ones tried again. */
export function RetimeForm({ robot, filter, records }: DialogProps) {
  const session = useSession();
  const status = useRobot();
  const now = useNow(1000);
  const record = useCacheDesk((desk) => desk.retimed);
  const span =
    record === null ? spanOf(status?.pending ?? [], filter) : { oldestMs: record.stampMs, newestMs: record.stampMs };
  const [shiftMs, setShiftMs] = useState(0);
  const [again, setAgain] = useState(true);
  const [busy, setBusy] = useState(false);
  const meant: FilterMessage = record === null ? filter : {};
  const isRefused = record === null ? filter.states?.includes('quarantined') === true : record.state === 'quarantined';
  const count = record === null ? records : 1;
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (shiftMs === 0) return;
    setBusy(true);
    const only = record === null ? {} : { record: record.address };
    const result = await session.ask('cache.shiftTime', { robot, filter: meant, shiftMs, ...only }, editTimeoutMs);
    setBusy(false);
    if (!result.ok) return;
    closeDialog();
    tellOfEdit(session, robot, result.value, `moved to ${record === null ? 'their' : 'its'} new time`);
    // A record stays where it is on disk when its time is another one.
    if (isRefused && again && result.value.records > 0) await retry(session, robot, meant, record?.address);
  };
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <p>
        The time that the robot stamped is changed on this disk, for{' '}
        {count === null ? 'the records that fit' : formatQuantity(count, 'record')}. It can be undone until you confirm
        it on this desk.
      </p>
      {record === null ? (
        <ShiftField shiftMs={shiftMs} span={span} now={now} change={setShiftMs} />
      ) : (
        <label className="retime-field">
          New time, in the laptop&apos;s time zone
          <input
            type="datetime-local"
            step="0.001"
            className="text-input code"
            data-autofocus
            data-testid="retime-at"
            defaultValue={localInputOf(record.stampMs)}
            onChange={(event) => {
              const timeMs = msOfLocalInput(event.currentTarget.value);
              setShiftMs(timeMs === null ? 0 : timeMs - record.stampMs);
            }}
          />
        </label>
      )}
      {span !== null && <Preview span={span} shiftMs={shiftMs} now={now} />}
      {isRefused && (
        <Checkbox
          label="Then try to send them again"
          data-testid="retime-again"
          checked={again}
          onChange={(event) => {
            setAgain(event.currentTarget.checked);
          }}
        />
      )}
      <div className="dialog-end">
        <Button onClick={closeDialog}>Leave them</Button>
        <Button type="submit" look="primary" data-testid="retime-confirm" disabled={busy || shiftMs === 0}>
          {busy ? 'Writing…' : isRefused && again ? 'Change and try again' : 'Change the time'}
        </Button>
      </div>
    </form>
  );
}

/** How far, in the unit that a person thinks in; or so that the newest is now. */
function ShiftField(props: {
  readonly shiftMs: number;
  readonly span: Span | null;
  readonly now: number;
  readonly change: (shiftMs: number) => void;
}) {
  const { span, now, change } = props;
  const [unit, setUnit] = useState<ShiftUnit>('hours');
  const [amount, setAmount] = useState<number | string>(0);
  const set = (nextAmount: number | string, nextUnit: ShiftUnit): void => {
    setAmount(nextAmount);
    setUnit(nextUnit);
    change(typeof nextAmount === 'number' ? Math.round(nextAmount * shiftUnits[nextUnit]) : 0);
  };
  return (
    <div className="retime-shift">
      <NumberInput
        label="Move by"
        data-autofocus
        data-testid="retime-amount"
        decimalScale={3}
        hideControls
        value={amount}
        onChange={(value) => {
          set(value, unit);
        }}
      />
      <SegmentedControl
        fullWidth
        aria-label="Unit"
        value={unit}
        onChange={(value) => {
          set(amount, value as ShiftUnit);
        }}
        data={Object.keys(shiftUnits)}
      />
      <p className="muted">
        Less than zero moves to the past
        {span !== null && (
          <>
            {' · '}
            <button
              type="button"
              className="link-button"
              data-testid="retime-now"
              onClick={() => {
                const parts = inUnits(Math.floor((now - span.newestMs) / 1000) * 1000);
                set(parts.amount, parts.unit);
              }}
            >
              so that the newest is now
            </button>
          </>
        )}
      </p>
    </div>
  );
}

function Preview({ span, shiftMs, now }: { readonly span: Span; readonly shiftMs: number; readonly now: number }) {
  const answer = acceptanceOf(span, shiftMs, now);
  const alone = span.oldestMs === span.newestMs;
  return (
    <>
      <Facts>
        <Fact name={alone ? 'time' : 'oldest'}>
          <Moved timeMs={span.oldestMs} shiftMs={shiftMs} />
        </Fact>
        {!alone && (
          <Fact name="newest">
            <Moved timeMs={span.newestMs} shiftMs={shiftMs} />
          </Fact>
        )}
      </Facts>
      {answer === 'all' ? (
        <p className="muted" data-testid="retime-answer">
          CloudWatch takes these times.
        </p>
      ) : (
        <Callout data-testid="retime-answer">
          <p>
            {answer === 'too-old'
              ? `The oldest would be older than 14 days: CloudWatch does not take ${alone ? 'it' : 'them'}.`
              : `The newest would be more than 2 hours ahead: CloudWatch does not take ${alone ? 'it' : 'them'} yet.`}
          </p>
        </Callout>
      )}
    </>
  );
}

function Moved({ timeMs, shiftMs }: { readonly timeMs: number; readonly shiftMs: number }) {
  if (shiftMs === 0) return <span className="code">{formatDayTimeMs(timeMs)}</span>;
  return (
    <span className="code">
      <del>{formatDayTimeMs(timeMs)}</del> <ins>{formatDayTimeMs(timeMs + shiftMs)}</ins>
    </span>
  );
}

/** Of the groups on disk that the filter can mean: at least as wide as what it does mean. */
function spanOf(groups: readonly PendingGroup[], { states, severities, kind }: FilterMessage): Span | null {
  const meant = groups.filter(
    (group) =>
      (states?.includes(group.state) ?? true) &&
      (kind === undefined || group.kind === kind) &&
      (group.severity === null || (severities?.includes(group.severity) ?? true)),
  );
  if (meant.length === 0) return null;
  return {
    oldestMs: Math.min(...meant.map(({ oldestMs }) => oldestMs)),
    newestMs: Math.max(...meant.map(({ newestMs }) => newestMs)),
  };
}
