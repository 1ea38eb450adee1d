import { Popover } from '@mantine/core';
import { useState } from 'react';
import type { Rung } from '../../main/model/Ladder.js';
import { useNow, useRobot } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { CopyCommand } from '../components/CopyCommand.js';
import { Recoveries } from './Recoveries.js';
import { Glyph, type GlyphName } from '../components/Glyph.js';
import { formatSince } from '../format/formatTime.js';
import { setPage } from '../stores/pageStore.js';

const rungGlyphs: Readonly<Record<Rung['state'], GlyphName>> = {
  ok: 'cached',
  waiting: 'received',
  warning: 'warn',
  failed: 'warn',
  unknown: 'received',
};

/** Why is nothing happening? The first rung that is not well is the one to look at, and is shown loudly. */
export function Ladder() {
  const robot = useRobot();
  if (robot === null) return <div className="ladder muted">no robot</div>;
  const loud = robot.ladder.find((rung) => rung.state !== 'ok' && rung.state !== 'unknown')?.id;
  return (
    <div className="ladder" role="group" aria-label={`Status of ${robot.name}`}>
      {robot.ladder.map((rung) => (
        <LadderRung key={rung.id} rung={rung} loud={rung.id === loud} />
      ))}
    </div>
  );
}

function LadderRung({ rung, loud }: { readonly rung: Rung; readonly loud: boolean }) {
  const [open, setOpen] = useState(false);
  const now = useNow(10_000);
  const since = formatSince(rung.sinceMs, now);
  return (
    <Popover opened={open} onChange={setOpen} width={330} position="bottom-start">
      <Popover.Target>
        <button
          type="button"
          className="rung"
          data-testid={`ladder-${rung.id}`}
          data-state={rung.state}
          data-loud={loud ? '' : undefined}
          data-quiet={loud ? undefined : ''}
          aria-label={`${rung.id}: ${rung.words}, ${rung.state} since ${since}`}
          onClick={() => {
            setOpen(!open);
          }}
        >
          <Glyph name={rungGlyphs[rung.state]} />
          <span className="rung-words">{rung.words || rung.id}</span>
          {loud && <span className="rung-since">since {since} · why?</span>}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="rung-card selectable">
          <h2>{rung.words || rung.id}</h2>
          <p>{rung.reason || 'All is well here.'}</p>
          {rung.nextStep !== '' && <p className="rung-next">{rung.nextStep}</p>}
          {rung.command !== undefined && (
            <CopyCommand
              command={rung.command}
              {...(rung.id === 'disk' ? { then: 'Run it in a terminal; it changes nothing.' } : {})}
            />
          )}
          {rung.id === 'disk' && (
            <Recoveries
              dismissed={() => {
                setOpen(false);
              }}
            />
          )}
          {(rung.id === 'robot' || rung.id === 'topics') && (
            <Button
              data-testid="examine"
              onClick={() => {
                setOpen(false);
                setPage({ dialog: 'doctor' });
              }}
            >
              Examine the connection…
            </Button>
          )}
          <p className="muted">since {since}, laptop time</p>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
