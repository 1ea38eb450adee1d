import { TextInput } from '@mantine/core';
import { type SyntheticEvent, useEffect, useState } from 'react';
import type { CallOutput, FilterMessage } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { formatQuantity } from '../format/formatCount.js';
import { closeDialog } from './cacheDeskStore.js';
import type { DialogProps } from './DialogProps.js';
import { changedParts } from './changedParts.js';
import { editTimeoutMs, tellOfEdit } from './selectionActions.js';

type Preview = CallOutput<'cache.previewRedaction'>;

/** What to look for, what to put there, and what would become of the texts, before anything is changed. */
export function RedactForm({ robot, filter }: DialogProps) {
  const session = useSession();
  const [find, setFind] = useState('');
  const [replace, setReplace] = useState('[redacted]');
  const [busy, setBusy] = useState(false);
  const preview = usePreview(robot, filter, find, replace);
  const records = preview?.ok === true ? preview.value.records : 0;
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (records === 0) return;
    setBusy(true);
    const result = await session.ask('cache.redact', { robot, filter, find, replace }, editTimeoutMs);
    setBusy(false);
    if (!result.ok) return;
    closeDialog();
    tellOfEdit(session, robot, result.value, 'redacted, on disk too');
  };
  return (
    <form className="dialog-form" onSubmit={(event) => void submit(event)}>
      <TextInput
        label="Find"
        description="A regular expression (RE2). Begin with (?i) to take capitals and small letters alike."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={String.raw`token=\S+`}
        data-autofocus
        data-testid="redact-find"
        className="code-input"
        spellCheck={false}
        maxLength={1000}
        value={find}
        onChange={(event) => {
          setFind(event.currentTarget.value);
        }}
        error={preview?.ok === false && preview.problem.code !== 'superseded' ? preview.problem.message : null}
      />
      <TextInput
        label="Put in its place"
        description={'$1 and ${name} stand for groups; empty takes it out.'}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data-testid="redact-replace"
        className="code-input"
        spellCheck={false}
        maxLength={1000}
        value={replace}
        onChange={(event) => {
          setReplace(event.currentTarget.value);
        }}
      />
      <PreviewList find={find} preview={preview} />
      <Callout tone="calm">
        <p>
          The texts are changed on disk, before anything leaves. The originals are kept on this disk until you confirm
          the change on this desk; until then it can be undone.
        </p>
      </Callout>
      <div className="dialog-end">
        <Button onClick={closeDialog}>Leave them as they are</Button>
        <Button type="submit" look="primary" data-testid="redact-confirm" disabled={busy || records === 0}>
          {busy ? 'Writing…' : `Redact ${formatQuantity(records, 'record')}`}
        </Button>
      </div>
    </form>
  );
}

function PreviewList({ find, preview }: { readonly find: string; readonly preview: Result<Preview> | null }) {
  if (find === '') return <p className="muted">What would change is shown here while you type.</p>;
  if (preview?.ok !== true) return <p className="muted">{preview === null ? 'Looking…' : ''}</p>;
  const { records, unwritable, examples } = preview.value;
  if (records === 0 && unwritable === 0) return <p className="muted">No log that is meant has this in its text.</p>;
  return (
    <>
      {unwritable > 0 && <Unwritable records={unwritable} />}
      {records > 0 && <Examples records={records} examples={examples} />}
    </>
  );
}

/** They would be sent with the words in them, were nothing said. */
function Unwritable({ records }: { readonly records: number }) {
  return (
    <Callout tone="bad" data-testid="redact-unwritable">
      <p>
        {formatQuantity(records, 'line has', 'lines have')} this in the text and cannot be changed on disk: lines of ROS
        1 and of JSON are not written anew.
      </p>
      <p className="muted">
        Add this rule under <code>redact</code> in the robot file (Config): it takes the words out of every line before
        it is sent. Or hold or delete these.
      </p>
    </Callout>
  );
}

function Examples({ records, examples }: Pick<Preview, 'records' | 'examples'>) {
  return (
    <section aria-label="Before and after" data-testid="redact-preview" data-value={records}>
      <p className="muted">
        {formatQuantity(records, 'record')} would change
        {records > examples.length ? `; the oldest ${examples.length}:` : ':'}
      </p>
      <ol className="redact-examples selectable" tabIndex={0} aria-label="Texts before and after">
        {examples.map(({ before, after }, index) => {
          const parts = changedParts(before, after);
          return (
            <li key={index} className="code">
              <p>
                {parts.head}
                <del>{parts.before}</del>
                {parts.tail}
              </p>
              <p>
                {parts.head}
                <ins>{parts.after}</ins>
                {parts.tail}
              </p>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Asked again a moment after the last key; null while it is being looked for. */
function usePreview(robot: string, filter: FilterMessage, find: string, replace: string): Result<Preview> | null {
  const { link } = useSession();
  const key = JSON.stringify({ robot, filter, find, replace });
  const [answer, setAnswer] = useState<{ readonly key: string; readonly result: Result<Preview> } | null>(null);
  useEffect(() => {
    const input = JSON.parse(key) as { robot: string; filter: FilterMessage; find: string; replace: string };
    if (input.find === '') return;
    let stopped = false;
    const timer = setTimeout(() => {
      void link.call('cache.previewRedaction', input, previewTimeoutMs).then((result) => {
        if (!stopped) setAnswer({ key, result });
      });
    }, typingPauseMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [link, key]);
  return answer?.key === key ? answer.result : null;
}

const typingPauseMs = 250;
/** Every log that is meant is read. */
const previewTimeoutMs = 120_000;
