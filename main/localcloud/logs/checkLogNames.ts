import { constraintViolation, missingMember } from './logErrors.js';
import { LOG_GROUP_NAME_PATTERN, LOG_NAME_LENGTH_MAX, LOG_STREAM_NAME_PATTERN } from './logLimits.js';

type Given = string | null | undefined;

/** A log group's name, checked against AWS's pattern and length. Throws InvalidParameterException. */
export function checkLogGroupName(name: Given, path = 'logGroupName'): string {
  return checkName(name, path, LOG_GROUP_NAME_PATTERN, String.raw`[\.\-_/#A-Za-z0-9]+`);
}

/** A log stream's name, checked against AWS's pattern and length. Throws InvalidParameterException. */
export function checkLogStreamName(name: Given, path = 'logStreamName'): string {
  return checkName(name, path, LOG_STREAM_NAME_PATTERN, '[^:*]*');
}

function checkName(name: Given, path: string, pattern: RegExp, patternText: string): string {
  if (name === null || name === undefined) throw missingMember(path);
  if (name.length < 1) throw constraintViolation(path, name, 'have length greater than or equal to 1');
  if (name.length > LOG_NAME_LENGTH_MAX) {
    throw constraintViolation(path, name, `have length less than or equal to ${String(LOG_NAME_LENGTH_MAX)}`);
  }
  if (!pattern.test(name)) throw constraintViolation(path, name, `satisfy regular expression pattern: ${patternText}`);
  return name;
}
