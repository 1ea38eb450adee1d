import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { STSClient } from '@aws-sdk/client-sts';
import type { CloudAccount } from '../model/Destination.js';
import type { CloudConnection } from '../model/RobotConfig.js';
import { CheckedHttpHandler } from './CheckedHttpHandler.js';
import { PoolSha256 } from './PoolSha256.js';
import { RenewableCredentials } from './RenewableCredentials.js';
import type { WireGate } from './RobotWire.js';
import { caSourcesOf } from './way/caSourcesOf.js';
import { TrustedRoots } from './way/TrustedRoots.js';
import { WatchedAgent } from './way/WatchedAgent.js';
import { WayAgent } from './way/WayAgent.js';

/** The SDK's clients for one account. They retry nothing: with the SDK's own retries a lost answer makes three copies. */
export class AccountClients {
  readonly logs: CloudWatchLogsClient;
  readonly metrics: CloudWatchClient;
  readonly identity: STSClient;
  private readonly keys = new RenewableCredentials();

  /** `endpoint` is the account's own override or the local server's address; empty for the SDK's. */
  constructor(
    account: CloudAccount,
    readonly endpoint: string,
    connection: CloudConnection,
    gate: WireGate | null = null,
    findsNames?: () => Promise<boolean>,
  ) {
    const roots = new TrustedRoots(() => caSourcesOf(connection, account.profile, process.env));
    const isLocal = account.cloud === 'local';
    // A handler for each: they share no connections.
    const settings = () => ({
      maxAttempts: 1,
      sha256: PoolSha256,
      requestHandler: new CheckedHttpHandler(
        handlerOptions(connection, isLocal ? null : roots),
        gate,
        isLocal ? null : connection,
        findsNames,
      ),
      ...(endpoint === '' ? {} : { endpoint }),
      ...(account.region === '' ? regionOfLocal(account) : { region: account.region }),
      ...(isLocal ? { credentials: localCredentials } : {}),
      credentialDefaultProvider: this.keys.providerFor,
      ...(account.cloud === 'aws' && account.profile !== '' ? { profile: account.profile } : {}),
    });
    this.logs = new CloudWatchLogsClient(settings());
    // One and the same, so that what one of them is told about the credentials holds for the others.
    const { credentials } = this.logs.config;
    this.metrics = new CloudWatchClient({ ...settings(), credentials });
    this.identity = new STSClient({ ...settings(), credentials });
  }

  /** They were refused: the next request looks for others. */
  renewCredentials(): void {
    this.keys.renew();
  }

  /** The robot file's, else what the SDK takes (AWS_REGION, the profile's); empty when nothing names one. */
  async region(): Promise<string> {
    return await this.logs.config.region().catch(() => '');
  }

  destroy(): void {
    this.logs.destroy();
    this.metrics.destroy();
    this.identity.destroy();
  }
}

/** The local server takes any signature; these are no secret. */
const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

function regionOfLocal(account: CloudAccount): { readonly region?: string } {
  return account.cloud === 'local' ? { region: 'us-east-1' } : {};
}

/**
 * An idle connection is closed by us before the other side may have closed it: a request written into a closed one ends as
 * an unknown outcome. Longer than the usual publish periods, so that these keep theirs.
 */
const idleConnectionMs = 15_000;

/**
 * `requestTimeoutMs` bounds silence on the connection, as in the original's SDK; a large request on a slow link may take
 * far longer as long as bytes move. `roots`: of the way to AWS, or to an endpoint of one's own, with what the network between
 * wants; null: to this laptop.
 */
function handlerOptions(
  connection: CloudConnection,
  roots: TrustedRoots | null,
): ConstructorParameters<typeof CheckedHttpHandler>[0] {
  const agent = { keepAlive: true, maxSockets: connection.connectionsMax, timeout: idleConnectionMs };
  return {
    connectionTimeout: connection.connectTimeoutMs,
    socketTimeout: connection.requestTimeoutMs,
    httpAgent: agent,
    httpsAgent: roots === null ? new WatchedAgent(agent) : new WayAgent(connection, roots, agent),
  };
}
