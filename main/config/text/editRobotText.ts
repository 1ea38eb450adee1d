import { isAlias, isScalar, isSeq } from 'yaml';
import { fail, succeed } from '../../model/Problem.js';
import type { Result } from '../../model/Problem.js';
import type { ParameterValue } from './ParameterValue.js';
import { composeYaml } from './composeYaml.js';
import type { Entry } from './findEntries.js';
import { findEntries } from './findEntries.js';
import { insertPair } from './insertPair.js';
import { entryKeyOf, sectionsOf } from './meantBy.js';
import { findParameter } from './parameters.js';
import type { Parameter, SectionName } from './parameters.js';
import { parseRobotFile } from './parseRobotFile.js';
import { patchList } from './patchList.js';
import { removePair } from './removePair.js';
import { renderValue } from './renderValue.js';
import { applyChanges, leafEndOf } from './spotsInText.js';
import type { TextChange } from './spotsInText.js';
import { spanOf } from './yamlNodes.js';

export interface ParameterEdit {
  readonly section: SectionName;
  readonly key: string;
  /** Null: out of the text, so that the default counts. */
  readonly value: ParameterValue | null;
}

/**
 * One parameter's value, set or taken out, as patches of the text: every other character stays as it is. The entry that
 * counts is changed where it stands, also when it stands for several nodes (`/**`, ROS 1's flat form) or under an anchor
 * that aliases share. Problems: `bad-yaml` when the text cannot be read, `cannot-edit` when only its writer should.
 */
export function editRobotText(text: string, edit: ParameterEdit): Result<readonly TextChange[]> {
  const parameter = findParameter(edit.section, edit.key);
  if (parameter === null) throw new Error(`${edit.section} has no ${edit.key}`);
  const { issues, document } = composeYaml(text);
  if (document === null || issues.hasErrors()) {
    return fail('bad-yaml', 'The text has an error of form.', 'Mend the marked line first.');
  }
  const entries = findEntries(document, text, issues);
  const own = entries.entries.filter(
    ({ key, section }) => key === edit.key && sectionsOf(section).includes(edit.section),
  );
  const { value } = edit;
  if (isEmptyList(value) && (entries.dialect === 'ros2' || own.length === 0)) {
    if (isEmptyList(parameter.default)) return editRobotText(text, { ...edit, value: null });
    return fail('cannot-edit', `${edit.key} cannot be an empty list in ROS 2.`, 'Give it one entry, or its default.');
  }
  const winning = own.at(-1);
  // What says it already stays as its writer wrote it: `yes` is not made `true`.
  if (winning !== undefined && value !== null && isSaid(text, edit)) return succeed([]);
  if (value === null)
    return checked(
      text,
      edit,
      own.flatMap(({ steps }) => removePair(text, steps)),
    );
  const changes =
    winning === undefined
      ? [insertPair(text, document, entries, { ...edit, value: renderValue(parameter, value, null) })]
      : replaceValue(text, parameter, winning, value);
  if (changes === null) return cannotEdit(edit.key);
  return checked(text, edit, changes);
}

function isSaid(text: string, { section, key, value }: ParameterEdit): boolean {
  const said = parseRobotFile('robot', text).values.get(entryKeyOf(section, key));
  return said !== undefined && JSON.stringify(said) === JSON.stringify(value);
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function replaceValue(
  text: string,
  parameter: Parameter,
  entry: Entry,
  value: ParameterValue,
): readonly TextChange[] | null {
  const { written } = entry;
  if (written === null) {
    const at = text.indexOf(':', entry.keySpan[1]) + 1;
    return [{ from: at, to: at, insert: ` ${renderValue(parameter, value, null)}` }];
  }
  if (isSeq(written) && typeof value === 'object' && value.length > 0) return patchList(text, written, value);
  if (isScalar(written) || isAlias(written) || (isSeq(written) && written.flow === true)) {
    const [from] = spanOf(written);
    return [{ from, to: leafEndOf(written, text), insert: renderValue(parameter, value, written) }];
  }
  // A list or map over lines, where one value belongs.
  const from = text.indexOf(':', entry.keySpan[1]) + 1;
  return [{ from, to: leafEndOf(written, text), insert: ` ${renderValue(parameter, value, null)}` }];
}

/** Only what comes out as it was meant is given: odd ways of writing are left to their writer. */
function checked(text: string, edit: ParameterEdit, changes: readonly TextChange[]): Result<readonly TextChange[]> {
  const { values, readable } = parseRobotFile('robot', applyChanges(text, changes));
  const now = values.get(entryKeyOf(edit.section, edit.key)) ?? null;
  // A value that its own rules refuse is written all the same: the field says what is wrong with it.
  const wrong = now === null ? edit.value !== null && !readable : JSON.stringify(now) !== JSON.stringify(edit.value);
  return !readable || wrong ? cannotEdit(edit.key) : succeed(changes);
}

function cannotEdit(key: string): ReturnType<typeof fail> {
  return fail('cannot-edit', `${key} is written in a way that the form cannot change.`, 'Change it in the text.');
}
