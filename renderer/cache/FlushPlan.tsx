import type { DryRun, FilterMessage } from '../../main/contract/calls.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { CopyCommand } from '../components/CopyCommand.js';
import { formatQuantity } from '../format/formatCount.js';
import { type DeskFilter, everything, filterMessageOf, isEverything } from './DeskFilter.js';
import './flushPlan.css';
import { FlushFacts } from './FlushFacts.js';
import { PriceLine } from './FlushCost.js';
import { flushNow } from './flushNow.js';
import { FlushProgress, PausedFlush } from './FlushProgress.js';
import { flushReadiness, underWayLabel } from './flushReadiness.js';
import { FlushSummary } from './FlushSummary.js';
import { useDryRun } from './useDryRun.js';

/** What a flush would send, where, what it leaves out, and the button that does it, now or when it can. */
export function FlushPlan(props: {
  readonly robot: RobotStatus;
  /** What is meant. */
  readonly filter: DeskFilter;
  readonly confirmTestId: string;
  readonly done?: () => void;
}) {
  const { robot } = props;
  const session = useSession();
  const filter: FilterMessage = filterMessageOf(props.filter);
  const part = !isEverything(props.filter);
  const plan = useDryRun(robot.name, filter);
  const records = plan?.ok === true ? plan.value.records : part ? 0 : robot.pendingRecords;
  const readiness = flushReadiness(robot, formatQuantity(records, 'record'));
  const send = (what: DeskFilter): void => {
    void flushNow(session, robot.name, filterMessageOf(what));
    props.done?.();
  };
  const isUnderWay = robot.upload.flush !== null;
  const hasPlan = plan?.ok === true && (plan.value.records > 0 || plan.value.leftOut.length > 0);
  return (
    <section className="flush-plan" aria-label="What a flush would send" data-testid="flush-plan">
      <FlushProgress robot={robot} />
      <PausedFlush robot={robot} />
      <FlushSummary robot={robot.name} />
      {!isUnderWay && (
        <>
          <div>
            <h2>{titleOf(plan === null, records, part)}</h2>
            {hasPlan && plan.value.records > 0 && (
              <p className="muted">
                {formatQuantity(plan.value.logs, 'log line')}, {formatQuantity(plan.value.metrics, 'sample')}
              </p>
            )}
            {plan === null && <p className="muted">Counting…</p>}
          </div>
          {plan?.ok === false && <ProblemCallout tone="bad" problem={plan.problem} />}
          {hasPlan && <FlushFacts plan={plan.value} />}
        </>
      )}
      {readiness.reason !== '' && (
        <Callout>
          <p data-testid="flush-reason">{readiness.reason}</p>
          {readiness.nextStep !== '' && <p className="muted">{readiness.nextStep}</p>}
          {readiness.command !== undefined && <CopyCommand command={readiness.command} />}
        </Callout>
      )}
      {readiness.label !== underWayLabel && (
        <Button
          look="primary"
          className="flush-confirm"
          data-testid={props.confirmTestId}
          disabled={records === 0}
          onClick={() => {
            send(props.filter);
          }}
        >
          {records === 0 && readiness.now ? 'Flush' : readiness.label}
        </Button>
      )}
      {part && robot.pendingRecords > records && (
        <Button
          data-testid="flush-all"
          onClick={() => {
            send(everything);
          }}
        >
          or all {formatQuantity(robot.pendingRecords, 'record')} that wait
        </Button>
      )}
      <p className="flush-foot muted">Nothing leaves the disk before CloudWatch has it</p>
      {!isUnderWay && hasPlan && (
        <>
          <Examples plan={plan.value} />
          {plan.value.billed !== null && <PriceLine />}
        </>
      )}
    </section>
  );
}

function titleOf(counting: boolean, records: number, part: boolean): string {
  if (counting && part) return 'Flush what is chosen';
  if (records === 0) return part ? 'Nothing of what is chosen waits' : 'Nothing to flush';
  return `Flush ${formatQuantity(records, part ? 'chosen record' : 'record')}`;
}

/** One event or datum of each place, so that nobody need guess what a robot file's format and rules make of it. */
function Examples({ plan }: { readonly plan: DryRun }) {
  const groups = plan.groups.filter(({ example }) => example !== '').slice(0, groupsShownMax);
  if (groups.length === 0) return null;
  return (
    <details className="plan-examples" data-testid="plan-examples">
      <summary>Exactly as it will be sent</summary>
      {groups.map((group) => (
        <div className="send selectable" key={`${group.goesTo} ${group.account}`}>
          <p className="muted">the first of {group.goesTo}</p>
          <pre className="code">{group.example}</pre>
        </div>
      ))}
    </details>
  );
}

const groupsShownMax = 4;
