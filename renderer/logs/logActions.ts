import { bookmarkText, noteNode, noteTopic } from '../../main/model/note.js';
import { notedTextMax } from '../../main/contract/calls.js';
import type { SavedFilter } from '../../main/contract/bridge.js';
import type { LogRow } from '../../main/contract/frames.js';
import type { Session } from '../bridge/Session.js';
import { allSeveritiesMask } from '../filter/compileFilter.js';
import { type FilterTerm, parseFilterExpression } from '../../main/model/parseFilterExpression.js';
import { formatQuantity } from '../format/formatCount.js';
import type { Note } from '../stores/NoteIndex.js';
import { getPage, notify, setPage, type TimeBase, toggleZone } from '../stores/pageStore.js';
import { showRange } from '../stores/timeCursor.js';
import { type CopyFormat, rowsAs } from './rowText.js';
import { select, type Selection } from './selection.js';

/** What can be done on the log desk by a key or from a menu. */
export interface LogActions {
  /** By key alone, while the list has the focus. */
  readonly keys: Readonly<Record<string, () => void>>;
  /** With Ctrl (or Cmd), by lower-case key. */
  readonly commandKeys: Readonly<Record<string, () => void>>;
  readonly isNoted: (position: number) => boolean;
  /** The chosen lines, or all that the list shows when there are none. */
  readonly copy: (format: CopyFormat, scope: 'chosen' | 'shown') => void;
  readonly toggleContext: () => void;
  readonly toggleBookmark: () => void;
  readonly note: (row: LogRow, text: string) => Promise<boolean>;
  readonly takeNoteBack: (row: LogRow, note: Note) => Promise<void>;
  readonly setZero: () => void;
}

/** The clipboard's limit in main is greater. */
const copyCharsMax = 9_500_000;
const timeBases = ['robot', 'laptop', 'elapsed'] as const satisfies readonly TimeBase[];

