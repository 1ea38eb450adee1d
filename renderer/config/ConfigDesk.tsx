import { SegmentedControl } from '@mantine/core';
import { useRef, useState } from 'react';
import { fleetName } from '../../main/model/fleetFile.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { Glyph } from '../components/Glyph.js';
import { formatQuantity } from '../format/formatCount.js';
import { changedLines } from './changedLines.js';
import './config.css';
import { CompareDialog } from './CompareDialog.js';
import { ConfigEditor, type ConfigEditorHandle } from './ConfigEditor.js';
import { ExportProfileDialog } from './ExportProfileDialog.js';
import { ConfigForm } from './ConfigForm.js';
import type { ConfigIssueMessage } from './configTypes.js';
import { HistoryDialog } from './HistoryDialog.js';
import { fixWords } from './issueDecorations.js';
import { ReviewDialog } from './ReviewDialog.js';
import { TargetDialog } from './TargetDialog.js';
import { TestDialog } from './TestDialog.js';
import { type RobotFileState, useRobotFile } from './useRobotFile.js';

type Dialog = 'review' | 'history' | 'compare' | 'test' | 'target' | 'profile';

type Scope = 'robot' | 'fleet';

/** The robot's file, or the one that lies below it and every other robot's. */
export function ConfigDesk({ robotName }: { readonly robotName: string }) {
  const [scope, setScope] = useState<Scope>('robot');
  const name = scope === 'fleet' ? fleetName : robotName;
  return <FileDesk key={name} name={name} robotName={robotName} scope={scope} setScope={setScope} />;
}

function FileDesk(props: {
  readonly name: string;
  readonly robotName: string;
  readonly scope: Scope;
  readonly setScope: (scope: Scope) => void;
}) {
  const { name, scope } = props;
  const file = useRobotFile(name);
  const editor = useRef<ConfigEditorHandle>(null);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const goTo = (line: number, column: number): void => {
    editor.current?.goTo(line, column);
  };
  const close = (): void => {
    setDialog(null);
  };
  const changed = file.saved === null ? new Set<number>() : changedLines(file.saved.text, file.text);
  const fleetError = file.fleet?.error ?? null;
  const wrong = file.issues.some((issue) => issue.severity === 'error') || fleetError !== null;
  const review = (): void => {
    if (file.dirty && !wrong) setDialog('review');
  };
  return (
    <div className="config">
      <div className="config-side">
        <SegmentedControl
          className="config-scope"
          aria-label="Which file"
          data-testid="config-scope"
          fullWidth
          value={scope}
          // The draft is the desk's: leaving it would lose it.
          disabled={file.dirty}
          title={file.dirty ? 'Apply or discard the changes here first' : undefined}
          data={[
            { value: 'robot', label: props.robotName },
            { value: 'fleet', label: 'All robots' },
          ]}
          onChange={(next) => {
            props.setScope(next === 'fleet' ? 'fleet' : 'robot');
          }}
        />
        <div className="config-title">
          <h2>{name}.yaml</h2>
          <span className={wrong ? 'severity-ERROR' : 'muted'}>{titleWords(file, changed.size)}</span>
        </div>
        <p className="config-path code muted selectable">{file.saved?.path ?? ''}</p>
        <ConfigForm
          file={file}
          changed={changed}
          apply={(changes) => {
            editor.current?.applyChanges(changes);
          }}
          goTo={goTo}
        />
        <p className="config-help muted">{helpWords(scope, file)}</p>
      </div>
      <div className="config-main">
        {fleetError !== null && (
          <Callout tone="bad" data-testid="config-fleet-error">
            <p>
              The file of all robots is not valid (line {fleetError.line}, column {fleetError.column}:{' '}
              {fleetError.message}). Nothing can be applied until it is mended.
            </p>
            <p>
              <Button
                disabled={file.dirty}
                title={file.dirty ? 'Discard the changes here first' : undefined}
                onClick={() => {
                  props.setScope('fleet');
                }}
              >
                Open it
              </Button>
            </p>
          </Callout>
        )}
        {file.conflict !== null && <ConflictNotice file={file} />}
        {file.problem !== null && <ProblemCallout tone="bad" data-testid="config-problem" problem={file.problem} />}
        <ConfigEditor
          ref={editor}
          text={file.text}
          savedText={file.saved?.text ?? ''}
          issues={file.issues}
          change={file.change}
          save={review}
        />
        <IssueList
          issues={file.issues}
          goTo={goTo}
          fix={(issue) => {
            editor.current?.applyFix(issue);
          }}
        />
        <div className="config-bar">
          <Button
            data-testid="config-history"
            onClick={() => {
              setDialog('history');
            }}
          >
            History
          </Button>
          <Button
            data-testid="config-compare"
            onClick={() => {
              setDialog('compare');
            }}
          >
            Compare…
          </Button>
          {scope === 'robot' && (
            <Button
              data-testid="config-test"
              disabled={wrong}
              onClick={() => {
                setDialog('test');
              }}
            >
              Test
            </Button>
          )}
          <Button
            data-testid="config-to-robot"
            disabled={wrong || file.dirty}
            title={file.dirty ? 'Apply the changes here first' : 'Write this file to the robot'}
            onClick={() => {
              setDialog('target');
            }}
          >
            To the robot…
          </Button>
          {scope === 'robot' && (
            <Button
              data-testid="config-profile"
              disabled={wrong || file.dirty}
              title={
                file.dirty ? 'Apply the changes here first' : 'How this robot is reached, as a file for another laptop'
              }
              onClick={() => {
                setDialog('profile');
              }}
            >
              Profile…
            </Button>
          )}
          <span className="muted" role="status">
            {barWords(file)}
          </span>
          <div className="config-bar-apart">
            <Button data-testid="config-revert" disabled={!file.dirty} onClick={file.revert}>
              Discard
            </Button>
            <Button
              look="primary"
              data-testid="config-save"
              disabled={!file.dirty || file.saving || wrong}
              onClick={review}
            >
              Review and apply…
              <kbd className="config-key">Ctrl S</kbd>
            </Button>
          </div>
        </div>
      </div>
      <ReviewDialog robot={name} file={file} opened={dialog === 'review'} close={close} />
      <CompareDialog robot={name} file={file} opened={dialog === 'compare'} close={close} />
      <TestDialog robot={name} text={file.text} opened={dialog === 'test'} close={close} />
      <TargetDialog
        robot={name}
        text={file.text}
        hasFleet={file.fleet !== null}
        opened={dialog === 'target'}
        close={close}
      />
      <ExportProfileDialog robot={name} parsed={file.parsed} opened={dialog === 'profile'} close={close} />
      <HistoryDialog robot={name} file={file} opened={dialog === 'history'} close={close} />
    </div>
  );
}

