import { useCallback, useMemo, useState } from 'react';
import { useLiveFigures, useRobot, useSession } from '../bridge/useSession.js';
import { usePage } from '../stores/pageStore.js';
import { chooseMoment } from '../stores/timeCursor.js';
import { ErrorAnnouncer } from './ErrorAnnouncer.js';
import { logActions } from './logActions.js';
import { LogDetail } from './LogDetail.js';
import { LogHistogram } from './LogHistogram.js';
import { LogList } from './LogList.js';
import { LogStatusLine } from './LogStatusLine.js';
import { LogToolbar } from './LogToolbar.js';
import './logs.css';
import './nodeTree.css';
import { NodeTree } from './NodeTree.js';
import { chosenIndices, type Selection } from './selection.js';

export function LogsDesk() {
  const session = useSession();
  const { live } = useLiveFigures();
  const nodesOpen = usePage((page) => page.nodesOpen);
  const [selection, setSelection] = useState<Selection | null>(null);
  const [detailOpen, setDetailOpen] = useState(true);
  const [jump, setJump] = useState<{ readonly timeMs: number } | null>(null);
  const choose = useCallback((next: Selection | null) => {
    setSelection(next);
    chooseMoment(next?.row.type === 'log' ? next.row.stampMs : null);
  }, []);
  const actions = useMemo(() => logActions(session, selection, choose), [session, selection, choose]);
  const goTo = useCallback((timeMs: number) => {
    setJump({ timeMs });
  }, []);
  const chosen = chosenIndices(selection, live.ring, live.rows.matched);
  const showDetail = detailOpen && selection !== null;
  return (
    <div className="logs">
      <LogToolbar actions={actions} chosen={chosen !== null} />
      <LogHistogram goTo={goTo} />
      <div className="logs-body" data-detail={showDetail ? '' : undefined} data-nodes={nodesOpen ? '' : undefined}>
        {nodesOpen && <NodeTree />}
        <div className="logs-list">
          <div className="logs-list-rows">
            {live.ring.length === 0 && <NoLines />}
            {live.ring.length > 0 && live.rows.matched.length === 0 && !live.rows.refilling && <NothingMatches />}
            <LogList selection={selection} choose={choose} openDetail={setDetailOpen} actions={actions} jump={jump} />
          </div>
          <LogStatusLine chosenRows={chosen === null ? 0 : chosen[1] - chosen[0] + 1} />
        </div>
        {showDetail && (
          <LogDetail
            key={`${selection.row.id}`}
            selection={selection}
            actions={actions}
            close={() => {
              choose(null);
              document.querySelector<HTMLElement>('.log-list')?.focus();
            }}
          />
        )}
      </div>
      <ErrorAnnouncer />
    </div>
  );
}

function NoLines() {
  const robot = useRobot();
  const rung = robot?.ladder.find((candidate) => candidate.state !== 'ok' && candidate.state !== 'unknown');
  return (
    <div className="empty logs-empty" data-testid="logs-empty">
      <h2>Nothing has been said yet</h2>
      <p>
        {rung !== undefined && (rung.id === 'robot' || rung.id === 'topics')
          ? `${rung.reason} ${rung.nextStep}`
          : 'Lines appear here as soon as the robot writes one.'}
      </p>
    </div>
  );
}

function NothingMatches() {
  const { live } = useLiveFigures();
  return (
    <div className="empty logs-empty">
      <h2>No line passes the filter</h2>
      <p>
        {live.older.done
          ? 'Every line is still recorded. Clear the filter, or wait for one that fits.'
          : 'Looking further back, on disk…'}
      </p>
    </div>
  );
}
