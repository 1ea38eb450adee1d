// @ts-check
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';

/** Any server on loopback takes them. @param {string} endpoint */
export function clientSettings(endpoint) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' } };
}

/** @param {string} endpoint */
export const logsClient = (endpoint) => new CloudWatchLogsClient(clientSettings(endpoint));

/** @param {string} endpoint */
export const metricsClient = (endpoint) => new CloudWatchClient(clientSettings(endpoint));
