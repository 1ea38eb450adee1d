import type { CallInput, CallOutput, FilterMessage } from '../../main/contract/calls.js';
import type { Session } from '../bridge/Session.js';
import { formatQuantity } from '../format/formatCount.js';
import { notify } from '../stores/pageStore.js';
import { dropUndo, pushUndo, type Undo } from '../stores/undoStack.js';

const unwritableWords =
  'Lines of ROS 1 and of JSON, and what would get a time before 1970, cannot be written anew: hold, export or delete them.';

/** Time for a change that writes segments anew. */
export const editTimeoutMs = 10 * 60_000;

/** Holds back, with the way back in the notice and on Ctrl+Z: for just those that were not held before. */
export async function hold(session: Session, robot: string, filter: FilterMessage): Promise<void> {
  const result = await session.ask('cache.hold', { robot, filter }, editTimeoutMs);
  if (!result.ok) return;
  const { id, records } = result.value;
  const undo =
    id === 0
      ? null
      : undoable('the hold', async () => {
          const back = await session.ask('cache.undoHold', { robot, id }, editTimeoutMs);
          if (!back.ok) return;
          if (back.value.records > 0) notify('good', `${words(back.value.records)} released.`, 'They go again.');
          else notify('bad', 'None of them is held any more.', 'Release by hand what still is.');
        });
  notify('good', `${words(records)} held back.`, 'They stay on disk until you release them.', undo);
}

export async function release(session: Session, robot: string, filter: FilterMessage): Promise<void> {
  const result = await session.ask('cache.release', { robot, filter }, editTimeoutMs);
  if (!result.ok) return;
  notify('good', `${words(result.value.records)} released.`, 'They go with the next upload.');
}

/** What was refused is tried again: all that the filter means, or that one record. */
export async function retry(
  session: Session,
  robot: string,
  filter: FilterMessage,
  record?: CallInput<'cache.retry'>['record'],
): Promise<void> {
  const only = record === undefined ? {} : { record };
  const result = await session.ask('cache.retry', { robot, filter, ...only }, editTimeoutMs);
  if (!result.ok) return;
  notify('good', `${words(result.value.records)} taken out of quarantine.`, 'They go with the next upload.');
}

/** Deletes, with the way back in the notice and on Ctrl+Z. */
export async function deleteRecords(session: Session, robot: string, filter: FilterMessage): Promise<void> {
  const result = await session.ask('cache.delete', { robot, filter }, editTimeoutMs);
  if (!result.ok) return;
  const { id, records } = result.value;
  if (records === 0) {
    notify('calm', 'Nothing was deleted.', 'What is being sent at this moment is left alone.');
    return;
  }
  const undo = undoable('the deletion', async () => {
    const back = await session.ask('cache.undelete', { robot, id }, editTimeoutMs);
    if (!back.ok) return;
    if (back.value.records > 0) notify('good', `${words(back.value.records)} back where they were.`);
    else notify('bad', 'It is too late to undo this.', 'Deleted records can be had back for ten minutes.');
  });
  notify('calm', `${words(records)} deleted.`, 'They can be had back for ten minutes: Ctrl Z.', undo);
}

/** After a redaction or a re-aiming: what was done, and the way back. */
export function tellOfEdit(session: Session, robot: string, edit: CallOutput<'cache.redact'>, done: string): void {
  const late = edit.underWay === 0 ? '' : ` ${words(edit.underWay)} just being sent went out as they were.`;
  if (edit.unwritable > 0) {
    notify('bad', `${words(edit.unwritable)} stayed as they are.`, `${unwritableWords}${late}`);
  }
  if (edit.records === 0) {
    if (edit.unwritable === 0) notify('calm', 'Nothing was changed.', `No record that waits fits.${late}`);
    return;
  }
  const undo = undoable('the change', async () => {
    const back = await session.ask('cache.undoEdit', { robot, id: edit.id }, editTimeoutMs);
    if (back.ok) notify('good', `${words(edit.records)} as they were before.`);
  });
  notify('good', `${words(edit.records)} ${done}.`, `The originals are kept until you confirm.${late}`, undo);
}

function undoable(title: string, run: () => Promise<void>): Undo {
  const undo: Undo = {
    title,
    run: async () => {
      dropUndo(undo);
      await run();
    },
  };
  pushUndo(undo);
  return undo;
}

function words(records: number): string {
  return formatQuantity(records, 'record');
}
