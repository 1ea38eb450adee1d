import type { ImportedFile, ImportReport } from '../contract/importReport.js';

/** Problems that are listed one by one; more are counted. */
const problemsListedMax = 10_000;
const leftOutListedMax = 1_000;

/** What an import has come to so far, made into its report. */
export class ImportLog {
  readonly #files: ImportedFile[] = [];
  readonly #problems: ImportReport['problems'] = [];
  readonly #leftOut: ImportReport['leftOut'] = [];
  readonly #notes: string[] = [];
  #problemsNotListed = 0;
  lines = 0;
  imported = 0;
  /** Lines before a saved offset that were imported all the same. */
  doubted = 0;
  /** Metrics that were kept for another storage resolution than the robot file's. */
  otherResolution = 0;

  get filesDone(): number {
    return this.#files.length;
  }

  begin(file: string): ImportedFile {
    const entry = { file, lines: 0, imported: 0, importedBefore: 0, uploadedBefore: 0, reported: 0 };
    this.#files.push(entry);
    return entry;
  }

  problem(file: string, line: number, byte: number, reason: string): void {
    if (this.#problems.length < problemsListedMax) this.#problems.push({ file, line, byte, reason });
    else this.#problemsNotListed += 1;
  }

  leaveOut(file: string, reason: string): void {
    if (this.#leftOut.length < leftOutListedMax) this.#leftOut.push({ file, reason });
  }

  note(words: string): void {
    this.#notes.push(words);
  }

  report(robot: string, folder: string): ImportReport {
    return {
      robot,
      folder,
      files: this.#files,
      problems: this.#problems,
      problemsNotListed: this.#problemsNotListed,
      leftOut: this.#leftOut,
      notes: this.#notes,
    };
  }
}
