import { Modal } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Finding } from '../../main/model/Finding.js';
import type { Result } from '../../main/model/Problem.js';
import { useRobot, useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { Glyph, type GlyphName } from '../components/Glyph.js';
import { notify, setPage, usePage } from '../stores/pageStore.js';
import { findingsAsText } from './findingsAsText.js';
import './doctor.css';

/** Looking takes about five seconds; ROS may take its time to start. */
const examineMsMax = 45_000;

const stateGlyphs: Readonly<Record<Finding['state'], GlyphName>> = {
  ok: 'cached',
  note: 'info',
  warning: 'warn',
  failed: 'error',
};
const stateWords: Readonly<Record<Finding['state'], string>> = {
  ok: 'well',
  note: 'note',
  warning: 'look here',
  failed: 'in the way',
};

/** What is between the robot and this laptop, looked at once when it opens and again when asked. */
export function DoctorDialog() {
  const open = usePage((page) => page.dialog === 'doctor');
  const robot = useRobot();
  return (
    <Modal
      opened={open}
      onClose={() => {
        setPage({ dialog: null });
      }}
      title={`What is between ${robot?.name ?? 'the robot'} and this laptop`}
      size="44rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {open && robot !== null && <Examination robot={robot.name} />}
    </Modal>
  );
}

function Examination({ robot }: { readonly robot: string }) {
  const { link, bridge } = useSession();
  const [round, setRound] = useState(0);
  const [examined, setExamined] = useState<{ readonly round: number; readonly result: Result<Finding[]> } | null>(null);
  useEffect(() => {
    let gone = false;
    void link.call('robots.examine', { robot }, examineMsMax).then((result) => {
      const findings = result.ok ? { ok: true as const, value: result.value.findings } : result;
      if (!gone) setExamined({ round, result: findings });
    });
    return () => {
      gone = true;
    };
  }, [link, robot, round]);
  const looking = examined?.round !== round;
  const result = examined?.result ?? null;
  return (
    <div className="doctor" data-testid="doctor" aria-busy={looking}>
      {result === null && <p className="muted">Looking at networks, domains, topics and clocks: about five seconds.</p>}
      {result?.ok === false && (
        <Callout tone="bad">
          {result.problem.message} {result.problem.nextStep}
        </Callout>
      )}
      {result?.ok === true && (
        <ul className="doctor-findings">
          {result.value.map((finding) => (
            <FindingLine key={finding.id} finding={finding} />
          ))}
        </ul>
      )}
      <div className="doctor-actions">
        <Button
          disabled={looking}
          onClick={() => {
            setRound(round + 1);
          }}
        >
          {looking ? 'Looking…' : 'Look again'}
        </Button>
        {result?.ok === true && (
          <Button
            onClick={() => {
              void bridge.copyText(findingsAsText(robot, result.value)).then(() => {
                notify('good', 'Copied as text.');
              });
            }}
          >
            Copy as text
          </Button>
        )}
      </div>
    </div>
  );
}

function FindingLine({ finding }: { readonly finding: Finding }) {
  const { id, title, state, words, nextStep, details } = finding;
  return (
    <li className="doctor-finding" data-testid="doctor-finding" data-id={id} data-state={state}>
      <span className="doctor-state">
        <Glyph name={stateGlyphs[state]} /> {stateWords[state]}
      </span>
      <div className="selectable">
        <b>{title}</b>
        <p>{words}</p>
        {nextStep !== '' && <p className="rung-next">{nextStep}</p>}
        {details.length > 0 && (
          <details>
            <summary>Details</summary>
            <ul className="doctor-details muted">
              {details.map((detail) => (
                <li key={detail}>{detail}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}
