import { SegmentedControl } from '@mantine/core';
import type { RecordingKind } from '../../main/contract/bridge.js';
import { useSession } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';

interface RecordingFieldsProps {
  readonly choose: (path: string) => void;
  /** Times the speed of the robot; 0: at once. */
  readonly speed: number;
  readonly setSpeed: (speed: number) => void;
}

/** Of a robot that is a recording: the system's dialogs for its path, and how fast it is replayed. */
export function RecordingFields({ choose, speed, setSpeed }: RecordingFieldsProps) {
  const { bridge } = useSession();
  const ask = async (kind: RecordingKind): Promise<void> => {
    const chosen = await bridge.chooseRecording(kind);
    if (chosen !== null) choose(chosen);
  };
  return (
    <>
      <div className="recording-choose">
        <Button data-testid="recording-file" onClick={() => void ask('file')}>
          Choose a file…
        </Button>
        <Button data-testid="recording-folder" onClick={() => void ask('folder')}>
          Choose a folder…
        </Button>
      </div>
      <div>
        <p className="mantine-InputWrapper-label" id="speed-label">
          Replayed
        </p>
        <SegmentedControl
          fullWidth
          aria-labelledby="speed-label"
          data-testid="recording-speed"
          data={speeds}
          value={String(speed)}
          onChange={(value) => {
            setSpeed(Number(value));
          }}
        />
      </div>
    </>
  );
}

const speeds = [
  { value: '1', label: 'As recorded' },
  { value: '4', label: '4 times' },
  { value: '16', label: '16 times' },
  { value: '0', label: 'At once' },
];
