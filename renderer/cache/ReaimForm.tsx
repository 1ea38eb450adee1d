import { Radio } from '@mantine/core';
import { type SyntheticEvent, useEffect, useState } from 'react';
import type { FilterMessage } from '../../main/contract/calls.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import { useRobot, useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Fact, Facts } from '../components/Facts.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { closeDialog } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';
import { destinationsBut, type MeantByDestination, type ReaimPlace, reaimPlaces } from './reaimPlaces.js';
import { editTimeoutMs, tellOfEdit } from './selectionActions.js';

/** Gives records another destination: changing the robot's file never redirects old ones by itself. */
export function ReaimForm(props: DialogProps) {
  const status = useRobot();
  const others = useStatusFrame()?.robots ?? [];
  const meant = useMeantByDestination(status, props.filter);
  if (status === null || meant === null) return <p className="muted">Counting where they go…</p>;
  const places = reaimPlaces(status, others, meant);
  return <ReaimChoice {...props} status={status} meant={meant} places={places} />;
}

function ReaimChoice(
  props: DialogProps & {
    readonly status: RobotStatus;
    readonly meant: MeantByDestination;
    readonly places: readonly ReaimPlace[];
  },
) {
  const { robot, filter, status, meant, places } = props;
  const session = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const place = places.find(({ destination }) => destination === chosen) ?? places[0];
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (place === undefined) return;
    setBusy(true);
    const only: FilterMessage = { ...filter, kind: place.kind, destinations: destinationsBut(meant, place) };
    const input = { robot, filter: only, kind: place.kind, destination: place.destination };
    const result = await session.ask('cache.reaim', input, editTimeoutMs);
    setBusy(false);
    if (!result.ok) return;
    closeDialog();
    tellOfEdit(session, robot, result.value, `now go to ${place.goesTo}`);
  };
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <p>
        Records keep the destination that the robot&apos;s file named when they were taken; here they get another. It
        can be undone until you confirm it on this desk.
      </p>
      <Facts>
        {[...meant].map(([destination, records], index) => (
          <Fact key={destination} name={index === 0 ? 'go now to' : ''} note={formatQuantity(records, 'record')}>
            {goesToWords(status, destination)}
          </Fact>
        ))}
        {meant.size === 0 && <Fact name="go now to">nothing that fits waits on this disk</Fact>}
      </Facts>
      {places.length === 0 ? (
        <p data-testid="reaim-nowhere">
          They go where the robot&apos;s file says already, and no other place is known here. To send them elsewhere,
          change the file first (Config).
        </p>
      ) : (
        <Radio.Group
          label="Send them to"
          value={place?.destination ?? ''}
          onChange={setChosen}
          data-testid="reaim-places"
          className="reaim-places"
        >
          {places.map((one, index) => (
            <Radio
              key={one.destination}
              value={one.destination}
              data-autofocus={index === 0 ? true : undefined}
              data-testid="reaim-place"
              label={one.goesTo}
              description={`${one.kind === 'log' ? 'log stream' : 'metric namespace'}, ${one.account} · ${one.source}`}
            />
          ))}
        </Radio.Group>
      )}
      <div className="dialog-end">
        <Button data-autofocus={places.length === 0 ? true : undefined} onClick={closeDialog}>
          Leave them
        </Button>
        {place !== undefined && (
          <Button type="submit" look="primary" data-testid="reaim-confirm" disabled={busy}>
            {busy
              ? 'Writing…'
              : `Send ${formatCount(place.records)} ${place.kind === 'log' ? 'log lines' : 'samples'} there`}
          </Button>
        )}
      </div>
    </form>
  );
}

function goesToWords({ pending }: RobotStatus, destination: string): string {
  const group = pending.find((one) => one.destination === destination);
  return group === undefined ? destination : `${group.goesTo}, ${group.account}`;
}

/** How many of the records that are meant go where; null while that is counted. */
function useMeantByDestination(status: RobotStatus | null, filter: FilterMessage): MeantByDestination | null {
  const { link } = useSession();
  const [meant, setMeant] = useState<MeantByDestination | null>(null);
  const robot = status?.name ?? '';
  const onDisk = new Set(status?.pending.map(({ destination }) => destination));
  const asked = JSON.stringify({ filter, keys: (filter.destinations ?? [...onDisk]).toSorted() });
  useEffect(() => {
    const { filter, keys } = JSON.parse(asked) as { filter: FilterMessage; keys: string[] };
    let stopped = false;
    void Promise.all(
      keys.map(async (key) => {
        const counts = await link.call(
          'cache.counts',
          { robot, filter: { ...filter, destinations: [key] } },
          countTimeoutMs,
        );
        return [key, counts.ok ? counts.value.records : 0] as const;
      }),
    ).then((counts) => {
      if (!stopped) setMeant(new Map(counts.filter(([, records]) => records > 0)));
    });
    return () => {
      stopped = true;
    };
  }, [link, robot, asked]);
  return meant;
}

const countTimeoutMs = 60_000;
