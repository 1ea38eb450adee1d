import { NumberInput, Popover, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { LaptopLinkStatus, RobotStatus } from '../../main/contract/frames.js';
import { meteredChoices } from '../../main/model/MeteredChoice.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Glyph } from '../components/Glyph.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount } from '../format/formatCount.js';

/** Whether the way to the internet costs, and how much of it Tether may take: for all robots of this laptop. */
export function LinkChoice({ robot }: { readonly robot: RobotStatus }) {
  const link = useStatusFrame()?.link;
  const [open, setOpen] = useState(false);
  if (link === undefined) return null;
  return (
    <Popover opened={open} onChange={setOpen} width={340} position="bottom-end">
      <Popover.Target>
        <button
          type="button"
          className="link-choice"
          data-testid="link-choice"
          data-metered={link.metered}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          <span className={link.metered ? 'upload-manual' : 'muted'}>
            {link.metered ? 'Metered link' : 'Link not metered'}
          </span>
          <span className="muted">
            {link.limitBytesPerS === null ? 'sends without limit' : `sends at most ${rateOf(link.limitBytesPerS)}`}
          </span>
          <Glyph name="chevron" />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <LinkCard link={link} robot={robot} />
      </Popover.Dropdown>
    </Popover>
  );
}

function LinkCard({ link, robot }: { readonly link: LaptopLinkStatus; readonly robot: RobotStatus }) {
  const session = useSession();
  return (
    <div className="link-card">
      <h2>The link of this laptop</h2>
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
          { value: 'auto', label: 'As the system says' },
          { value: 'metered', label: 'Metered' },
          { value: 'unmetered', label: 'Not metered' },
        ]}
      />
      <p className="muted">{linkWords(link)}</p>
      <LimitField limitBytesPerS={link.limitBytesPerS} />
      <p className="muted" data-testid="link-rate">
        {rateWords(robot)}
      </p>
    </div>
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
  const rest = metered
    ? 'What waits goes when you flush; by itself only what a robot file says goes all the same.'
    : 'What waits goes by itself.';
  if (choice !== 'auto') return rest;
  if (detected === null) return 'Nobody here says whether it costs: it counts as free.';
  return `NetworkManager ${detected ? 'calls' : 'does not call'} it metered. ${rest}`;
}

function rateWords({ upload }: RobotStatus): string {
  const sent = `${formatBytes(upload.wireBytes)} sent since the start`;
  return upload.wireBytesPerS > 0 ? `${rateOf(upload.wireBytesPerS)} now · ${sent}` : sent;
}

/** In thousand bytes, as the limit is set. */
function rateOf(bytesPerS: number): string {
  const kilobytes = bytesPerS / bytesPerKilobyte;
  return `${kilobytes < 10 ? kilobytes.toFixed(1) : formatCount(Math.round(kilobytes))} kB/s`;
}

const bytesPerKilobyte = 1000;
