/** What can be undone with Ctrl+Z, newest last. What it was is for the engine to know; this only remembers how to ask. */
export interface Undo {
  readonly title: string;
  readonly run: () => Promise<void>;
}

const undosMax = 20;
let undos: readonly Undo[] = [];

export function pushUndo(undo: Undo): void {
  undos = [...undos, undo].slice(-undosMax);
}

/** It was undone, or is too late, by another way. */
export function dropUndo(undo: Undo): void {
  undos = undos.filter((other) => other !== undo);
}

/** Undoes the last thing; false when there is none. */
export function undoLast(): boolean {
  const last = undos.at(-1);
  if (last === undefined) return false;
  dropUndo(last);
  void last.run();
  return true;
}
