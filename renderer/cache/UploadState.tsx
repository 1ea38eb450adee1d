import { SegmentedControl } from '@mantine/core';
import type { RobotStatus, UploadStatus } from '../../main/contract/frames.js';
import { useNow, useSession } from '../bridge/useSession.js';
import { Glyph, type GlyphName } from '../components/Glyph.js';
import { formatCount, formatRate } from '../format/formatCount.js';
import { formatDuration } from '../format/formatDuration.js';
import './uploadState.css';
import { LinkChoice } from './LinkChoice.js';
import { UnresolvedChoice } from './UnresolvedChoice.js';

const glyphs: Readonly<Record<UploadStatus['state'], GlyphName>> = {
  idle: 'sent',
  sending: 'sending',
  waiting: 'received',
  manual: 'held',
  blocked: 'warn',
};

/** What the uploader does now, in words, and whether it does it by itself. */
export function UploadState({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const now = useNow(1000);
  const { upload } = robot;
  return (
    <section className="upload-state" data-testid="upload-state" data-state={upload.state} aria-label="Upload state">
      <div className="upload-line">
        <span className={`upload-glyph upload-${upload.state}`}>
          <Glyph name={glyphs[upload.state]} />
        </span>
        <div>
          <p className="strong">{upload.words}</p>
          <p className="muted">{detailWords(robot, now)}</p>
        </div>
      </div>
      <UnresolvedChoice robot={robot} />
      <SegmentedControl
        fullWidth
        aria-label="When to upload"
        data-testid="upload-mode"
        value={upload.mode}
        onChange={(mode) => {
          void session.ask('upload.setMode', { robot: robot.name, mode: mode === 'manual' ? 'manual' : 'auto' });
        }}
        data={[
          { value: 'auto', label: 'By itself' },
          { value: 'manual', label: 'Only when I flush' },
        ]}
      />
      <LinkChoice robot={robot} />
    </section>
  );
}

function detailWords(robot: RobotStatus, now: number): string {
  const { upload } = robot;
  const sent = `${formatCount(robot.acknowledgedLogs + robot.acknowledgedMetrics)} acknowledged so far`;
  if (upload.state === 'sending') {
    const left = upload.recordsPerS > 0 ? ` · ${formatDuration(robot.pendingRecords / upload.recordsPerS)} left` : '';
    return `${formatRate(upload.recordsPerS)}${left} · ${sent}`;
  }
  if (upload.state === 'waiting' && upload.retryAtMs !== null) {
    const waitS = (upload.retryAtMs - now) / 1000;
    return `${waitS > 0.5 ? `next try in ${formatDuration(Math.ceil(waitS))}` : 'trying now'} · ${sent}`;
  }
  return sent;
}
