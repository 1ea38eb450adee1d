import { SegmentedControl, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import type { CallInput } from '../../main/contract/calls.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { formatBytes } from '../format/formatBytes.js';
import { formatQuantity } from '../format/formatCount.js';
import { notify } from '../stores/pageStore.js';
import { setCacheDesk } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';

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
  const [busy, setBusy] = useState(false);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const result = await session.ask('cache.export', { robot, filter, format, file: file.trim() }, exportTimeoutMs);
    setBusy(false);
    if (!result.ok) return;
    setCacheDesk({ dialog: null });
    const { value } = result;
    notify(
      'good',
      `${formatQuantity(value.records, 'record')} exported, ${formatBytes(value.bytes)}.`,
      `${value.file} (its name is on the clipboard)`,
    );
    void session.bridge.copyText(value.file);
  };
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
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
        }}
      />
      <div className="dialog-end">
        <Button type="submit" look="primary" data-testid="export-confirm" disabled={busy || records === 0}>
          {busy ? 'Writing…' : `Export ${records === null ? 'what fits' : formatQuantity(records, 'record')}`}
        </Button>
      </div>
    </form>
  );
}

const exportTimeoutMs = 60 * 60_000;
