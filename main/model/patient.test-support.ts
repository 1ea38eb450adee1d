/**
 * How long a test waits, at the most, for what is promised without a time: `vi.waitFor(…, patient)`. Long enough for a machine that is busy with
 * much else; a wait ends when what it is for is there. Vitest's own limit of a second would judge speed.
 */
export const patient = { timeout: 30_000, interval: 20 } as const;
