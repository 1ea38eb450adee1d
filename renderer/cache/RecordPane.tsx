import { useEffect, useState } from 'react';
import type { CallOutput } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { Fact, Facts } from '../components/Facts.js';
import { Glyph } from '../components/Glyph.js';
import { SeverityPill } from '../components/SeverityPill.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatQuantity } from '../format/formatCount.js';
import { formatOffset } from '../format/formatDuration.js';
import { formatDay, formatTimeMs } from '../format/formatTime.js';
import { notify } from '../stores/pageStore.js';
import { narrow, setCacheDesk } from './cacheDeskStore.js';
import { stateGlyphs, stateWords } from './stateGlyphs.js';

type Detail = CallOutput<'cache.record'>;

/** One record: what it is, where it goes, and the very text or datum that is sent. */
export function RecordPane(props: {
  readonly robot: string;
  readonly segment: number;
  readonly ordinal: number;
  readonly close: () => void;
  /** Without the buttons that narrow the desk's list. */
  readonly isAlone?: boolean;
}) {
  const { robot, segment, ordinal, isAlone = false } = props;
  const { link } = useSession();
  const [answer, setAnswer] = useState<Result<Detail> | null>(null);
  useEffect(() => {
    let stopped = false;
    void link.call('cache.record', { robot, segment, ordinal }).then((result) => {
      if (!stopped) setAnswer(result);
    });
    return () => {
      stopped = true;
    };
  }, [link, robot, segment, ordinal]);
  return (
    <section className="record-pane" aria-label="The open record" data-testid="record-pane">
      <button
        type="button"
        className="icon-button record-pane-close"
        aria-label="Close the record"
        onClick={props.close}
      >
        <Glyph name="close" />
      </button>
      {answer === null && <p className="muted">Reading…</p>}
      {answer?.ok === false && <ProblemCallout problem={answer.problem} />}
      {answer?.ok === true && <DetailView detail={answer.value} isAlone={isAlone} />}
    </section>
  );
}

function DetailView({ detail, isAlone }: { readonly detail: Detail; readonly isAlone: boolean }) {
  const { row, sends } = detail;
  return (
    <>
      <h2 className="record-pane-title">
        {row.severity === null ? <span className="muted">metric</span> : <SeverityPill severity={row.severity} />}
        <span className="selectable">{row.label}</span>
      </h2>
      <Facts>
        <Fact name="state">
          <span className={`state-${row.state}`}>
            <Glyph name={stateGlyphs[row.state]} />
          </span>{' '}
          {stateWords[row.state]}
        </Fact>
        {row.reason !== '' && <Fact name="refused">{row.reason}</Fact>}
        <Fact name="goes to" note={detail.account}>
          {detail.goesTo}
        </Fact>
        <Fact
          name="robot time"
          note={`${formatDay(row.stampMs)}, laptop ${formatOffset(row.receivedMs - row.stampMs)}`}
        >
          {formatTimeMs(row.stampMs)}
        </Fact>
        {detail.source !== '' && <Fact name="source">{detail.source}</Fact>}
        <Fact name="topic" note={detail.schema}>
          {detail.topic}
        </Fact>
        {detail.origin !== '' && <Fact name="origin">imported from the original node&apos;s files</Fact>}
        <Fact name="size" note={`${formatBytes(detail.bytesOnDisk)} on disk`}>
          {formatBytes(detail.bytesSent)} as CloudWatch counts it
        </Fact>
      </Facts>
      <h3 className="record-pane-subtitle">
        {sends.length === 0
          ? 'What would be sent'
          : `What ${sendWords[row.state]} sent: ${formatQuantity(sends.length, row.kind === 'log' ? 'log event' : 'datum', row.kind === 'log' ? 'log events' : 'data')}`}
      </h3>
      {detail.redacted && (
        <p className="muted" data-testid="record-redacted">
          The redaction rules of the robot file took words out. On this disk they still stand.
        </p>
      )}
      {detail.cannotGo !== '' && (
        <Callout tone="bad">
          <p>{detail.cannotGo}</p>
          <p className="muted">It is kept; export it, or delete it.</p>
        </Callout>
      )}
      {sends.slice(0, sendsShownMax).map((send, index) => (
        <Send key={index} send={send} />
      ))}
      {sends.length > sendsShownMax && <p className="muted">and {sends.length - sendsShownMax} more pieces</p>}
      <div className="record-pane-actions">
        <CopyButton sends={sends} />
        {row.state !== 'sending' && (
          <Button
            data-testid="record-retime"
            onClick={() => {
              const { segment, ordinal, stampMs, state } = row;
              setCacheDesk({ dialog: 'retime', retimed: { address: { segment, ordinal }, stampMs, state } });
            }}
          >
            Edit time…
          </Button>
        )}
        {!isAlone && (
          <>
            <Button
              onClick={() => {
                narrow({ labels: [row.label] });
              }}
            >
              Only {row.kind === 'log' ? 'this node' : 'this metric'}
            </Button>
            <Button
              onClick={() => {
                narrow({ range: { fromMs: row.stampMs - aroundMs, untilMs: row.stampMs + aroundMs } });
              }}
            >
              A minute around it
            </Button>
          </>
        )}
      </div>
    </>
  );
}

const sendWords: Readonly<Record<Detail['row']['state'], string>> = {
  pending: 'will be',
  sending: 'is being',
  held: 'would be',
  expired: 'would have been',
  quarantined: 'would be',
};

function Send({ send }: { readonly send: Detail['sends'][number] }) {
  if (send.kind === 'log') {
    return (
      <div className="send selectable" data-testid="send">
        <p className="muted">timestamp {send.timestampMs}</p>
        <pre className="code">{send.message}</pre>
      </div>
    );
  }
  return (
    <div className="send selectable" data-testid="send">
      <p className="muted">
        timestamp {send.timestampMs}, resolution {send.storageResolutionS} s
      </p>
      <pre className="code">
        {send.name} = {send.value} {send.unit}
        {send.dimensions.map((dimension) => `\n${dimension.name}: ${dimension.value}`).join('')}
      </pre>
    </div>
  );
}

function CopyButton({ sends }: { readonly sends: Detail['sends'] }) {
  const { bridge } = useSession();
  return (
    <Button
      disabled={sends.length === 0}
      onClick={() => {
        void bridge.copyText(JSON.stringify(sends, null, 2)).then(() => {
          notify('good', 'Copied as JSON.');
        });
      }}
    >
      Copy
    </Button>
  );
}

const aroundMs = 60_000;
const sendsShownMax = 5;
