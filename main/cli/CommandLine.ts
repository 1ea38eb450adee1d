import type { MeteredChoice } from '../model/MeteredChoice.js';
import type { RecordKind } from '../model/Record.js';
import type { RecordFilter } from '../model/RecordFilter.js';
import type { RedactionRule } from '../model/redactText.js';
import type { ExportFormat } from '../export/ExportWriter.js';

export interface Selection {
  /** Empty: all. */
  readonly robots: readonly string[];
  readonly filter: RecordFilter;
}

/** What was asked for, as the parser understood it. */
export type CommandLine =
  | {
      readonly command: 'record';
      readonly robot: string;
      readonly forS: number | null;
      readonly hold: boolean;
      readonly json: boolean;
    }
  | { readonly command: 'status'; readonly json: boolean }
  | {
      readonly command: 'cache ls';
      readonly selection: Selection;
      /** Counts in place of groups. */
      readonly by: CountedBy | null;
      readonly json: boolean;
    }
  | {
      readonly command: 'cache cat';
      readonly selection: Selection;
      readonly order: 'oldest' | 'newest';
      /** Of each robot. */
      readonly limit: number | null;
      readonly json: boolean;
    }
  | { readonly command: 'cache hold' | 'cache unhold' | 'retry'; readonly selection: Selection; readonly json: boolean }
  | {
      readonly command: 'cache shift';
      readonly selection: Selection;
      readonly shiftMs: number;
      readonly json: boolean;
    }
  | { readonly command: 'uploads'; readonly robot: string; readonly json: boolean }
  | { readonly command: 'mode'; readonly robot: string; readonly mode: UploadMode; readonly json: boolean }
  | {
      readonly command: 'link';
      /** What is null stays as it is. */
      readonly choice: MeteredChoice | null;
      readonly limit: { readonly bytesPerS: number | null } | null;
      readonly json: boolean;
    }
  | { readonly command: 'cache delete'; readonly selection: Selection; readonly json: boolean }
  | {
      readonly command: 'cache undelete';
      readonly id: number;
      readonly robots: readonly string[];
      readonly json: boolean;
    }
  | {
      readonly command: 'cache redact';
      readonly selection: Selection;
      readonly rule: RedactionRule;
      readonly dryRun: boolean;
      readonly json: boolean;
    }
  | {
      readonly command: 'cache reaim';
      readonly selection: Selection;
      readonly kind: RecordKind;
      readonly json: boolean;
    }
  | { readonly command: 'cache edits' | 'cache dismiss'; readonly robots: readonly string[]; readonly json: boolean }
  | {
      readonly command: 'cache confirm' | 'cache undo';
      readonly id: number;
      readonly robots: readonly string[];
      readonly json: boolean;
    }
  | {
      readonly command: 'cache check';
      readonly robots: readonly string[];
      readonly repair: boolean;
      readonly json: boolean;
    }
  | { readonly command: 'config check'; readonly robot: string; readonly json: boolean }
  | { readonly command: 'config diff'; readonly robot: string; readonly with: string; readonly json: boolean }
  | {
      readonly command: 'config set';
      readonly robot: string;
      readonly set: readonly string[];
      readonly reset: readonly string[];
      readonly dryRun: boolean;
      readonly json: boolean;
    }
  | {
      readonly command: 'config running';
      readonly robot: string;
      readonly set: boolean;
      /** Full names; empty: all. */
      readonly nodes: readonly string[];
      readonly json: boolean;
    }
  | {
      readonly command: 'config export';
      readonly robot: string;
      readonly output: string | null;
      readonly force: boolean;
    }
  | {
      readonly command: 'config import';
      readonly file: string;
      readonly name: string | null;
      readonly replace: boolean;
      readonly dryRun: boolean;
      readonly json: boolean;
    }
  | {
      readonly command: 'export';
      readonly file: string;
      readonly format: ExportFormat;
      readonly selection: Selection;
      readonly force: boolean;
      readonly json: boolean;
    }
  | {
      readonly command: 'flush';
      readonly selection: Selection;
      readonly dryRun: boolean;
      readonly unresolved: UnresolvedChoice | null;
      readonly json: boolean;
    }
  | {
      readonly command: 'import';
      readonly folder: string;
      readonly robot: string;
      readonly all: boolean;
      readonly json: boolean;
    }
  | {
      readonly command: 'local-cloudwatch';
      readonly port: number;
      readonly store: string | null;
      readonly json: boolean;
    }
  | {
      readonly command: 'doctor';
      /** Null: a robot that is not known yet. */
      readonly robot: string | null;
      readonly domain: number | null;
      readonly json: boolean;
    }
  | { readonly command: 'permissions'; readonly robot: string; readonly policy: boolean; readonly json: boolean }
  | {
      readonly command: 'health';
      readonly domain: number | null;
      readonly robotId: string | null;
      readonly intervalS: number | null;
      /** Of the node, and of a topic without a slash in front. */
      readonly namespace: string | null;
      readonly topic: string | null;
    }
  | { readonly command: 'help'; readonly text: string }
  | { readonly command: 'version' };

export const countedBy = ['node', 'severity', 'hour'] as const;
export type CountedBy = (typeof countedBy)[number];

export const uploadModes = ['auto', 'manual'] as const;
export type UploadMode = (typeof uploadModes)[number];

/** What is to become of records of which nobody can tell whether CloudWatch has them. */
export const unresolvedChoices = ['send', 'count-as-sent'] as const;
export type UnresolvedChoice = (typeof unresolvedChoices)[number];
