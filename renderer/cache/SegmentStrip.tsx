import { formatBytes } from '../format/formatBytes.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { formatTimeS } from '../format/formatTime.js';
import { useStatusFrame } from '../bridge/useSession.js';
import { setCacheDesk } from './cacheDeskStore.js';
import { everything } from './DeskFilter.js';
import type { Segment } from './segmentTypes.js';

const segmentsShownMax = 480;

/** Each file of the cache as a cell, oldest first; how full it is of waiting records is how far it is coloured. */
export function SegmentStrip(props: { readonly robot: string; readonly segments: readonly Segment[] }) {
  const home = useStatusFrame()?.home ?? '';
  const { segments } = props;
  if (segments.length === 0) return <p className="muted">Nothing is on disk.</p>;
  const shown = segments.slice(-segmentsShownMax);
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return (
    <>
      <ul className="segments" data-testid="segments">
        {shown.map((segment) => (
          <SegmentCell key={segment.segment} segment={segment} />
        ))}
      </ul>
      <p className="muted selectable">
        {formatQuantity(segments.length, 'file')}, {formatBytes(bytes)}, in MCAP
        {shown.length < segments.length && `; the newest ${formatCount(shown.length)} are shown`}: open them in Foxglove
        or rosbag2 from <span className="code">{`${home}/cache/${props.robot}/segments`}</span>
      </p>
      <p className="segment-key muted">
        <span className="segment-sample" data-fill="waiting" /> waits
        <span className="segment-sample" data-fill="part" /> partly sent
        <span className="segment-sample" data-fill="sent" /> acknowledged, held or refused
        <span className="segment-sample" data-fill="open" /> being written
      </p>
    </>
  );
}

function SegmentCell({ segment }: { readonly segment: Segment }) {
  const share = segment.records === 0 ? 0 : segment.remaining / segment.records;
  const words = [
    `segment ${segment.segment}`,
    formatBytes(segment.bytes),
    `${formatCount(segment.remaining)} of ${formatQuantity(segment.records, 'record')} wait`,
    ...(segment.oldestMs === null ? [] : [`from ${formatTimeS(segment.oldestMs)}`]),
    ...(segment.open ? ['being written'] : []),
  ].join(' · ');
  return (
    <li>
      <button
        type="button"
        className="segment"
        title={words}
        aria-label={words}
        data-open={segment.open ? '' : undefined}
        style={{ '--share': `${Math.round(share * 100)}%` } as React.CSSProperties}
        disabled={segment.oldestMs === null}
        onClick={() => {
          if (segment.oldestMs === null || segment.newestMs === null) return;
          const range = { fromMs: Math.floor(segment.oldestMs), untilMs: Math.ceil(segment.newestMs) + 1 };
          setCacheDesk({ open: null, filter: { ...everything, range } });
        }}
      />
    </li>
  );
}
