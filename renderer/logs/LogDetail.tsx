import { Menu } from '@mantine/core';
import type { LogRow, RobotStatus, RowState } from '../../main/contract/frames.js';
import type { LossStage } from '../../main/model/Loss.js';
import { useRobot, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Fact, Facts } from '../components/Facts.js';
import { Glyph } from '../components/Glyph.js';
import { rowStateWords } from '../components/rowStateWords.js';
import { SeverityPill } from '../components/SeverityPill.js';
import { formatOffset } from '../format/formatDuration.js';
import { formatDay, formatTimeMs } from '../format/formatTime.js';
import { getPage, notify, setPage } from '../stores/pageStore.js';
import { MomentMetrics } from './MomentMetrics.js';
import { gapWords, rowAsJson, rowAsMarkdown, rowAsText } from './rowText.js';
import type { Selection } from './selection.js';

/** Everything about the chosen line. */
export function LogDetail({ selection, close }: { readonly selection: Selection; readonly close: () => void }) {
  const robot = useRobot();
  const { row } = selection;
  return (
    <aside className="log-detail" aria-label="The chosen line" data-testid="log-detail">
      <button type="button" className="icon-button log-detail-close" aria-label="Close the detail" onClick={close}>
        <Glyph name="close" />
      </button>
      {row.type === 'gap' ? (
        <>
          <h2>{gapWords(row.count)}</h2>
          <p className="selectable">{row.reason}</p>
          <p className="selectable muted">{lossWords[row.stage]}</p>
          <Facts>
            <Fact name="noticed">{formatTimeMs(row.receivedMs)}</Fact>
          </Facts>
        </>
      ) : (
        <LogRowDetail row={row} state={stateNow(selection, row)} robot={robot} />
      )}
    </aside>
  );
}

/** What each stage's loss means to a person, and what helps. */
const lossWords: Readonly<Record<LossStage, string>> = {
  dds: 'The robot sent them, and they never got to this laptop: the link was down or too slow, or a node sent more at once than its history holds. They may still be in the log files on the robot.',
  link: 'The robot sent them, and the link lost them on the way to this laptop. They may still be in the log files on the robot.',
  host: 'They reached this laptop, or were sent while the process that receives them was being started again. They may still be in the log files on the robot.',
  decode: 'They came, and could not be read as the type that their topic has.',
  memory: 'The disk did not take them before memory was full.',
  evicted: 'The disk limit made the oldest go: flush earlier, or raise storage_limit.',
  torn: 'They were being written when the computer went down. Their bytes are set aside.',
  rejected: 'CloudWatch refused them for good; they are kept in quarantine.',
};

/** The state moves on while the line is looked at. */
function stateNow(selection: Selection, row: LogRow): RowState {
  return selection.ring.holds(selection.position) ? selection.ring.stateAt(selection.position) : row.state;
}

function LogRowDetail(props: { readonly row: LogRow; readonly state: RowState; readonly robot: RobotStatus | null }) {
  const { row, state, robot } = props;
  const words = rowStateWords[state];
  const destination = robot?.pending.find((group) => group.kind === 'log');
  return (
    <>
      <h2 className="log-detail-title">
        <SeverityPill severity={row.severity} />
        <span className="selectable">{row.node}</span>
      </h2>
      <pre className="log-detail-message selectable" data-testid="detail-message">
        {row.message}
      </pre>
      <Facts>
        <Fact name="robot time" note={`laptop ${formatOffset(row.receivedMs - row.stampMs)}`}>
          {formatTimeMs(row.stampMs)}
        </Fact>
        <Fact name="day">{formatDay(row.stampMs)}</Fact>
        {row.file !== '' && (
          <Fact name="source" note={row.function}>
            {baseName(row.file)}:{row.line}
          </Fact>
        )}
        <Fact name="topic" note={row.replayed === true && 'replayed: from before Tether came, kept by its publisher'}>
          {row.topic}
        </Fact>
        {destination !== undefined && (
          <Fact name={state === 'sent' ? 'was sent to' : 'will be sent to'} note={destination.account}>
            {destination.goesTo}
          </Fact>
        )}
        <Fact name="state">
          <span className={`state-${state}`}>
            <Glyph name={words.glyph} />
          </span>{' '}
          {words.words}
        </Fact>
      </Facts>
      <MomentMetrics timeMs={row.stampMs} node={row.node} />
      <DetailActions row={row} />
    </>
  );
}

function DetailActions({ row }: { readonly row: LogRow }) {
  const { bridge } = useSession();
  const robot = getPage().robot ?? '';
  const copy = (text: string, words: string): void => {
    void bridge.copyText(text).then(() => {
      notify('good', `Copied as ${words}.`);
    });
  };
  return (
    <div className="log-detail-actions">
      <Button
        onClick={() => {
          addTerm(row.node, false);
        }}
      >
        Only this node
      </Button>
      <Button
        onClick={() => {
          addTerm(row.node, true);
        }}
      >
        Hide this node
      </Button>
      <Menu>
        <Menu.Target>
          <Button data-testid="detail-copy">
            Copy
            <Glyph name="chevron" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              copy(rowAsText(row), 'text');
            }}
          >
            As text
          </Menu.Item>
          <Menu.Item
            onClick={() => {
              copy(rowAsJson(row, robot), 'JSON');
            }}
          >
            As JSON
          </Menu.Item>
          <Menu.Item
            onClick={() => {
              copy(rowAsMarkdown(row, robot), 'Markdown');
            }}
          >
            As Markdown
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function addTerm(node: string, exclude: boolean): void {
  setPage((page) => ({ filterTerms: [...page.filterTerms, { field: 'node', exclude, text: node }] }));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
