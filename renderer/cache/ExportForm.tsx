import { SegmentedControl, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import type { CallInput } from '../../main/contract/calls.js';
import { usePolledCall } from '../bridge/usePolledCall.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { Glyph } from '../components/Glyph.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatCount, formatQuantity } from '../format/formatCount.js';
import { notify } from '../stores/pageStore.js';
import { closeDialog } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';
import { ProgressLine } from './ProgressLine.js';

type Format = CallInput<'cache.export'>['format'];

const formatWords: Readonly<Record<Format, string>> = {
  mcap: 'As the robot sent them, with type and time: opens in Foxglove and rosbag2.',
  jsonl: 'One JSON object a line, with all that is known of the record.',
  csv: 'A table, for a spreadsheet.',
};

/** Writes what is chosen to a file on this laptop; nothing changes in the cache. */
export function ExportForm({ robot, filter, records }: DialogProps) {
  const session = useSession();
  const home = useStatusFrame()?.home ?? '';
  const [format, setFormat] = useState<Format>('mcap');
  const [file, setFile] = useState('');
  const [state, setState] = useState<'ready' | 'writing' | 'is-there'>('ready');
  const write = async (target: string, overwrite: boolean): Promise<void> => {
    setState('writing');
    const input = { robot, filter, format, file: target.trim(), overwrite };
    const result = await session.link.call('cache.export', input, exportTimeoutMs);
    if (!result.ok) {
      const { code, message, nextStep } = result.problem;
      setState(code === 'file-exists' ? 'is-there' : 'ready');
      if (code !== 'file-exists') notify(code === 'cancelled' ? 'calm' : 'bad', message, nextStep);
      return;
    }
    closeDialog();
    const { value } = result;
    notify(
      'good',
      `${formatQuantity(value.records, 'record')} exported, ${formatBytes(value.bytes)}.`,
      `${value.file} (its name is on the clipboard)`,
    );
    void session.bridge.copyText(value.file);
  };
  const choose = async (): Promise<void> => {
    const chosen = await session.bridge.chooseSaveFile(`${robot}.${format}`);
    if (chosen === null) return;
    setFile(chosen);
    // The system's dialog has asked about a file that is there.
    await write(chosen, true);
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void write(file, false);
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <SegmentedControl
        aria-label="Format"
        data-testid="export-format"
        value={format}
        onChange={setFormat}
        data={[
          { value: 'mcap', label: 'MCAP' },
          { value: 'jsonl', label: 'JSON lines' },
          { value: 'csv', label: 'CSV' },
        ]}
      />
      <p className="muted">{formatWords[format]}</p>
      <div className="place-field">
        <TextInput
          label="File"
          description={`Empty for a new file in ${home}/exports; a name without a folder is put there too.`}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder={`/media/usb/${robot}.${format}`}
          data-autofocus
          data-testid="export-file"
          className="code-input"
          spellCheck={false}
          maxLength={4096}
          value={file}
          onChange={(event) => {
            setFile(event.currentTarget.value);
            if (state === 'is-there') setState('ready');
          }}
        />
        <Button data-testid="export-choose" disabled={state === 'writing'} onClick={() => void choose()}>
          <Glyph name="folder" />
          Choose…
        </Button>
      </div>
      {state === 'writing' && <ExportProgress robot={robot} records={records} />}
      {state === 'is-there' && (
        <Callout data-testid="export-is-there">
          <p>{file} is there already.</p>
          <p>
            <Button data-testid="export-replace" onClick={() => void write(file, true)}>
              Replace it
            </Button>
          </p>
        </Callout>
      )}
      <div className="dialog-end">
        {state === 'writing' && (
          <Button data-testid="export-stop" onClick={() => void session.ask('cache.stopExport', { robot })}>
            Stop
          </Button>
        )}
        <Button
          type="submit"
          look="primary"
          data-testid="export-confirm"
          disabled={state === 'writing' || records === 0}
        >
          {state === 'writing'
            ? 'Writing…'
            : `Export ${records === null ? 'what fits' : formatQuantity(records, 'record')}`}
        </Button>
      </div>
    </form>
  );
}

function ExportProgress({ robot, records }: { readonly robot: string; readonly records: number | null }) {
  const answer = usePolledCall('cache.exportStep', { robot }, stepEveryMs);
  const step = answer?.ok === true ? answer.value : null;
  const done = step?.records ?? 0;
  return (
    <ProgressLine
      name="Export"
      share={records === null || records === 0 ? null : done / records}
      words={`${formatCount(done)}${records === null ? '' : ` of ${formatCount(records)}`} records, ${formatBytes(step?.bytes ?? 0)} written`}
    />
  );
}

const stepEveryMs = 400;
const exportTimeoutMs = 60 * 60_000;
