import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { editRobotText } from '../../main/config/text/editRobotText.js';
import type { ParameterValue } from '../../main/config/text/ParameterValue.js';
import type { TextChange } from '../../main/config/text/spotsInText.js';
import { useRobot } from '../bridge/useSession.js';
import { Button } from '../components/Button.js';
import { Callout } from '../components/Callout.js';
import { formatCount } from '../format/formatCount.js';
import { FieldRow } from './FieldRow.js';
import { formGroups } from './formFields.js';
import { matchesSearch, readFields, type Field } from './readFields.js';
import { useChoices } from './useChoices.js';
import type { RobotFileState } from './useRobotFile.js';

/** Every parameter, changed here and shown in the text at once, and the other way round. */
export function ConfigForm(props: {
  readonly file: RobotFileState;
  readonly changed: ReadonlySet<number>;
  readonly apply: (changes: readonly TextChange[]) => void;
  readonly goTo: (line: number, column: number) => void;
}) {
  const { file, changed, apply, goTo } = props;
  const robot = useRobot();
  const [search, setSearch] = useState('');
  const [onlySet, setOnlySet] = useState(false);
  const [refusal, setRefusal] = useState<{ readonly text: string; readonly words: string } | null>(null);
  const { text, parsed } = file;
  const fleet = file.fleet?.parsed ?? null;
  const fields = useMemo(() => readFields(text, parsed, fleet), [text, parsed, fleet]);
  const choices = useChoices(file.parsed.config, robot?.name ?? '');
  const shown = fields.filter((field) => (!onlySet || field.lines !== null) && matchesSearch(field, search));
  const counts = { set: fields.filter(({ lines }) => lines !== null).length, all: fields.length };

  const edit = (field: Field, value: ParameterValue | null): void => {
    const { section, key } = field.parameter;
    const changes = editRobotText(text, { section, key, value });
    if (changes.ok) apply(changes.value);
    else setRefusal({ text, words: `${changes.problem.message} ${changes.problem.nextStep}` });
  };

  return (
    <>
      <div className="config-tools">
        <TextInput
          className="config-search"
          aria-label="Search parameters"
          placeholder="Search parameters"
          data-testid="config-search"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
        <Button
          aria-pressed={onlySet}
          className={onlySet ? 'config-toggle-on' : ''}
          data-testid="config-only-set"
          title="Only what this file sets"
          onClick={() => {
            setOnlySet(!onlySet);
          }}
        >
          Only set · {formatCount(counts.set)}
        </Button>
      </div>
      {!parsed.readable && file.saved !== null && (
        <Callout tone="bad">
          <p>The text has an error of form: mend the marked line, then the form can be used again.</p>
        </Callout>
      )}
      {refusal?.text === text && (
        <Callout data-testid="config-refusal">
          <p>{refusal.words}</p>
        </Callout>
      )}
      {shown.length === 0 && (
        <p className="config-none muted">No parameter of that name. Clear the search to see all.</p>
      )}
      {formGroups.map((group) => {
        const members = shown.filter((field) => field.group === group);
        return (
          members.length > 0 && (
            <section key={group} className="config-section" aria-label={group}>
              <h3>{group}</h3>
              {members.map((field) => (
                <FieldRow
                  key={`${field.parameter.section} ${field.parameter.key}`}
                  field={field}
                  changed={isChanged(field, changed)}
                  choices={choices(field.parameter)}
                  robot={robot}
                  disabled={!parsed.readable || file.saved === null}
                  set={(value) => {
                    edit(field, value);
                  }}
                  goTo={goTo}
                />
              ))}
            </section>
          )
        );
      })}
    </>
  );
}

function isChanged({ lines }: Field, changed: ReadonlySet<number>): boolean {
  if (lines === null) return false;
  for (let line = lines[0]; line <= lines[1]; line += 1) if (changed.has(line)) return true;
  return false;
}
