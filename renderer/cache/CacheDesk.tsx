import { useState } from 'react';
import { useRobot } from '../bridge/useSession.js';
import { usePolledCall } from '../bridge/usePolledCall.js';
import './cache.css';
import { FlushPlan } from './FlushPlan.js';
import type { Look } from './Look.js';
import { LookInside } from './LookInside.js';
import { SegmentStrip } from './SegmentStrip.js';
import { UploadState } from './UploadState.js';
import { WaitingBars } from './WaitingBars.js';
import { WaitingTable } from './WaitingTable.js';

const segmentsEveryMs = 2000;

const everything: Look = { title: 'everything', filter: {}, state: null };

export function CacheDesk({ robotName }: { readonly robotName: string }) {
  const robot = useRobot();
  const segments = usePolledCall('cache.segments', { robot: robotName }, segmentsEveryMs);
  const [look, setLook] = useState<Look>(everything);
  if (robot === null) return null;
  const list = segments?.ok === true ? segments.value : [];
  return (
    <div className="cache">
      <div className="cache-main">
        <section aria-label="Waiting to be uploaded">
          <h2>Waiting to be uploaded</h2>
          <WaitingBars segments={list} />
          <WaitingTable robot={robot} look={setLook} />
        </section>
        <section aria-label="Segments on disk">
          <h2>Segments on disk</h2>
          <SegmentStrip robot={robotName} segments={list} look={setLook} />
        </section>
        <LookInside
          key={JSON.stringify(look)}
          robot={robot}
          look={look}
          lookAtAll={() => {
            setLook(everything);
          }}
        />
      </div>
      <aside className="cache-side" aria-label="Upload">
        <UploadState robot={robot} />
        <FlushPlan robot={robot} confirmTestId="flush-confirm-desk" />
      </aside>
    </div>
  );
}
