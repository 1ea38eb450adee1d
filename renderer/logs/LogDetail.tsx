import { Menu } from '@mantine/core';
import { noteTopic } from '../../main/model/note.js';
import type { GapRow, LogRow, RobotStatus, RowState } from '../../main/contract/frames.js';
import type { GapStage } from '../../main/model/Loss.js';
import { useLiveFigures, useLiveRows, useRobot, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Fact, Facts } from '../components/Facts.js';
import { Glyph } from '../components/Glyph.js';
import { rowStateWords } from '../components/rowStateWords.js';
import { SeverityPill } from '../components/SeverityPill.js';
import { formatCount } from '../format/formatCount.js';
import { formatDuration, formatOffset } from '../format/formatDuration.js';
import { formatDay, formatTimeMs } from '../format/formatTime.js';
import { usePage } from '../stores/pageStore.js';
import { LineDestination, SentLineConsole } from './LineDestination.js';
import { type LogActions, toggleTerm } from './logActions.js';
import { MomentMetrics } from './MomentMetrics.js';
import { NodeLevelMenu } from './NodeLevelMenu.js';
import { Notes } from './Notes.js';
import { prettyJson } from './prettyJson.js';
import { copyFormats, gapWords, placesWords, replayedHint } from './rowText.js';
import type { Selection } from './selection.js';

interface LogDetailProps {
  readonly selection: Selection;
  readonly actions: LogActions;
  readonly close: () => void;
}

/** Everything about the chosen line. */
export function LogDetail({ selection, actions, close }: LogDetailProps) {
  const robot = useRobot();
  const { row } = selection;
  return (
    <aside
      className="log-detail"
      aria-label="The chosen line"
      data-testid="log-detail"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <button type="button" className="icon-button log-detail-close" aria-label="Close the detail" onClick={close}>
        <Glyph name="close" />
      </button>
      {row.type === 'gap' ? (
        <GapDetail row={row} selection={selection} />
      ) : (
        <LogRowDetail
          row={row}
          selection={selection}
          state={stateNow(selection, row)}
          robot={robot}
          actions={actions}
        />
      )}
    </aside>
  );
}

/** A loss, or several of one kind that the list shows as one. */
function GapDetail({ row, selection }: { readonly row: GapRow; readonly selection: Selection }) {
  const zone = usePage((page) => page.timeView.zone);
  const { live } = useLiveRows();
  const { ring, rows } = live;
  const index = rows.matched.indexOf(selection.position);
  const isHere = ring === selection.ring && index < rows.matched.length && rows.matched.lostAt(index) >= row.count;
  const places = isHere ? rows.matched.repeatsAt(index) : 1;
  const times =
    places > 1 ? [rows.matched.beginAt(index), rows.matched.at(index)].map((at) => ring.receivedMsAt(at)) : [];
  const noticed = times.length === 0 ? [row.receivedMs] : times;
  return (
    <>
      <h2>{gapWords(isHere ? rows.matched.lostAt(index) : row.count, row.stage)}</h2>
      <p className="selectable">
        {row.reason}
        {placesWords(places)}
      </p>
      <p className="selectable muted">{lossWords[row.stage]}</p>
      <Facts>
        <Fact name="noticed">{noticed.map((timeMs) => formatTimeMs(timeMs, zone)).join(' to ')}</Fact>
      </Facts>
    </>
  );
}

/** What each stage's loss means to a person, and what helps. */
const lossWords: Readonly<Record<GapStage, string>> = {
  dds: 'The robot sent them, and they never got to this laptop: the link was down or too slow, or a node sent more at once than its history holds. They may still be in the log files on the robot.',
  link: 'The robot sent them, and the link lost them on the way to this laptop. They may still be in the log files on the robot.',
  host: 'They reached this laptop, or were sent while the process that receives them was being started again. They may still be in the log files on the robot.',
  decode: 'They came, and could not be read as the type that their topic has.',
  memory: 'The disk did not take them before memory was full.',
  evicted: 'The disk limit made the oldest go: flush earlier, or raise storage_limit.',
  torn: 'They were being written when the computer went down. Their bytes are set aside.',
  rejected: 'CloudWatch refused them for good; they are kept in quarantine.',
  page: 'They are not lost: more came at once than this window could take in, and what is kept was kept.',
};

/** The state moves on while the line is looked at. */
function stateNow(selection: Selection, row: LogRow): RowState {
  return selection.ring.holds(selection.position) ? selection.ring.stateAt(selection.position) : row.state;
}

