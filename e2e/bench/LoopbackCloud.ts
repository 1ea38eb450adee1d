import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CloudReader, loopbackCredentials } from '../../scripts/check/CloudReader.mjs';
import { TcpRelay } from '../../scripts/check/TcpRelay.mjs';
import { LocalCloudWatch } from '../../main/localcloud/LocalCloudWatch.js';

/** Our own strict CloudWatch behind a link that can be cut, and the SDK to read back past the link. */
export class LoopbackCloud {
  private constructor(
    private readonly server: LocalCloudWatch,
    readonly link: TcpRelay,
    readonly reader: CloudReader,
  ) {}

  static async start(): Promise<LoopbackCloud> {
    const server = await LocalCloudWatch.start({ port: 0 });
    return new LoopbackCloud(server, await TcpRelay.start(server.url), new CloudReader(server.url));
  }

  /** Answers of an error kind by the API's own rules, by code: what the app sent wrong. */
  get refusals(): Readonly<Record<string, number>> {
    return this.server.stats().errors;
  }

  /** Makes a log group that keeps what is at most so old: older lines are refused for good. */
  async makeGroup(logGroupName: string, retentionInDays: number): Promise<void> {
    const client = new CloudWatchLogsClient({
      endpoint: this.server.url,
      region: 'us-east-1',
      credentials: loopbackCredentials,
    });
    await client.send(new CreateLogGroupCommand({ logGroupName }));
    await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
    client.destroy();
  }

  /** When the first event of a stream arrived, milliseconds since the epoch; null while there is none. */
  firstArrivalMs(group: string, stream: string): number | null {
    const arrivals = this.server.logEvents(group, stream).map(({ ingestionTimeMs }) => ingestionTimeMs);
    return arrivals.length === 0 ? null : Math.min(...arrivals);
  }

  async stop(): Promise<void> {
    this.reader.close();
    await this.link.stop();
    await this.server.stop();
  }
}
