import { useState } from 'react';
import { useLiveRows, useRobot, useSession } from '../bridge/useSession.js';
import { formatQuantity } from '../format/formatCount.js';
import { notify } from '../stores/pageStore.js';
import { LogDetail } from './LogDetail.js';
import { LogHistogram } from './LogHistogram.js';
import { LogList } from './LogList.js';
import { LogToolbar } from './LogToolbar.js';
import './logs.css';
import { rowAsText } from './rowText.js';
import type { Selection } from './selection.js';

const copyRowsMax = 10_000;

export function LogsDesk() {
  const { bridge } = useSession();
  const { live } = useLiveRows();
  const [selection, setSelection] = useState<Selection | null>(null);
  const [detailOpen, setDetailOpen] = useState(true);
  const [jump, setJump] = useState<{ readonly timeMs: number } | null>(null);

  const copy = (): void => {
    if (selection === null) return;
    const { matched } = live.rows;
    const from = matched.indexOf(Math.min(selection.anchor, selection.position));
    const to = matched.indexOf(Math.max(selection.anchor, selection.position));
    const count = Math.min(copyRowsMax, to - from + 1);
    const lines = Array.from({ length: count }, (_, index) => rowAsText(live.ring.rowAt(matched.at(from + index))));
    void bridge.copyText(`${lines.join('\n')}\n`).then(() => {
      notify('good', `${formatQuantity(count, 'line')} copied.`);
    });
  };

  const showDetail = detailOpen && selection !== null;
  return (
    <div className="logs">
      <LogToolbar />
      <LogHistogram
        goTo={(timeMs) => {
          setJump({ timeMs });
        }}
      />
      <div className="logs-body" data-detail={showDetail ? '' : undefined}>
        <div className="logs-list">
          {live.ring.length === 0 && <NoLines />}
          {live.ring.length > 0 && live.rows.matched.length === 0 && !live.rows.refilling && <NothingMatches />}
          <LogList selection={selection} choose={setSelection} openDetail={setDetailOpen} copy={copy} jump={jump} />
        </div>
        {showDetail && (
          <LogDetail
            selection={selection}
            close={() => {
              setSelection(null);
            }}
          />
        )}
      </div>
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
  return (
    <div className="empty logs-empty">
      <h2>No line passes the filter</h2>
      <p>Every line is still recorded. Clear the filter, or wait for one that fits.</p>
    </div>
  );
}
