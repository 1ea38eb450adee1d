/** Robot names become file and folder names: letters, digits, `-`, `_` and `.`, not starting with a dot, at most 64. */
const robotNamePattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

export function isRobotName(text: string): boolean {
  return robotNamePattern.test(text);
}