function helpWords(scope: Scope, file: RobotFileState): string {
  if (scope === 'fleet') {
    return "What stands here counts for every robot, unless the robot's own file says something else. It is a ROS 2 parameter file: give it to the robot's nodes before their own, --params-file @fleet.yaml --params-file ROBOT.yaml.";
  }
  const below = file.fleet === null ? '' : ' What it does not say comes from the file of all robots.';
  return `This file is a ROS 2 parameter file: the robot's own nodes can be started with it, and theirs open here as they are.${below} Records already on disk keep the destination they were taken for.`;
}

function titleWords(file: RobotFileState, changes: number): string {
  const errors = file.issues.filter((issue) => issue.severity === 'error').length;
  const warnings = file.issues.length - errors;
  const words = [
    ...(errors > 0 ? [formatQuantity(errors, 'error')] : []),
    ...(warnings > 0 ? [formatQuantity(warnings, 'warning')] : []),
    ...(changes > 0 ? [formatQuantity(changes, 'changed line')] : []),
  ];
  if (words.length > 0) return words.join(' · ');
  if (file.saved === null) return '';
  if (file.saved.revision === null) return 'not made yet';
  return file.dirty ? 'lines removed' : 'in force';
}

function barWords(file: RobotFileState): string {
  if (file.saved === null) return 'Reading the file…';
  const errors = file.issues.some((issue) => issue.severity === 'error');
  if (!file.dirty && errors) return 'The file has an error: what held before stays in force.';
  if (!file.dirty && file.saved.revision === null) return 'There is no such file yet: the first change makes it.';
  if (!file.dirty) return 'Saved and in force.';
  return errors ? 'Not applied: an error must be mended first.' : 'Not applied yet.';
}

function ConflictNotice({ file }: { readonly file: RobotFileState }) {
  return (
    <Callout data-testid="config-conflict">
      <p className="strong">The same lines were changed outside while you were editing.</p>
      <p>Take what is on disk now and lose your changes here, or write yours over it.</p>
      <p className="config-conflict-actions">
        <Button data-testid="config-reload" onClick={file.takeTheirs}>
          Take theirs
        </Button>
        <Button data-testid="config-overwrite" onClick={() => void file.overwrite()}>
          Write mine over it
        </Button>
      </p>
    </Callout>
  );
}

function IssueList(props: {
  readonly issues: readonly ConfigIssueMessage[];
  readonly goTo: (line: number, column: number) => void;
  readonly fix: (issue: ConfigIssueMessage) => void;
}) {
  if (props.issues.length === 0) return null;
  return (
    <ul className="config-issues" aria-label="Issues">
      {props.issues.map((issue) => (
        <li
          key={`${issue.line}:${issue.column} ${issue.message}`}
          data-testid="config-issue"
          data-severity={issue.severity}
        >
          <button
            type="button"
            className="config-issue"
            onClick={() => {
              props.goTo(issue.line, issue.column);
            }}
          >
            <span className={issue.severity === 'error' ? 'severity-ERROR' : 'severity-WARN'}>
              <Glyph name={issue.severity === 'error' ? 'error' : 'warn'} />
            </span>
            <span className="code muted">
              {issue.line}:{issue.column}
            </span>
            <span>{issue.message}</span>
          </button>
          {issue.fix !== null && (
            <Button
              data-testid="config-fix"
              onClick={() => {
                props.fix(issue);
              }}
            >
              {fixWords(issue.fix)}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
