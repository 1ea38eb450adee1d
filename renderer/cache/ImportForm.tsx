import { Checkbox, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import type { ImportReport, ImportStep } from '../../main/contract/importReport.js';
import { usePolledCall } from '../bridge/usePolledCall.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { Glyph } from '../components/Glyph.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { notify } from '../stores/pageStore.js';
import { ProgressLine } from './ProgressLine.js';

/** Takes in what the original CloudWatch nodes left on a disk: a folder, how far it is, and what became of each file. */
export function ImportForm({ robot }: { readonly robot: string }) {
  const session = useSession();
  const [folder, setFolder] = useState('');
  const [all, setAll] = useState(false);
  const [busy, setBusy] = useState(false);
  const [report, setReport] = useState<ImportReport | null>(null);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (folder.trim() === '') return;
    const file = await session.ask('config.read', { robot });
    if (!file.ok) return;
    setBusy(true);
    setReport(null);
    const input = { robot, robotFile: file.value.text, folder: folder.trim(), all };
    const result = await session.ask('cache.import', input, importTimeoutMs);
    setBusy(false);
    if (!result.ok) return;
    setReport(result.value.report);
    const { problem } = result.value;
    if (problem !== null) notify('bad', problem.message, problem.nextStep);
  };
  const choose = async (): Promise<void> => {
    const chosen = await session.bridge.chooseFolder();
    if (chosen !== null) setFolder(chosen);
  };
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <div className="place-field">
        <TextInput
          label="Folder"
          description="Of cloudwatch_logger or cloudwatch_metrics_collector: ~/.ros/cwlogs, or what storage_directory names."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder="/home/robot/.ros/cwlogs"
          data-autofocus
          data-testid="import-folder"
          className="code-input"
          spellCheck={false}
          value={folder}
          onChange={(event) => {
            setFolder(event.currentTarget.value);
          }}
        />
        <Button data-testid="import-choose" disabled={busy} onClick={() => void choose()}>
          <Glyph name="folder" />
          Choose…
        </Button>
      </div>
      <Checkbox
        label="Also what the original says it has sent already"
        data-testid="import-all"
        checked={all}
        onChange={(event) => {
          setAll(event.currentTarget.checked);
        }}
      />
      {busy && <Progress robot={robot} />}
      {report !== null && <Report report={report} />}
      <div className="dialog-end">
        {busy && (
          <Button data-testid="import-stop" onClick={() => void session.ask('cache.stopImport', { robot })}>
            Stop
          </Button>
        )}
        <Button type="submit" look="primary" data-testid="import-start" disabled={busy || folder.trim() === ''}>
          {busy ? 'Importing…' : 'Import'}
        </Button>
      </div>
    </form>
  );
}

function Progress({ robot }: { readonly robot: string }) {
  const answer = usePolledCall('cache.importStep', { robot }, 400);
  const step: ImportStep | null = answer?.ok === true ? answer.value : null;
  return (
    <ProgressLine
      name="Import"
      share={step === null || step.files === 0 ? null : step.filesDone / step.files}
      words={
        step === null
          ? 'Reading the folder…'
          : `${step.file}: ${formatCount(step.imported)} of ${formatQuantity(step.lines, 'line')} stored; ${formatCount(step.filesDone)} of ${formatQuantity(step.files, 'file')} done`
      }
    />
  );
}

function Report({ report }: { readonly report: ImportReport }) {
  return (
    <section aria-label="What became of the files" data-testid="import-report" className="import-report selectable">
      {report.files.length === 0 && <p>No file of the original nodes is in this folder.</p>}
      {report.files.length > 0 && (
        <table className="waiting">
          <thead>
            <tr>
              <th>file</th>
              <th className="number">lines</th>
              <th className="number">stored</th>
              <th className="number">stored before</th>
              <th className="number">sent before</th>
              <th className="number">not usable</th>
            </tr>
          </thead>
          <tbody>
            {report.files.map((file) => (
              <tr key={file.file}>
                <td className="code">{file.file}</td>
                <td className="number">{formatCount(file.lines)}</td>
                <td className="number">{formatCount(file.imported)}</td>
                <td className="number">{formatCount(file.importedBefore)}</td>
                <td className="number">{formatCount(file.uploadedBefore)}</td>
                <td className="number">{formatCount(file.reported)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {report.problems.slice(0, problemsShownMax).map((problem) => (
        <p key={`${problem.file} ${problem.line}`} className="muted">
          {problem.file} line {problem.line}: {problem.reason}
        </p>
      ))}
      {report.problems.length + report.problemsNotListed > problemsShownMax && (
        <p className="muted">
          and {formatCount(report.problems.length + report.problemsNotListed - problemsShownMax)} more: `tether import
          --json` lists them
        </p>
      )}
      {report.leftOut.map((left) => (
        <p key={left.file} className="muted">
          {left.file} was not read: {left.reason}
        </p>
      ))}
      {report.notes.map((note) => (
        <Callout key={note} tone="calm">
          <p>{note}</p>
        </Callout>
      ))}
    </section>
  );
}

const problemsShownMax = 6;
const importTimeoutMs = 12 * 3_600_000;
