import { Autocomplete, Select, Switch, TagsInput } from '@mantine/core';
import { useState } from 'react';
import type { NumberParameter } from '../../main/config/text/parameters.js';
import type { ParameterValue } from '../../main/config/text/ParameterValue.js';
import type { Field } from './readFields.js';
import { commonAmounts, formatWithUnit, parseWithUnit } from './quantity.js';

interface ControlProps {
  readonly field: Field;
  /** Values to pick from: seen on the robot, in the account, or known. */
  readonly choices: readonly string[];
  readonly disabled: boolean;
  readonly set: (value: ParameterValue) => void;
}

/** What fits the parameter: a switch, a choice, an amount with its unit, a text or a list. */
export function FieldControl(props: ControlProps) {
  const { parameter } = props.field;
  switch (parameter.type) {
    case 'bool':
      return <BoolControl {...props} />;
    case 'int':
    case 'double':
      return <NumberControl {...props} parameter={parameter} />;
    case 'string[]':
      return <ListControl {...props} />;
    case 'string':
      return parameter.choices === null ? (
        <TextControl {...props} />
      ) : (
        <ChoiceControl {...props} all={parameter.choices} />
      );
  }
}

function inputProps({ field, disabled }: ControlProps) {
  return {
    'aria-label': field.label,
    'data-testid': `field-${field.parameter.section}.${field.parameter.key}`,
    'data-origin': field.origin,
    error: field.issue?.severity === 'error',
    disabled,
    comboboxProps: { transitionProps: { duration: 0 }, shadow: 'none' },
  } as const;
}

function BoolControl(props: ControlProps) {
  const { field, disabled, set } = props;
  const on = field.value === true;
  return (
    <Switch
      aria-label={field.label}
      data-testid={`field-${field.parameter.section}.${field.parameter.key}`}
      checked={on}
      disabled={disabled}
      label={field.value === null ? (field.written ?? '') : on ? 'on' : 'off'}
      onChange={(event) => {
        set(event.currentTarget.checked);
      }}
    />
  );
}

function ChoiceControl(props: ControlProps & { readonly all: readonly string[] }) {
  const { field, all, set } = props;
  const value = typeof field.value === 'string' ? field.value : '';
  const empty = 'not set';
  return (
    <Select
      {...inputProps(props)}
      data={all.map((choice) => ({ value: choice, label: choice === '' ? empty : choice }))}
      value={field.value === null ? null : value}
      placeholder={field.value === null ? (field.written ?? '') : empty}
      allowDeselect={false}
      checkIconPosition="right"
      onChange={(next) => {
        if (next !== null) set(next);
      }}
    />
  );
}

function TextControl(props: ControlProps) {
  const { field, choices, set } = props;
  const value = typeof field.value === 'string' ? field.value : (field.written ?? '');
  return (
    <Autocomplete
      {...inputProps(props)}
      data={[...choices]}
      value={value}
      placeholder={value === '' ? 'not set' : ''}
      spellCheck={false}
      onChange={(next) => {
        if (next !== value) set(next);
      }}
    />
  );
}

function NumberControl(props: ControlProps & { readonly parameter: NumberParameter }) {
  const { field, parameter, set } = props;
  const { unit, min, max } = parameter;
  const shown = typeof field.value === 'number' ? formatWithUnit(field.value, unit) : (field.written ?? '');
  // While it is typed: "1.", "1 G". Forgotten when the text says something else.
  const [draft, setDraft] = useState<{ readonly typed: string; readonly shown: string } | null>(null);
  const typed = draft !== null && draft.shown === shown ? draft.typed : null;
  const isWrong = typed !== null && parseWithUnit(typed, unit) === null;
  const common =
    parameter.choices === null
      ? commonAmounts(unit, min, max)
      : parameter.choices.map((one) => formatWithUnit(one, unit));
  return (
    <Autocomplete
      {...inputProps(props)}
      error={isWrong || field.issue?.severity === 'error'}
      data={[...common]}
      filter={({ options }) => options}
      value={typed ?? shown}
      placeholder={shown === '' ? 'not set' : ''}
      inputMode="decimal"
      onBlur={() => {
        setDraft(null);
      }}
      onChange={(next) => {
        const number = parseWithUnit(next, unit);
        const after = number === null ? shown : formatWithUnit(number, unit);
        setDraft({ typed: next, shown: after });
        if (number !== null && number !== field.value) set(number);
      }}
    />
  );
}

function ListControl(props: ControlProps) {
  const { field, choices, set } = props;
  const value = Array.isArray(field.value) ? field.value.map(String) : [];
  return (
    <TagsInput
      {...inputProps(props)}
      data={[...choices]}
      value={value}
      placeholder={value.length > 0 ? '' : field.value === null ? (field.written ?? '') : 'none'}
      onChange={set}
    />
  );
}