export function logActions(
  session: Session,
  selection: Selection | null,
  choose: (selection: Selection | null) => void,
): LogActions {
  const { live } = session;
  const robot = (): string => getPage().robot ?? '';
  const row = selection?.row.type === 'log' ? selection.row : null;

  const copy: LogActions['copy'] = (format, scope) => {
    const { ring, rows } = live;
    const { matched } = rows;
    let from = ring.first;
    let to = (getPage().pausedEnd ?? ring.end) - 1;
    if (scope === 'chosen') {
      if (selection?.ring !== ring) return;
      // A collapsed entry stands for all its repeats.
      const first = matched.indexOf(Math.min(selection.anchor, selection.position));
      from = Math.min(matched.beginAt(first), selection.anchor, selection.position);
      to = Math.max(selection.anchor, selection.position);
    }
    const chosen = (function* () {
      for (const position of rows.positionsBetween(from, to)) yield ring.rowAt(position);
    })();
    const made = rowsAs(format, chosen, { robot: robot(), zone: getPage().timeView.zone }, copyCharsMax);
    void session.bridge.copyText(made.text).then(() => {
      const cut = made.cut ? 'The clipboard takes no more: choose fewer, or use `tether export`.' : '';
      notify(made.cut ? 'bad' : 'good', `${formatQuantity(made.rows, 'line')} copied as ${format}.`, cut);
    });
  };

  const toggleContext = (): void => {
    if (selection === null && !getPage().filterAside) return;
    setPage(({ filterAside }) => ({ filterAside: !filterAside }));
  };

  const note: LogActions['note'] = async (about, text) => {
    const { stampMs, severity, node, message, file, line } = about;
    const cut = { node: node.slice(0, notedTextMax), message: message.slice(0, notedTextMax) };
    const where = { file: file.slice(0, notedTextMax), function: about.function.slice(0, notedTextMax), line };
    const told = { stampMs, severity, ...cut, ...where };
    const written = await session.ask('logs.note', { robot: robot(), about: told, text });
    if (written.ok) notify('good', 'Noted. It is kept, exported and sent with the records.');
    return written.ok;
  };

  const takeNoteBack: LogActions['takeNoteBack'] = async (about, { text }) => {
    const deleted = await session.ask('cache.delete', {
      robot: robot(),
      filter: { kind: 'log', nodes: [noteNode], sinceMs: about.stampMs, untilMs: about.stampMs + 0.001, text },
    });
    if (!deleted.ok) return;
    if (deleted.value.records > 0) notify('good', 'Taken back.');
    else notify('bad', 'It is in CloudWatch already, or on its way there.', 'Write another note that takes it back.');
  };

  const toggleBookmark = (): void => {
    if (row === null) return;
    const known = live.notes.about(row).find(({ text }) => text === bookmarkText);
    if (known === undefined) void note(row, bookmarkText);
    else void takeNoteBack(row, known);
  };

  const setZero = (): void => {
    const zeroMs = row?.stampMs ?? oldestShownMs(live);
    setPage(({ timeView }) => ({ timeView: { ...timeView, base: 'elapsed', zeroMs } }));
  };

  const chooseAll = (): void => {
    const { matched } = live.rows;
    if (matched.length === 0) return;
    const first = select(live.ring, matched.at(0), null, false);
    choose(select(live.ring, matched.at(matched.length - 1), first, true));
  };

  return {
    keys: {
      ' ': () => {
        setPage(({ pausedEnd }) => ({ pausedEnd: pausedEnd === null ? live.ring.end : null }));
      },
      c: toggleContext,
      b: toggleBookmark,
      z: setZero,
      n: () => {
        setPage(({ nodesOpen }) => ({ nodesOpen: !nodesOpen }));
      },
      r: () => {
        setPage(({ collapsing }) => ({ collapsing: !collapsing }));
      },
      d: () => {
        toggleDenseLines(session);
      },
      t: () => {
        const { base } = getPage().timeView;
        setTimeBase(live, timeBases[(timeBases.indexOf(base) + 1) % timeBases.length] ?? 'robot');
      },
      u: toggleZone,
    },
    commandKeys: {
      c: () => {
        copy('text', selection === null ? 'shown' : 'chosen');
      },
      a: chooseAll,
    },
    isNoted: (position) => {
      if (!live.notes.mayHave(position)) return false;
      const about = live.ring.rowAt(position);
      return about.type === 'log' && about.topic !== noteTopic && live.notes.about(about).length > 0;
    },
    copy,
    toggleContext,
    toggleBookmark,
    note,
    takeNoteBack,
    setZero,
  };
}

/** Remembered for the next start: it is a matter of eyes and screens, not of what is looked at. */
export function toggleDenseLines(session: Session): void {
  setPage(({ denseLines }) => ({ denseLines: !denseLines }));
  session.remember();
}

/** Elapsed time begins at the oldest line shown, unless somebody chose another. */
export function setTimeBase(live: Session['live'], base: TimeBase): void {
  setPage(({ timeView }) => ({
    timeView: { ...timeView, base, zeroMs: timeView.zeroMs === 0 ? oldestShownMs(live) : timeView.zeroMs },
  }));
}

function oldestShownMs({ ring, rows: { matched } }: Session['live']): number {
  return matched.length > 0 ? ring.stampMsAt(matched.at(0)) : 0;
}

/** Shows everything: no term, no range of time, all severities. */
export function clearFilter(): void {
  setPage({ filterText: '', filterTerms: [], severityMask: allSeveritiesMask, filterAside: false });
  showRange(null);
}

/** Puts a saved filter into force. */
export function applySavedFilter({ expression, severityMask }: SavedFilter): void {
  setPage({ filterText: '', filterTerms: parseFilterExpression(expression), severityMask, filterAside: false });
}

/** Adds a term to the filter, or takes it away when it is there; its opposite goes. */
export function toggleTerm(term: FilterTerm): void {
  setPage(({ filterTerms }) => {
    const isSame = (other: FilterTerm): boolean =>
      other.field === term.field && other.text === term.text && other.regex === term.regex;
    const others = filterTerms.filter((other) => !isSame(other));
    const had = filterTerms.some((other) => isSame(other) && other.exclude === term.exclude);
    return { filterTerms: had ? others : [...others, term] };
  });
}
