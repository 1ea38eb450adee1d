import { TextInput } from '@mantine/core';
import { Button } from '../components/Button.js';

/** A size that may be left out, with what it means and the way back to its default. */
export function LimitField(props: {
  readonly label: string;
  readonly help: string;
  /** What holds while it is empty. */
  readonly placeholder: string;
  readonly testId: string;
  readonly text: string;
  readonly problem: string | null;
  readonly change: (text: string) => void;
}) {
  return (
    <div className="settings-limit">
      <TextInput
        label={props.label}
        description={props.help}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        placeholder={props.placeholder}
        data-testid={props.testId}
        spellCheck={false}
        value={props.text}
        error={props.problem}
        onChange={(event) => {
          props.change(event.currentTarget.value);
        }}
      />
      <Button
        look="quiet"
        aria-label={`${props.label}: back to the default`}
        data-testid={`${props.testId}-reset`}
        disabled={props.text === ''}
        onClick={() => {
          props.change('');
        }}
      >
        Reset
      </Button>
    </div>
  );
}
