import type { Finding } from '../../main/model/Finding.js';

/** For a message to a colleague: everything, with details. */
export function findingsAsText(robot: string, findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ title, state, words, nextStep, details }) => [
    `[${state}] ${title}: ${words}`,
    ...(nextStep === '' ? [] : [`    next: ${nextStep}`]),
    ...details.map((detail) => `    ${detail}`),
  ]);
  return [`Between ${robot} and this laptop:`, ...lines].join('\n');
}
