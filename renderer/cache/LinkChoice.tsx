import { NumberInput, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { LaptopLinkStatus, RobotStatus } from '../../main/contract/frames.js';
import { meteredChoices } from '../../main/model/MeteredChoice.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { formatBytes } from '../format/formatBytes.js';

/** Whether the way to the internet costs, and how much of it Tether may take: for all robots of this laptop. */
export function LinkChoice({ robot }: { readonly robot: RobotStatus }) {
  const session = useSession();
  const link = useStatusFrame()?.link;
  if (link === undefined) return null;
  return (
    <section
      className="link-choice"
      aria-label="The link of this laptop"
      data-testid="link-choice"
      data-metered={link.metered}
    >
      <h3>Link of this laptop</h3>
      <SegmentedControl
        fullWidth
        aria-label="Does the link cost?"
        data-testid="link-metered"
        value={link.choice}
        onChange={(choice) => {
          const chosen = meteredChoices.find((one) => one === choice);
          if (chosen !== undefined) void session.ask('link.set', { choice: chosen });
        }}
        data={[
          { value: 'auto', label: 'As it says' },
          { value: 'metered', label: 'Metered' },
          { value: 'unmetered', label: 'Not metered' },
        ]}
      />
      <p className="muted">{linkWords(link)}</p>
      <LimitField limitBytesPerS={link.limitBytesPerS} />
      <p className="muted" data-testid="link-rate">
        {rateWords(robot)}
      </p>
    </section>
  );
}

/** In kB/s (1,000 bytes), as network people count; empty for no limit. Set when the field is left, or by Enter. */
function LimitField({ limitBytesPerS }: { readonly limitBytesPerS: number | null }) {
  const session = useSession();
  const [typed, setTyped] = useState<number | string | null>(null);
  const inForce = limitBytesPerS === null ? '' : limitBytesPerS / bytesPerKilobyte;
  const set = (): void => {
    if (typed === null) return;
    const next = typeof typed === 'number' && typed > 0 ? Math.round(typed * bytesPerKilobyte) : null;
    setTyped(null);
    if (next !== limitBytesPerS) void session.ask('link.set', { limitBytesPerS: next });
  };
  return (
    <NumberInput
      label="Sends at most, all robots together"
      data-testid="link-limit"
      placeholder="no limit"
      suffix=" kB/s"
      min={1}
      max={1_000_000}
      decimalScale={1}
      hideControls
      value={typed ?? inForce}
      onChange={setTyped}
      onBlur={set}
      onKeyDown={(event) => {
        if (event.key === 'Enter') set();
      }}
    />
  );
}

function linkWords({ choice, detected, metered }: LaptopLinkStatus): string {
  const rest = metered ? 'Only a flush sends, but for what a robot file says goes all the same.' : '';
  if (choice !== 'auto') return rest;
  if (detected === null) return 'Nobody here says whether it costs: it counts as free.';
  return detected ? `NetworkManager calls it metered. ${rest}` : 'NetworkManager does not call it metered.';
}

function rateWords({ upload }: RobotStatus): string {
  const sent = `${formatBytes(upload.wireBytes)} sent since the start`;
  return upload.wireBytesPerS > 0 ? `${formatBytes(upload.wireBytesPerS)}/s now · ${sent}` : sent;
}

const bytesPerKilobyte = 1000;
