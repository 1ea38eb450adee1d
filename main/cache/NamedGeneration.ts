/** Which generation of a segment counts, as the ledger has it. */
export interface NamedGeneration {
  readonly current: number;
  /** An earlier one that is kept until a person confirms what replaced it. */
  readonly kept: number | null;
}

/** As the ledger's lines come to: with the highest generation that one of them named. */
export interface WrittenGeneration extends NamedGeneration {
  readonly highest: number;
}
