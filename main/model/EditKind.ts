/**
 * How a person changed records on disk.
 *
 * - `redacted`: words were taken out of log texts
 * - `redirected`: they go somewhere else
 * - `time-shifted`: the robot's time of them was moved
 */
export const editKinds = ['redacted', 'redirected', 'time-shifted'] as const;
export type EditKind = (typeof editKinds)[number];
