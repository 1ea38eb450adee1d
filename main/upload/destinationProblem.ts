import type { Destination } from '../model/Destination.js';
import type { Problem } from '../model/Problem.js';

const nameCharactersMax = 512;
const groupPattern = /^[.\-_/#A-Za-z0-9]+$/;
const streamPattern = /^[^:*]+$/;
const namespaceCharactersMax = 255;
const namespacePattern = /^(?!:|AWS\/)[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/;

/**
 * Why no request to this place can succeed, or null. Found here, it blocks; left to CloudWatch, every record would look
 * like a bad one. Sources: the CreateLogGroup, CreateLogStream and PutMetricData pages of the API references.
 */
export function destinationProblem(destination: Destination): Problem | null {
  if (destination.kind === 'metric') {
    const { namespace } = destination;
    if (namespacePattern.test(namespace) && namespace.length <= namespaceCharactersMax) return null;
    return problem(
      `"${namespace}" is not a CloudWatch namespace (1 to 255 printable ASCII characters, not beginning with ":" or "AWS/").`,
      'aws_metrics_namespace',
    );
  }
  const { group, stream } = destination;
  if (!groupPattern.test(group) || group.length > nameCharactersMax) {
    return problem(
      `"${group}" is not a name for a log group (1 to 512 letters, digits, ".", "-", "_", "/" and "#").`,
      'log_group_name',
    );
  }
  if (!streamPattern.test(stream) || stream.length > nameCharactersMax) {
    return problem(
      `"${stream}" is not a name for a log stream (1 to 512 characters, no ":" and no "*").`,
      'log_stream_name',
    );
  }
  return null;
}

function problem(message: string, key: string): Problem {
  return {
    code: 'bad-destination',
    message,
    nextStep: `Correct ${key} in the robot file. Records that were taken for this name stay on disk.`,
  };
}
