import { useState } from 'react';
import { findParameter, isSectionName } from '../../main/config/text/parameters.js';
import type { ParameterValue } from '../../main/config/text/ParameterValue.js';
import type { CallOutput } from '../../main/contract/calls.js';
import type { Problem } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { formatQuantity } from '../format/formatCount.js';
import { labelOf } from './formFields.js';
import { valueWords } from './valueWords.js';

type RunningNode = CallOutput<'config.running'>['nodes'][number];
type RunningParameter = RunningNode['parameters'][number];
type Answer = CallOutput<'config.setRunning'>['answers'][number];

/** A node has 2 s to be found and 3 s to answer, twice; one that is silent holds up no other. */
const askMsMax = 20_000;

/** Sets what the file says on the robot's running nodes: first what they have now, then each answer. */
export function RunningNodes({ robot, text }: { readonly robot: string; readonly text: string }) {
  const { link } = useSession();
  const [nodes, setNodes] = useState<readonly RunningNode[] | null>(null);
  const [answers, setAnswers] = useState<ReadonlyMap<string, readonly Answer[]>>(new Map());
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const look = async (): Promise<void> => {
    setBusy(true);
    const asked = await link.call('config.running', { robot, text }, askMsMax);
    setBusy(false);
    setProblem(asked.ok ? null : asked.problem);
    setNodes(asked.ok ? asked.value.nodes : null);
  };
  const set = async ({ node, parameters }: RunningNode): Promise<void> => {
    const keys = parameters.filter(isSettable).map(({ key }) => key);
    setBusy(true);
    const told = await link.call('config.setRunning', { robot, text, node, keys }, askMsMax);
    if (told.ok) {
      setAnswers(new Map([...answers, [node, told.value.answers]]));
      await look();
    } else setProblem(told.problem);
    setBusy(false);
  };

  return (
    <>
      <p className="config-note">
        Values are set through each node&apos;s parameter service and are gone when it ends: write the file as well. A
        node may take a value and yet obey it only when it is started again.
      </p>
      <div>
        <Button data-testid="config-running-look" disabled={busy} onClick={() => void look()}>
          {busy ? 'Asking…' : nodes === null ? 'See what they have now' : 'Ask again'}
        </Button>
      </div>
      {problem !== null && <ProblemCallout tone="bad" problem={problem} />}
      {nodes?.length === 0 && (
        <p className="muted">
          None of the nodes that this file is for runs on the robot: cloudwatch_logger, cloudwatch_metrics_collector,
          health_metric_collector.
        </p>
      )}
      {nodes?.map((node) => (
        <NodeTable
          key={node.node}
          node={node}
          answers={answers.get(node.node) ?? []}
          busy={busy}
          set={() => void set(node)}
        />
      ))}
    </>
  );
}

function NodeTable(props: {
  readonly node: RunningNode;
  readonly answers: readonly Answer[];
  readonly busy: boolean;
  readonly set: () => void;
}) {
  const { node, parameters, problem } = props.node;
  const settable = parameters.filter(isSettable).length;
  const answerTo = new Map(props.answers.map((answer) => [answer.name, answer]));
  return (
    <section className="config-node" aria-label={node} data-testid="config-node">
      <div className="config-node-head">
        <h3 className="code">{node}</h3>
        {problem === null && (
          <Button
            look={settable > 0 ? 'primary' : 'plain'}
            data-testid="config-node-set"
            disabled={props.busy || settable === 0}
            onClick={props.set}
          >
            {settable === 0 ? 'Nothing to set' : `Set ${formatQuantity(settable, 'value')}`}
          </Button>
        )}
      </div>
      {problem !== null && <ProblemCallout problem={problem} />}
      {problem === null && parameters.length === 0 && <p className="muted">The file gives this node no values.</p>}
      {parameters.length > 0 && (
        <table className="config-table">
          <thead>
            <tr>
              <th>Parameter</th>
              <th>Running</th>
              <th>File</th>
              <th>Answer</th>
            </tr>
          </thead>
          <tbody>
            {parameters.map((parameter) => (
              <ParameterRow
                key={parameter.key}
                node={node}
                parameter={parameter}
                answer={answerTo.get(parameter.key) ?? null}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function ParameterRow(props: {
  readonly node: string;
  readonly parameter: RunningParameter;
  readonly answer: Answer | null;
}) {
  const { key, running, file, isDeclared, isSame } = props.parameter;
  const section = props.node.slice(props.node.lastIndexOf('/') + 1);
  const parameter = isSectionName(section) ? findParameter(section, key) : null;
  const words = (value: ParameterValue | null): string =>
    parameter === null || value === null ? 'not set' : valueWords(parameter, value);
  const refused = props.answer?.isSet === false;
  return (
    <tr data-testid={`running-${key}`} data-same={isSame}>
      <td title={key}>{parameter === null ? key : labelOf(parameter)}</td>
      <td className={isSame ? 'muted' : ''}>{isDeclared ? words(running) : 'unknown to it'}</td>
      <td className={isSame ? 'muted' : 'strong'}>{words(file)}</td>
      <td className={refused ? 'severity-ERROR' : 'muted'}>{answerWords(props.answer, isSame)}</td>
    </tr>
  );
}

function answerWords(answer: Answer | null, isSame: boolean): string {
  if (answer === null) return isSame ? 'the same' : '';
  if (answer.isSet) return 'set';
  return answer.reason === '' ? 'refused, without a reason' : `refused: ${answer.reason}`;
}

/** What a node never declared it would refuse. */
function isSettable({ isDeclared, isSame }: RunningParameter): boolean {
  return isDeclared && !isSame;
}
