import { CloudReader } from '../../scripts/check/CloudReader.mjs';
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