function LogRowDetail(props: {
  readonly row: LogRow;
  readonly selection: Selection;
  readonly state: RowState;
  readonly robot: RobotStatus | null;
  readonly actions: LogActions;
}) {
  const { row, state, robot, actions } = props;
  const zone = usePage((page) => page.timeView.zone);
  const words = rowStateWords[state];
  return (
    <>
      <h2 className="log-detail-title">
        <SeverityPill severity={row.severity} />
        <span className="selectable">{row.node}</span>
      </h2>
      <Message message={row.message} />
      <Facts>
        <Fact
          name="robot time"
          note={robot?.isReplay === true ? 'of a recording' : `laptop ${formatOffset(row.receivedMs - row.stampMs)}`}
        >
          {formatTimeMs(row.stampMs, zone)}
        </Fact>
        <Fact name="day" note={zone === 'utc' ? 'UTC' : ''}>
          {formatDay(row.stampMs, zone)}
        </Fact>
        {row.file !== '' && (
          <Fact name="source" note={row.function}>
            <span className="selectable" title={row.file}>
              {baseName(row.file)}:{row.line}
            </span>
          </Fact>
        )}
        <Repeats selection={props.selection} />
        <Fact name="topic" note={row.replayed === true && `replayed: ${replayedHint}`}>
          {row.topic}
        </Fact>
        {robot !== null && <LineDestination robot={robot.name} row={row} state={state} />}
        <Fact name="state">
          <span className={`state-${state}`}>
            <Glyph name={words.glyph} />
          </span>{' '}
          {words.words}
        </Fact>
      </Facts>
      {row.topic !== noteTopic && <Notes row={row} actions={actions} />}
      <DetailActions row={row} state={state} actions={actions} />
      <MomentMetrics timeMs={row.stampMs} node={row.node} />
    </>
  );
}

/** The whole message as it was written; JSON in it laid out for people. */
function Message({ message }: { readonly message: string }) {
  const { words, json } = prettyJson(message);
  return (
    <pre className="log-detail-message selectable" data-testid="detail-message" tabIndex={0} aria-label="Message">
      {words}
      {json !== null && (
        <code className="log-detail-json" data-testid="detail-json">
          {json}
        </code>
      )}
    </pre>
  );
}

/** How often, and for how long, the line was said, when repeats are collapsed. */
function Repeats({ selection }: { readonly selection: Selection }) {
  const { live } = useLiveFigures();
  const { matched } = live.rows;
  const index = matched.indexOf(selection.position);
  const repeats = matched.repeatsAt(index);
  if (selection.ring !== live.ring || index >= matched.length || repeats < 2) return null;
  const spanMs = live.ring.stampMsAt(matched.at(index)) - live.ring.stampMsAt(matched.beginAt(index));
  return (
    <Fact name="repeats">
      {formatCount(repeats)} in {formatDuration(spanMs / 1000)}
    </Fact>
  );
}

function DetailActions(props: { readonly row: LogRow; readonly state: RowState; readonly actions: LogActions }) {
  const { row, state, actions } = props;
  const { live } = useSession();
  const filterAside = usePage((page) => page.filterAside);
  const robot = usePage((page) => page.robot);
  const status = useRobot();
  const noted = live.notes.about(row).length > 0;
  return (
    <div className="log-detail-actions">
      <Button
        aria-pressed={filterAside}
        data-testid="detail-context"
        title="What stands around this line, whatever the filter (C)"
        onClick={actions.toggleContext}
      >
        {filterAside ? 'Back to the filter' : 'Context'}
      </Button>
      {!noted && row.topic !== noteTopic && (
        <Button
          data-testid="detail-bookmark"
          title="Kept and sent with the records (B)"
          onClick={actions.toggleBookmark}
        >
          <Glyph name="bookmark" />
          Bookmark
        </Button>
      )}
      <Button
        onClick={() => {
          toggleTerm({ field: 'node', exclude: false, text: row.node, regex: false });
        }}
      >
        Only this node
      </Button>
      <Button
        onClick={() => {
          toggleTerm({ field: 'node', exclude: true, text: row.node, regex: false });
        }}
      >
        Hide this node
      </Button>
      {robot !== null && row.topic !== noteTopic && <NodeLevelMenu robot={robot} node={row.node} />}
      <Menu>
        <Menu.Target>
          <Button data-testid="detail-copy">
            Copy
            <Glyph name="chevron" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {copyFormats.map((format) => (
            <Menu.Item
              key={format}
              onClick={() => {
                actions.copy(format, 'chosen');
              }}
            >
              As {format}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {state === 'sent' && robot !== null && <SentLineConsole robot={robot} row={row} status={status} />}
    </div>
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
