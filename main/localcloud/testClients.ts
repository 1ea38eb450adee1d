/** Real AWS clients aimed at a local CloudWatch, for the tests beside this file. They retry nothing. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LocalCloudWatch, type LocalCloudWatchOptions } from './LocalCloudWatch.js';

export interface TestCloud {
  readonly cloud: LocalCloudWatch;
  readonly logs: CloudWatchLogsClient;
  readonly metrics: CloudWatchClient;
  readonly sts: STSClient;
  stop(): Promise<void>;
}

/** Far more than an answer takes: a test of a server that never answers gives its request a shorter one. */
const REQUEST_TIMEOUT_MS = 30_000;

export async function startTestCloud(options: LocalCloudWatchOptions = {}): Promise<TestCloud> {
  const cloud = await LocalCloudWatch.start(options);
  const requestHandler = new NodeHttpHandler({ requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true });
  const config = {
    endpoint: cloud.url,
    region: 'eu-central-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local' },
    requestHandler,
  };
  const logs = new CloudWatchLogsClient(config);
  const metrics = new CloudWatchClient(config);
  const sts = new STSClient(config);
  return {
    cloud,
    logs,
    metrics,
    sts,
    async stop() {
      logs.destroy();
      metrics.destroy();
      sts.destroy();
      await cloud.stop();
    },
  };
}

/** What a promise was rejected with. Throws if it was not. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & { readonly Code?: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`rejected with something that is no Error: ${String(error)}`, { cause: error });
  }
  throw new Error('expected a failure, but it succeeded');
}
