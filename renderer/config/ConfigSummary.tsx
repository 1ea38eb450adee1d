import { useMemo } from 'react';
import type { RobotStatus } from '../../main/contract/frames.js';
import { severities, type Severity, severityRank } from '../../main/model/Severity.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount } from '../format/formatCount.js';
import { type FieldSection, readFields, type RobotFileField } from './robotFileFields.js';
import type { RobotFileState } from './useRobotFile.js';

const sections: readonly FieldSection[] = ['Robot', 'Logs', 'Metrics', 'Cache'];

/** What the text says, in words, beside it: each parameter under its name for people, with what follows from its value. */
export function ConfigSummary(props: {
  readonly file: RobotFileState;
  readonly robot: RobotStatus | null;
  readonly changed: ReadonlySet<number>;
  readonly goTo: (line: number, column: number) => void;
}) {
  const { file, robot, changed } = props;
  const fields = useMemo(() => readFields(file.text), [file.text]);
  return sections.map((section) => (
    <section key={section} className="config-section" aria-label={section}>
      <h3>{section}</h3>
      {fields
        .filter((field) => field.section === section)
        .map((field) => (
          <FieldRow
            key={field.label}
            field={field}
            mark={markOf(field, file, changed)}
            robot={robot}
            goTo={props.goTo}
          />
        ))}
    </section>
  ));
}

type Mark = 'wrong' | 'changed' | null;

function markOf(field: RobotFileField, file: RobotFileState, changed: ReadonlySet<number>): Mark {
  if (field.line === null) return null;
  if (file.issues.some((issue) => issue.line === field.line && issue.severity === 'error')) return 'wrong';
  return changed.has(field.line) ? 'changed' : null;
}

function FieldRow(props: {
  readonly field: RobotFileField;
  readonly mark: Mark;
  readonly robot: RobotStatus | null;
  readonly goTo: (line: number, column: number) => void;
}) {
  const { field, mark } = props;
  const hint = hintOf(field, props.robot);
  return (
    <button
      type="button"
      className="config-field"
      data-mark={mark ?? undefined}
      data-set={field.line === null ? undefined : ''}
      disabled={field.line === null}
      title={field.line === null ? 'Not in the file: the standard value holds' : `Go to line ${field.line}`}
      onClick={() => {
        if (field.line !== null) props.goTo(field.line, 1);
      }}
    >
      <span className="config-label">
        {field.label}
        <span className="code muted">{field.parameter}</span>
      </span>
      <span className="config-value">
        <span className="config-box" data-line={field.line === null ? undefined : `line ${field.line}`}>
          {field.value === null ? field.standard : unquoted(field.value) || '""'}
        </span>
        {hint !== '' && <span className="config-hint muted">{hint}</span>}
      </span>
    </button>
  );
}

function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/u, '$2');
}

/** What follows from a value, for the person who changes it. */
function hintOf(field: RobotFileField, robot: RobotStatus | null): string {
  const value = unquoted(field.value ?? field.standard);
  const number = Number(value);
  switch (field.parameter) {
    case 'storage_limit': {
      const used = robot === null ? '' : ` · ${formatBytes(robot.cacheBytes)} used`;
      return Number.isFinite(number) ? `${formatBytes(number * 1024)}${used}` : '';
    }
    case 'maximum_file_size':
      return Number.isFinite(number) ? formatBytes(number * 1024) : '';
    case 'publish_frequency':
      return 'seconds: a period, despite its name';
    case 'min_log_verbosity':
      return skippedWords(value, robot);
    default:
      return field.value === null ? 'not in the file' : '';
  }
}

function skippedWords(value: string, robot: RobotStatus | null): string {
  const severity = severities.find((name): name is Severity => name === value);
  if (severity === undefined || robot === null) return '';
  const skipped = robot.pending
    .filter((group) => group.severity !== null && severityRank(group.severity) < severityRank(severity))
    .reduce((sum, group) => sum + group.records, 0);
  return skipped === 0 ? '' : `${formatCount(skipped)} less severe wait now`;
}
