import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { FilterMessage } from '../../main/contract/calls.js';
import { useRobot, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Fact, Facts } from '../components/Facts.js';
import { formatQuantity } from '../format/formatCount.js';
import { setCacheDesk } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';
import { editTimeoutMs, tellOfEdit } from './selectionActions.js';

/** Gives records the destination that the robot's file names now: changing the file never redirects old ones by itself. */
export function ReaimForm({ robot, filter, records }: DialogProps) {
  const session = useSession();
  const status = useRobot();
  const [kind, setKind] = useState<'log' | 'metric'>(filter.kind === 'metric' ? 'metric' : 'log');
  const [busy, setBusy] = useState(false);
  const from = [
    ...new Set((status?.pending ?? []).filter((group) => group.kind === kind).map((group) => group.goesTo)),
  ];
  const to = kind === 'log' ? status?.sendsTo.logs : status?.sendsTo.metrics;
  const submit = async (): Promise<void> => {
    setBusy(true);
    const only: FilterMessage = { ...filter, kind };
    const result = await session.ask('cache.reaim', { robot, filter: only, kind }, editTimeoutMs);
    setBusy(false);
    if (!result.ok) return;
    setCacheDesk({ dialog: null });
    tellOfEdit(session, robot, result.value, `now go to ${to ?? 'the new place'}`);
  };
  return (
    <div className="dialog-form">
      <p>
        Records keep the destination that the robot&apos;s file named when they were taken. Here they get the one that
        it names now; to send them elsewhere, change the file first (Config).
      </p>
      <SegmentedControl
        aria-label="Which records"
        data-testid="reaim-kind"
        value={kind}
        onChange={(value) => {
          setKind(value === 'metric' ? 'metric' : 'log');
        }}
        data={[
          { value: 'log', label: 'Logs' },
          { value: 'metric', label: 'Metrics' },
        ]}
      />
      <Facts>
        <Fact name="went to">{from.length === 0 ? 'nothing of this kind is on disk' : from.join(', ')}</Fact>
        <Fact name="will go to" note={status?.sendsTo.account}>
          {to ?? ''}
        </Fact>
        <Fact name="records" note="of them those of this kind">
          {records === null ? 'counting…' : `${formatQuantity(records, 'record')} fit`}
        </Fact>
      </Facts>
      <div className="dialog-end">
        <Button
          onClick={() => {
            setCacheDesk({ dialog: null });
          }}
        >
          Leave them
        </Button>
        <Button look="primary" data-testid="reaim-confirm" disabled={busy} onClick={() => void submit()}>
          {busy ? 'Writing…' : `Send ${kind === 'log' ? 'logs' : 'metrics'} to ${to ?? ''}`}
        </Button>
      </div>
    </div>
  );
}
