import { z } from 'zod';

const count = z.number().int().min(0);

/** What became of the lines of one file. Every line is counted in exactly one of the last four. */
export const importedFileSchema = z.object({
  file: z.string(),
  lines: count,
  /** Stored now. */
  imported: count,
  /** Stored by an earlier import of the same file. */
  importedBefore: count,
  /** Sent by the original already, says `token_store.info`; left out, unless all were asked for. */
  uploadedBefore: count,
  /** Not usable: in the report's `problems`, with the reason. */
  reported: count,
});

export const importReportSchema = z.object({
  robot: z.string(),
  folder: z.string(),
  files: z.array(importedFileSchema),
  /** Lines count from 1, bytes from 0. */
  problems: z.array(z.object({ file: z.string(), line: count, byte: count, reason: z.string() })),
  /** Problems beyond those that are listed. */
  problemsNotListed: count,
  /** Files that look like the originals' and were not read. */
  leftOut: z.array(z.object({ file: z.string(), reason: z.string() })),
  /** What a person should know, in sentences. */
  notes: z.array(z.string()),
});
export type ImportReport = z.infer<typeof importReportSchema>;
export type ImportedFile = z.infer<typeof importedFileSchema>;

/** How far an import is that goes on. */
export const importStepSchema = z.object({
  file: z.string(),
  filesDone: count,
  files: count,
  lines: count,
  imported: count,
});
export type ImportStep = z.infer<typeof importStepSchema>;
