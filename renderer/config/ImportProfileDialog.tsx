import { Checkbox, TextInput } from '@mantine/core';
import { type SyntheticEvent, useEffect, useMemo, useState } from 'react';
import { applyProfile } from '../../main/config/text/applyProfile.js';
import { compareRobotTexts } from '../../main/config/text/compareRobotTexts.js';
import { parseProfile, type Profile } from '../../main/config/text/parseProfile.js';
import { parseRobotFile } from '../../main/config/text/parseRobotFile.js';
import type { ConfigIssue } from '../../main/model/ConfigIssue.js';
import type { Problem } from '../../main/model/Problem.js';
import { isRobotName } from '../../main/model/RobotName.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { ProblemCallout } from '../components/ProblemCallout.js';
import { notify, setPage, usePage } from '../stores/pageStore.js';
import './config.css';
import { ConfigDialog } from './ConfigDialog.js';
import { DifferenceTable } from './DifferenceTable.js';
import { readProfileFile } from './readProfileFile.js';

/** Adds a robot from a connection profile, or gives one its connection settings. */
export function ImportProfileDialog() {
  const opened = usePage((page) => page.dialog === 'import-profile');
  const close = (): void => {
    setPage({ dialog: null });
  };
  return (
    <ConfigDialog title="Connect a robot from a profile" width="46rem" opened={opened} close={close}>
      <ImportProfile close={close} />
    </ConfigDialog>
  );
}

interface Chosen {
  readonly file: string;
  readonly text: string;
  readonly issues: readonly ConfigIssue[];
  readonly profile: Profile | null;
}

function ImportProfile({ close }: { readonly close: () => void }) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const { text, issue } = await readProfileFile(file);
    const parsed = issue === null ? parseProfile(text) : { issues: [issue], profile: null };
    setChosen({ file: file.name, text, ...parsed });
  };
  return (
    <div className="config-review">
      <label className="config-file">
        <span className="mantine-InputWrapper-label">Profile</span>
        <input
          type="file"
          accept=".yaml,.yml"
          data-autofocus
          data-testid="profile-file"
          // The same file, mended meanwhile, is a choice too.
          onClick={(event) => {
            event.currentTarget.value = '';
          }}
          onChange={(event) => void choose(event.currentTarget.files?.[0])}
        />
        <span className="muted">
          A file that was saved with “Profile…” on the Config desk, or by tether config export.
        </span>
      </label>
      {chosen !== null && <ChosenProfile key={chosen.text} chosen={chosen} close={close} />}
    </div>
  );
}

function ChosenProfile({ chosen, close }: { readonly chosen: Chosen; readonly close: () => void }) {
  return (
    <>
      <ProfileIssues chosen={chosen} />
      {chosen.profile !== null && <ProfileForm text={chosen.text} profile={chosen.profile} close={close} />}
    </>
  );
}

function ProfileIssues({ chosen }: { readonly chosen: Chosen }) {
  if (chosen.issues.length === 0) return null;
  return (
    <Callout tone={chosen.profile === null ? 'bad' : 'warn'} data-testid="profile-issues">
      {chosen.profile === null && <p>{chosen.file} cannot be imported.</p>}
      <ul className="config-profile-issues">
        {chosen.issues.map(({ line, column, message }) => (
          <li key={`${line}:${column} ${message}`}>
            <span className="code muted">
              {line}:{column}
            </span>{' '}
            {message}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

function ProfileForm(props: { readonly text: string; readonly profile: Profile; readonly close: () => void }) {
  const { text, profile, close } = props;
  const session = useSession();
  const names = useStatusFrame()?.robots.map((robot) => robot.name) ?? [];
  const [name, setName] = useState(profile.name);
  const [replacing, setReplacing] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const isTaken = names.includes(name);
  const replace = isTaken && replacing === name;
  const nameError = isRobotName(name)
    ? null
    : 'Use letters, digits, ".", "_" and "-", at most 64, not starting with a dot.';
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const done = await session.link.call('robots.importProfile', { text, name, replace });
    setBusy(false);
    setProblem(done.ok ? null : done.problem);
    if (!done.ok) return;
    close();
    notify('good', done.value.isNew ? `${name} is on the list.` : `${name} has the profile's connection settings.`);
    await session.lookAt(name);
  };
  return (
    <form className="dialog-form" noValidate onSubmit={(event) => void submit(event)}>
      <TextInput
        label="Name on this laptop"
        data-testid="profile-name"
        value={name}
        error={nameError}
        onChange={(event) => {
          setName(event.currentTarget.value.trim());
        }}
      />
      {isTaken && (
        <Callout data-testid="profile-taken">
          <p>There is a robot named {name} already. Give this one another name, or change that one:</p>
          <Checkbox
            label={`Replace how ${name} is reached, and where its data goes`}
            data-testid="profile-replace"
            checked={replace}
            onChange={(event) => {
              setReplacing(event.currentTarget.checked ? name : null);
            }}
          />
        </Callout>
      )}
      <ProfileDifferences profile={profile} robot={isTaken ? name : null} />
      {problem !== null && <ProblemCallout tone="bad" problem={problem} />}
      <div className="dialog-end">
        <Button look="quiet" onClick={close}>
          Cancel
        </Button>
        <Button
          look="primary"
          type="submit"
          data-testid="profile-import"
          disabled={busy || nameError !== null || (isTaken && !replace)}
        >
          {isTaken ? 'Replace' : 'Connect'}
        </Button>
      </div>
    </form>
  );
}

/** What of a robot would become what; of a new one, what is not the default. */
function ProfileDifferences({ profile, robot }: { readonly profile: Profile; readonly robot: string | null }) {
  const session = useSession();
  const [before, setBefore] = useState<{ readonly robot: string; readonly text: string } | null>(null);
  useEffect(() => {
    if (robot === null) return;
    let stopped = false;
    void session.ask('config.read', { robot }).then((read) => {
      if (!stopped && read.ok) setBefore({ robot, text: read.value.text });
    });
    return () => {
      stopped = true;
    };
  }, [session, robot]);
  const known = robot === null ? '' : before?.robot === robot ? before.text : null;
  const differences = useMemo(() => {
    const after = known === null ? null : applyProfile(known, profile);
    if (known === null || after?.ok !== true) return null;
    return compareRobotTexts(parseRobotFile('robot', known), parseRobotFile('robot', after.value));
  }, [known, profile]);
  if (differences === null) return null;
  if (differences.length === 0) return <p className="muted">Nothing differs.</p>;
  return (
    <DifferenceTable
      differences={differences}
      heads={[robot === null ? 'Default' : 'Now', 'Profile']}
      effects={false}
    />
  );
}
