import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { CallOutput } from '../../main/contract/calls.js';
import { usePolledCall } from '../bridge/usePolledCall.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatCount } from '../format/formatCount.js';
import { formatDayTimeMs } from '../format/formatTime.js';
import { notify } from '../stores/pageStore.js';
import { requestsOf } from './requestsOf.js';

const askAgainMs = 5000;

type Stretch = CallOutput<'upload.ledger'>[number];

/** How many requests a stretch took; opened, which: by the names that CloudWatch gave them, to be copied for AWS's support. */
export function StretchRequests({ robot, stretch }: { readonly robot: string; readonly stretch: Stretch }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="left-start" width={440} trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="link-button"
          data-testid="stretch-requests"
          aria-label={`${formatCount(stretch.requests)} requests to ${stretch.goesTo}: show which`}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {formatCount(stretch.requests)}
        </button>
      </Popover.Target>
      <Popover.Dropdown>{open && <Requests robot={robot} stretch={stretch} />}</Popover.Dropdown>
    </Popover>
  );
}

function Requests({ robot, stretch }: { readonly robot: string; readonly stretch: Stretch }) {
  const { bridge } = useSession();
  const answer = usePolledCall('upload.requests', { robot }, askAgainMs);
  const requests = answer?.ok === true ? requestsOf(answer.value, stretch) : [];
  const missing = stretch.requests - requests.length;
  return (
    <div className="stretch-requests selectable" data-testid="request-ids">
      <h3>Requests</h3>
      {answer !== null && missing > 0 && (
        <p className="muted">
          {requests.length === 0
            ? 'The names of these requests are no longer kept: only the last 200 of a robot are.'
            : `${formatCount(missing)} more had no name, or were before the last 200, which are kept.`}
        </p>
      )}
      {requests.length > 0 && (
        <>
          <ul>
            {requests.map(({ requestId, atMs, events, refused }) => (
              <li key={`${atMs} ${requestId}`}>
                <code className="code">{requestId}</code>
                <span className="muted">
                  {formatDayTimeMs(atMs)} · {formatCount(events)} {stretch.kind === 'log' ? 'log events' : 'samples'}
                  {refused > 0 && `, ${formatCount(refused)} refused`}
                </span>
              </li>
            ))}
          </ul>
          <Button
            data-testid="copy-requests"
            onClick={() => {
              const lines = requests.map(({ requestId, atMs }) => `${requestId} ${new Date(atMs).toISOString()}`);
              void bridge.copyText(lines.join('\n')).then(() => {
                notify('good', 'The request IDs are on the clipboard.', 'With their times, one a line.');
              });
            }}
          >
            Copy all
          </Button>
        </>
      )}
    </div>
  );
}
