import { Modal, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { type SyntheticEvent, useState } from 'react';
import { isRobotName } from '../../main/model/RobotName.js';
import { useSession, useStatusFrame } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { notify, setPage, usePage } from '../stores/pageStore.js';
import { RecordingFields } from './RecordingFields.js';
import { sourceKinds } from './sourceKinds.js';

const domainIdMax = 232;

export function AddRobotDialog() {
  const open = usePage((page) => page.dialog === 'add-robot');
  const close = (): void => {
    setPage({ dialog: null });
  };
  return (
    <Modal
      opened={open}
      onClose={close}
      title="Connect a robot"
      size="30rem"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <AddRobotForm close={close} />
    </Modal>
  );
}

function AddRobotForm({ close }: { readonly close: () => void }) {
  const session = useSession();
  const names = useStatusFrame()?.robots.map((robot) => robot.name) ?? [];
  const [name, setName] = useState('');
  const [by, setBy] = useState<(typeof sourceKinds)[number]['by']>('ros2');
  const [address, setAddress] = useState('');
  const [speed, setSpeed] = useState(1);
  const [domain, setDomain] = useState<number | string>(0);
  const [cloud, setCloud] = useState<'aws' | 'local'>('aws');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const nameError = nameProblem(name, names);
  const kind = sourceKinds.find((each) => each.by === by) ?? sourceKinds[0];
  const addressField = 'address' in kind ? kind.address : null;
  const placeError = addressField === null ? domainProblem(domain) : addressField.problem(address);

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (nameError !== null || placeError !== null) return;
    setBusy(true);
    const place =
      kind.by === 'ros2'
        ? { domainId: Number(domain) }
        : { domainId: 0, reached: { by: kind.by, address, ...(kind.by === 'replay' ? { speed } : {}) } };
    const result = await session.ask('robots.add', { name, cloud, ...place });
    setBusy(false);
    if (!result.ok) return;
    close();
    notify('good', `${name} is on the list.`, 'Its lines appear here as soon as it says something.');
    await session.lookAt(name);
  };

  return (
    <form className="dialog-form" noValidate onSubmit={(event) => void submit(event)}>
      <TextInput
        label="Name"
        placeholder="rover-7"
        data-autofocus
        data-testid="robot-name"
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value.trim());
        }}
        error={tried ? nameError : null}
        description="Names its file and its folder on disk."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <div>
        <p className="mantine-InputWrapper-label" id="source-label">
          Reached by
        </p>
        <SegmentedControl
          fullWidth
          aria-labelledby="source-label"
          data-testid="robot-source"
          data={sourceKinds.map(({ by: value, label }) => ({ value, label }))}
          value={by}
          onChange={(value) => {
            setBy(value);
            setAddress('');
            setTried(false);
          }}
        />
        <p className="muted choice-words">{kind.words}</p>
      </div>
      {addressField === null ? (
        <NumberInput
          label="ROS domain"
          data-testid="robot-domain"
          min={0}
          max={domainIdMax}
          allowDecimal={false}
          clampBehavior="none"
          value={domain}
          onChange={setDomain}
          error={tried ? placeError : null}
          description="The robot's ROS_DOMAIN_ID; 0 when it sets none."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
      ) : (
        <TextInput
          label={addressField.label}
          placeholder={addressField.placeholder}
          data-testid="robot-address"
          value={address}
          onChange={(event) => {
            setAddress(event.currentTarget.value.trim());
          }}
          error={tried ? placeError : null}
          description={addressField.description}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
      )}
      {kind.by === 'replay' && <RecordingFields choose={setAddress} speed={speed} setSpeed={setSpeed} />}
      <div>
        <p className="mantine-InputWrapper-label" id="cloud-label">
          Uploads go to
        </p>
        <div className="choice" role="radiogroup" aria-labelledby="cloud-label">
          <CloudCard
            checked={cloud === 'aws'}
            title="Amazon CloudWatch"
            words="With this laptop's AWS profile"
            choose={() => {
              setCloud('aws');
            }}
            testId="robot-cloud-aws"
          />
          <CloudCard
            checked={cloud === 'local'}
            title="This laptop only"
            words="A local CloudWatch, for trying"
            choose={() => {
              setCloud('local');
            }}
            testId="robot-cloud-local"
          />
        </div>
      </div>
      <div className="dialog-end">
        <Button
          className="dialog-other-way"
          data-testid="robot-from-profile"
          onClick={() => {
            setPage({ dialog: 'import-profile' });
          }}
        >
          From a profile…
        </Button>
        <Button look="quiet" onClick={close}>
          Cancel
        </Button>
        <Button look="primary" type="submit" disabled={busy} data-testid="robot-add-confirm">
          {busy ? 'Connecting…' : 'Connect'}
        </Button>
      </div>
    </form>
  );
}

function CloudCard(props: {
  readonly checked: boolean;
  readonly title: string;
  readonly words: string;
  readonly choose: () => void;
  readonly testId: string;
}) {
  return (
    <button
      type="button"
      role="radio"
      className="choice-card"
      aria-checked={props.checked}
      data-testid={props.testId}
      onClick={props.choose}
    >
      <span className="strong">{props.title}</span>
      <span className="muted">{props.words}</span>
    </button>
  );
}

function nameProblem(name: string, taken: readonly string[]): string | null {
  if (name === '') return 'Give the robot a name.';
  if (taken.includes(name)) return `There is a robot named ${name} already.`;
  if (!isRobotName(name)) return 'Use letters, digits, ".", "_" and "-", at most 64, not starting with a dot.';
  return null;
}

function domainProblem(domain: number | string): string | null {
  if (domain === '') return 'Give the domain: 0 when the robot sets none.';
  const number = Number(domain);
  if (!Number.isInteger(number) || number < 0 || number > domainIdMax)
    return `A whole number from 0 to ${domainIdMax}.`;
  return null;
}
