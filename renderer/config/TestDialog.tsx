import { useCallback, useEffect, useState } from 'react';
import type { CallOutput } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { Glyph } from '../components/Glyph.js';
import { notify } from '../stores/pageStore.js';
import { ConfigDialog } from './ConfigDialog.js';

type Answers = CallOutput<'config.test'>;

const questions: Readonly<Record<Answers[number]['id'], string>> = {
  topics: 'Are the topics live?',
  credentials: 'Are the credentials accepted?',
  permissions: 'Is sending allowed?',
  group: 'Is the log group there?',
  disk: 'Can the disk be written?',
};

const looks = {
  ok: { glyph: 'sent', className: 'state-sent', word: 'yes' },
  warning: { glyph: 'warn', className: 'severity-WARN', word: 'in part' },
  failed: { glyph: 'error', className: 'severity-ERROR', word: 'no' },
  unknown: { glyph: 'held', className: 'muted', word: 'not known' },
} as const;

/** Tries what the text says, also before it is applied: each question with its answer. */
export function TestDialog(props: {
  readonly robot: string;
  readonly text: string;
  readonly opened: boolean;
  readonly close: () => void;
}) {
  return (
    <ConfigDialog title={`Test ${props.robot}.yaml`} width="44rem" opened={props.opened} close={props.close}>
      <Test robot={props.robot} text={props.text} />
    </ConfigDialog>
  );
}

/** Longer than the longest of the questions takes. */
const testMsMax = 30_000;

function Test({ robot, text }: { readonly robot: string; readonly text: string }) {
  const session = useSession();
  const [answer, setAnswer] = useState<Result<Answers> | null>(null);

  const ask = useCallback(() => session.link.call('config.test', { robot, text }, testMsMax), [session, robot, text]);
  useEffect(() => {
    let stopped = false;
    void ask().then((result) => {
      if (!stopped) setAnswer(result);
    });
    return () => {
      stopped = true;
    };
  }, [ask]);

  const askAgain = async (): Promise<void> => {
    setAnswer(null);
    setAnswer(await ask());
  };
  const createGroup = async (): Promise<void> => {
    const created = await session.ask('config.createGroup', { robot, text }, testMsMax);
    if (created.ok) await askAgain();
  };

  if (answer === null) return <p className="muted">Asking the robot, CloudWatch and the disk…</p>;
  if (!answer.ok) {
    return <ProblemCallout tone="bad" problem={answer.problem} />;
  }
  return (
    <div className="config-review">
      <ul className="config-answers">
        {answer.value.map(({ id, state, words, nextStep, copy }) => (
          <li key={id} data-testid={`config-test-${id}`} data-state={state}>
            <span className={looks[state].className}>
              <Glyph name={looks[state].glyph} />
            </span>
            <div>
              <p className="strong">
                {questions[id]} <span className={looks[state].className}>{looks[state].word}</span>
              </p>
              <p>{words}</p>
              {nextStep !== '' && <p className="muted">{nextStep}</p>}
              {copy !== '' && state !== 'ok' && (
                <details>
                  <summary>The policy</summary>
                  <pre className="code config-policy selectable" data-testid="config-policy">
                    {copy}
                  </pre>
                </details>
              )}
            </div>
            {copy !== '' && (
              <Button
                onClick={() => {
                  void session.bridge.copyText(copy).then(() => {
                    notify('good', 'The policy is copied.');
                  });
                }}
              >
                Copy the policy
              </Button>
            )}
            {id === 'group' && state === 'warning' && (
              <Button data-testid="config-create-group" onClick={() => void createGroup()}>
                Make it now
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div className="dialog-end">
        <Button data-testid="config-test-again" onClick={() => void askAgain()}>
          Test again
        </Button>
      </div>
    </div>
  );
}
