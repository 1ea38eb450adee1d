import type { LogRow, RobotStatus, RowState } from '../../main/contract/frames.js';
import { consoleWay, spanFrom } from '../bridge/consoleWay.js';
import { usePolledCall } from '../bridge/usePolledCall.js';
import { useSession } from '../bridge/useSession.js';
import { ConsoleButton } from '../components/ConsoleButton.js';
import { Fact } from '../components/Facts.js';
import { sentPlaces, type UploadStretch } from './sentPlaces.js';

interface LineProps {
  readonly robot: string;
  readonly row: LogRow;
}

/** Where a line goes or went, as far as the disk and the ledger of uploads know: never by what the robot's file says now. */
export function LineDestination({ robot, row, state }: LineProps & { readonly state: RowState }) {
  if (state === 'sent') return <SentTo robot={robot} row={row} />;
  return state in keptWords ? <GoesTo robot={robot} row={row} name={keptWords[state] ?? ''} /> : null;
}

/** Of lines on disk; what is nowhere goes nowhere. */
const keptWords: Readonly<Partial<Record<RowState, string>>> = {
  cached: 'will be sent to',
  sending: 'is being sent to',
  held: 'would be sent to',
  expired: 'would have gone to',
  refused: 'was refused by',
};

function SentTo({ robot, row }: LineProps) {
  const places = useSentPlaces({ robot, row });
  if (places === null) return null;
  const [place] = places;
  if (place === undefined) {
    return (
      <Fact name="was sent to" note="The ledger of uploads no longer has it.">
        not known any more
      </Fact>
    );
  }
  if (places.length > 1) {
    return (
      <Fact name="was sent to" note="Lines of that time went to each of them.">
        one of {places.map(({ goesTo, account }) => `${goesTo} (${account})`).join(', ')}
      </Fact>
    );
  }
  return (
    <Fact name="was sent to" note={place.account}>
      {place.goesTo}
    </Fact>
  );
}

/** The record on disk says it: it has a destination of its own once it was aimed elsewhere, or the robot's file was changed. */
function GoesTo({ robot, row, name }: LineProps & { readonly name: string }) {
  const filter = { kind: 'log', sinceMs: row.stampMs - stampSlackMs, untilMs: row.stampMs + stampSlackMs } as const;
  const answer = usePolledCall(
    'cache.read',
    { robot, filter, order: 'oldest', skip: 0, limit: sameMomentMax },
    askAgainMs,
  );
  if (answer?.ok !== true) return null;
  const rows = answer.value.rows.filter(({ label }) => label === row.node);
  // Its words may have been taken out on disk.
  const record = rows.find(({ text }) => text === row.message) ?? (rows.length === 1 ? rows[0] : undefined);
  if (record === undefined) return <Fact name={name}>not known any more</Fact>;
  return <RecordGoesTo robot={robot} segment={record.segment} ordinal={record.ordinal} name={name} />;
}

function RecordGoesTo(props: {
  readonly robot: string;
  readonly segment: number;
  readonly ordinal: number;
  readonly name: string;
}) {
  const { name, ...address } = props;
  const answer = usePolledCall('cache.record', address, askAgainMs);
  if (answer?.ok !== true) return null;
  return (
    <Fact name={name} note={answer.value.account}>
      {answer.value.goesTo}
    </Fact>
  );
}

/** Opens the line in CloudWatch's console, where it went; without a place it says why it cannot. */
export function SentLineConsole({ robot, row, status }: LineProps & { readonly status: RobotStatus | null }) {
  const session = useSession();
  const places = useSentPlaces({ robot, row });
  const destination = places?.length === 1 ? (places[0]?.destination ?? '') : '';
  return <ConsoleButton way={consoleWay(session, status, destination, spanFrom(row.stampMs))} />;
}

/** Null while the ledger did not answer: that is not to say that it has nothing. */
function useSentPlaces({ robot, row }: LineProps): readonly UploadStretch[] | null {
  const answer = usePolledCall('upload.ledger', { robot }, askAgainMs);
  return answer?.ok === true ? sentPlaces(answer.value, row.stampMs) : null;
}

/** A time in milliseconds is a few hundred nanoseconds beside the record's own. */
const stampSlackMs = 0.001;
const sameMomentMax = 50;
const askAgainMs = 5000;
