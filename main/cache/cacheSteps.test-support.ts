import fc from 'fast-check';

/** What is done to a cache in one step of a history. A further operation is a further member here, and an act in CacheActs. */
export type PlainStep =
  | { readonly type: 'append'; readonly records: readonly { kind: 'log' | 'metric'; late: number; error: boolean }[] }
  | {
      readonly type: 'take';
      readonly kind: 'log' | 'metric';
      readonly recordsMax: number;
      readonly includeHeld: boolean;
    }
  | { readonly type: 'acknowledge'; readonly refuse: number }
  | { readonly type: 'release' | 'reopen' | 'pack' | 'undelete' }
  | { readonly type: 'countLoss'; readonly count: number }
  | { readonly type: 'hold' | 'unhold' | 'delete'; readonly errorsOnly: boolean; readonly before: number }
  | EditStep;

/** Changes to what records say or where they go, and what ends them. */
export type EditStep =
  | { readonly type: 'redact'; readonly words: string; readonly errorsOnly: boolean; readonly before: number }
  | {
      readonly type: 'reaim';
      readonly kind: 'log' | 'metric';
      readonly place: 'usual' | 'elsewhere';
      readonly before: number;
    }
  | { readonly type: 'confirmEdit' | 'undoEdit'; readonly which: number };

/** How a disk fails, until it is healed. */
export const breakages = ['full', 'sync fails', 'everything fails', 'read-only'] as const;
export type Breakage = (typeof breakages)[number];

/** A plain step, with what befalls it: the disk refuses and heals, or the owner's life ends in the middle. */
export interface Step {
  readonly step: PlainStep;
  readonly broken: Breakage | null;
  /** The end comes after so many operations of the disk, or when the step is done if that is earlier. */
  readonly cut: { readonly how: 'power' | 'process'; readonly operations: number } | null;
  /** Then the next opening is cut short too, after so many operations. */
  readonly cutOpening: number | null;
}

const kind = fc.constantFrom('log' as const, 'metric' as const);
/** Most edits are of all records: few would be met else. */
const editBefore = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(40) });
const editStep: fc.Arbitrary<EditStep> = fc.oneof(
  fc.record({
    type: fc.constant('redact' as const),
    words: fc.constantFrom('record', 'entry', 'line'),
    errorsOnly: fc.boolean(),
    before: editBefore,
  }),
  fc.record({
    type: fc.constant('reaim' as const),
    kind,
    place: fc.constantFrom('usual' as const, 'elsewhere' as const),
    before: editBefore,
  }),
  fc.record({ type: fc.constantFrom('confirmEdit' as const, 'undoEdit' as const), which: fc.nat(2) }),
);
const plainStep: fc.Arbitrary<PlainStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      records: fc.array(fc.record({ kind, late: fc.nat(40), error: fc.boolean() }), { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('take' as const),
      kind,
      recordsMax: fc.integer({ min: 1, max: 20 }),
      includeHeld: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('acknowledge' as const), refuse: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('release' as const, 'reopen' as const, 'pack' as const, 'undelete' as const),
    }),
  },
  { weight: 4, arbitrary: editStep },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('countLoss' as const), count: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('hold' as const, 'unhold' as const, 'delete' as const),
      errorsOnly: fc.boolean(),
      before: fc.nat(60),
    }),
  },
);

const cut = fc.record({ how: fc.constantFrom('power' as const, 'process' as const), operations: fc.nat(25) });
const troubledStep: fc.Arbitrary<Step> = fc.record({
  step: plainStep,
  broken: fc.option(fc.constantFrom(...breakages), { freq: 8 }),
  cut: fc.option(cut, { freq: 4 }),
  cutOpening: fc.option(fc.nat(40), { freq: 4 }),
});
/** On a disk that does not refuse: else hardly an edit would come about, or be met by a cut. */
const calmStep: fc.Arbitrary<Step> = fc.record({
  step: fc.oneof({ weight: 2, arbitrary: plainStep }, { weight: 1, arbitrary: editStep }),
  broken: fc.constant(null),
  cut: fc.option(cut, { freq: 1 }),
  cutOpening: fc.option(fc.nat(40), { freq: 1 }),
});

export const anyStep: fc.Arbitrary<Step> = fc.oneof(troubledStep, calmStep);
