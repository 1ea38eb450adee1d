import { SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { RobotStatus } from '../../main/contract/frames.js';
import { compileMarks } from '../filter/findMarks.js';
import { usePolledCall } from '../bridge/usePolledCall.js';
import { useNow, useRobot } from '../bridge/useSession.js';
import { ByHour, ByNode, ByRobot, useCounts } from './Breakdown.js';
import './cache.css';
import { CacheDialogs } from './CacheDialogs.js';
import { setCacheDesk, showRobot, useCacheDesk } from './cacheDeskStore.js';
import { filterMessageOf, termsOf } from './DeskFilter.js';
import { FilterBar } from './FilterBar.js';
import { FlushPlan } from './FlushPlan.js';
import { OpenEdits } from './OpenEdits.js';
import { QuarantineDrawer } from './QuarantineDrawer.js';
import { RecordList } from './RecordList.js';
import { RecordPane } from './RecordPane.js';
import { SegmentStrip } from './SegmentStrip.js';
import { SelectionBar } from './SelectionBar.js';
import { Timeline } from './Timeline.js';
import { UploadHistory } from './UploadHistory.js';
import { UploadState } from './UploadState.js';
import { WaitingTable } from './WaitingTable.js';

const segmentsEveryMs = 2000;
const editsEveryMs = 1000;

export function CacheDesk({ robotName }: { readonly robotName: string }) {
  const robot = useRobot();
  const shown = useCacheDesk((desk) => desk.robot);
  useEffect(() => {
    showRobot(robotName);
  }, [robotName]);
  if (robot === null || shown !== robotName) return null;
  return <Desk robot={robot} />;
}

function Desk({ robot }: { readonly robot: RobotStatus }) {
  const segments = usePolledCall('cache.segments', { robot: robot.name }, segmentsEveryMs);
  const answer = usePolledCall('cache.edits', { robot: robot.name }, editsEveryMs);
  const edits = answer?.ok === true ? answer.value : [];
  const filter = useCacheDesk((desk) => desk.filter);
  const open = useCacheDesk((desk) => desk.open);
  const message = filterMessageOf(filter);
  const { text, terms } = filter;
  const marks = useMemo(() => compileMarks(termsOf({ text, terms })), [text, terms]);
  const counts = useCounts(robot.name, message);
  const list = segments?.ok === true ? segments.value : [];
  // What a person did moves these; records that come and go do not.
  const version = JSON.stringify([
    ...[robot.heldRecords, robot.quarantinedRecords, robot.expiredRecords],
    edits.map((edit) => edit.id),
  ]);
  // Records of a robot that is online come and go: only where nothing ever was is there nothing to look into.
  const { cachedRecords, quarantinedRecords, acknowledgedLogs, acknowledgedMetrics } = robot;
  const isUnused = cachedRecords + quarantinedRecords + acknowledgedLogs + acknowledgedMetrics === 0;
  return (
    <div className="cache">
      <div className="cache-main">
        <Waiting robot={robot} segments={list} counts={counts} />
        <OpenEdits robot={robot.name} edits={edits} />
        {!isUnused && (
          <section className="look-inside" aria-label="Look inside" data-testid="look-inside-list">
            <SelectionBar robot={robot} filter={message} records={counts?.records ?? null} />
            <FilterBar robot={robot} />
            <RecordList
              robot={robot.name}
              filter={message}
              marks={marks}
              records={counts?.records ?? null}
              version={version}
            />
          </section>
        )}
        <UploadHistory robot={robot.name} />
        <section aria-label="Segments on disk">
          <h2>Segments on disk</h2>
          <SegmentStrip robot={robot.name} segments={list} />
        </section>
      </div>
      <aside className="cache-side" aria-label="Upload">
        {open !== null && (
          <RecordPane key={`${open.segment}.${open.ordinal}`} robot={robot.name} close={closeRecord} {...open} />
        )}
        <UploadState robot={robot} />
        <FlushPlan robot={robot} filter={filter} confirmTestId="flush-confirm-desk" />
      </aside>
      <QuarantineDrawer robot={robot} filter={message} />
      <CacheDialogs robot={robot.name} filter={message} records={counts?.records ?? null} />
    </div>
  );
}

function closeRecord(): void {
  setCacheDesk({ open: null });
  document.querySelector<HTMLElement>('.record-list')?.focus();
}

type View = 'severity' | 'node' | 'hour' | 'robot';

/** What waits, over time and in a table, by what a person asks about. */
function Waiting(props: {
  readonly robot: RobotStatus;
  readonly segments: Parameters<typeof Timeline>[0]['segments'];
  readonly counts: ReturnType<typeof useCounts>;
}) {
  const { robot, counts } = props;
  const now = useNow(5000);
  const [view, setView] = useState<View>('severity');
  return (
    <section aria-label="Waiting to be uploaded">
      <div className="waiting-head">
        <h2>Waiting to be uploaded</h2>
        <SegmentedControl
          size="xs"
          aria-label="Count what is on disk by"
          data-testid="waiting-view"
          value={view}
          onChange={(value) => {
            setView(value);
          }}
          data={[
            { value: 'severity', label: 'Severity' },
            { value: 'node', label: 'Node' },
            { value: 'hour', label: 'Hour' },
            { value: 'robot', label: 'Robot' },
          ]}
        />
      </div>
      {robot.cachedRecords + robot.quarantinedRecords > 0 && <Timeline robot={robot.name} segments={props.segments} />}
      {view === 'severity' && <WaitingTable robot={robot} />}
      {view === 'node' && <ByNode counts={counts} />}
      {view === 'hour' && <ByHour counts={counts} now={now} />}
      {view === 'robot' && <ByRobot now={now} />}
    </section>
  );
}
