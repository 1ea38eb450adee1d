import { Tooltip } from '@mantine/core';
import type { ParameterValue } from '../../main/config/text/ParameterValue.js';
import type { RobotStatus } from '../../main/contract/frames.js';
import { severities, severityRank, type Severity } from '../../main/model/Severity.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount } from '../format/formatCount.js';
import { FieldControl } from './FieldControl.js';
import { formatWithUnit } from './quantity.js';
import type { Field } from './readFields.js';
import { valueWords } from './valueWords.js';

/** One parameter: its name for people, its own name, a control, and what follows from its value. */
export function FieldRow(props: {
  readonly field: Field;
  readonly changed: boolean;
  readonly choices: readonly string[];
  readonly robot: RobotStatus | null;
  readonly disabled: boolean;
  readonly set: (value: ParameterValue | null) => void;
  readonly goTo: (line: number, column: number) => void;
}) {
  const { field, changed, robot, set } = props;
  const { parameter, lines, issue } = field;
  const name = parameter.key.slice(parameter.key.lastIndexOf('.') + 1);
  const mark = issue?.severity === 'error' ? 'wrong' : changed ? 'changed' : undefined;
  const hint = hintOf(field, robot);
  return (
    <div
      className="config-field"
      data-mark={mark}
      data-set={lines === null ? undefined : ''}
      data-parameter={parameter.key}
      data-origin={field.origin}
    >
      <div className="config-label">
        <Tooltip label={parameter.meaning} w={320} position="bottom-start">
          <span tabIndex={-1}>{field.label}</span>
        </Tooltip>
        {lines === null ? (
          <span className="code muted">{name}</span>
        ) : (
          <button
            type="button"
            className="link-button code config-line"
            title={`Go to line ${lines[0]}`}
            onClick={() => {
              props.goTo(lines[0], 1);
            }}
          >
            {name}
          </button>
        )}
      </div>
      <div className="config-value">
        <FieldControl field={field} choices={props.choices} disabled={props.disabled} set={set} />
        {issue !== null ? (
          <p className={`config-hint ${issue.severity === 'error' ? 'severity-ERROR' : 'severity-WARN'}`}>
            {issue.message.replace(`${parameter.key}: `, '')}
          </p>
        ) : (
          hint !== '' && <p className="config-hint muted">{hint}</p>
        )}
        {field.fleetValue !== null && (
          <FleetLine field={field} fleetValue={field.fleetValue} disabled={props.disabled} set={set} />
        )}
      </div>
      <button
        type="button"
        className="icon-button config-reset"
        aria-label={`Reset ${field.label}`}
        title={lines === null ? '' : `Take it out of the file: ${belowWords(field)}`}
        data-testid={`reset-${parameter.section}.${parameter.key}`}
        disabled={lines === null || props.disabled}
        onClick={() => {
          set(null);
        }}
      >
        ↺
      </button>
    </div>
  );
}

/** What the fleet's file says, beside what counts here, and the way from the one to the other. */
function FleetLine(props: {
  readonly field: Field;
  readonly fleetValue: ParameterValue;
  readonly disabled: boolean;
  readonly set: (value: ParameterValue | null) => void;
}) {
  const { field, fleetValue, set } = props;
  const name = `${field.parameter.section}.${field.parameter.key}`;
  if (field.lines === null) {
    return (
      <p className="config-hint config-fleet">
        <span className="badge">fleet</span>
        <button
          type="button"
          className="link-button"
          data-testid={`override-${name}`}
          disabled={props.disabled}
          onClick={() => {
            set(fleetValue);
          }}
        >
          Override here
        </button>
      </p>
    );
  }
  return (
    <p className="config-hint config-fleet">
      <span className="muted">fleet: {valueWords(field.parameter, fleetValue)}</span>
      <button
        type="button"
        className="link-button"
        data-testid={`to-fleet-${name}`}
        disabled={props.disabled}
        onClick={() => {
          set(null);
        }}
      >
        Back to the fleet&apos;s value
      </button>
    </p>
  );
}

function belowWords({ parameter, fleetValue }: Field): string {
  if (fleetValue !== null) return `the fleet's file says ${valueWords(parameter, fleetValue)}`;
  const { default: standard, unit } = parameter;
  if (standard === null || standard === '') return 'then it is not set';
  return `the default is ${typeof standard === 'number' ? formatWithUnit(standard, unit) : valueWords(parameter, standard)}`;
}

const originWords = {
  robot: '',
  'every-node': 'for every node of this file',
  fleet: '',
  default: '',
} as const;

/** What follows from a value, and where it comes from. */
function hintOf(field: Field, robot: RobotStatus | null): string {
  return [consequenceOf(field, robot), originWords[field.origin]].filter((words) => words !== '').join(' · ');
}

function consequenceOf({ parameter, value }: Field, robot: RobotStatus | null): string {
  if (typeof value === 'number' && parameter.unit === 'KB') {
    const used =
      robot === null || parameter.key !== 'storage_limit' ? '' : ` · ${formatBytes(robot.cacheBytes)} used in all`;
    return `${value} KB${used}`;
  }
  if (parameter.key === 'publish_frequency') return 'a period, despite its name';
  if (parameter.key === 'min_log_verbosity') return skippedWords(value, robot);
  return '';
}

function skippedWords(value: unknown, robot: RobotStatus | null): string {
  const severity = severities.find((name): name is Severity => name === value);
  if (severity === undefined || robot === null) return '';
  const skipped = robot.pending
    .filter((group) => group.severity !== null && severityRank(group.severity) < severityRank(severity))
    .reduce((sum, group) => sum + group.records, 0);
  return skipped === 0 ? '' : `${formatCount(skipped)} less severe wait now`;
}
