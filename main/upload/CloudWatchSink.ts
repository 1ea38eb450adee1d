import { CreateLogStreamCommand, type PutLogEventsCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { CloudAccount, Destination, LogDestination, MetricDestination } from '../model/Destination.js';
import type { NewGroups } from '../model/NewGroups.js';
import { type Result, succeed } from '../model/Problem.js';
import type { CloudConnection } from '../model/RobotConfig.js';
import { unreachable } from '../model/unreachable.js';
import type { CloudSink, EventsReading, LogEventToSend, MetricDatumToSend, NoReading } from '../seams/CloudSink.js';
import type {
  Answered,
  PlaceReading,
  SamplesReading,
  SinkOutcome,
  SinkProbe,
  SinkRequest,
} from '../seams/CloudSink.js';
import { accountKey } from './accountKey.js';
import { AccountClients } from './AccountClients.js';
import { AccountGuard, isAnswerWithoutIdentity } from './AccountGuard.js';
import { logBodyMemory } from './BodyMemory.js';
import { compressesLogs } from './compressBody.js';
import { countSamples } from './countSamples.js';
import { findEvents } from './findEvents.js';
import { type GroupDebts, MemoryGroupDebts } from './GroupDebts.js';
import { GroupRetention } from './GroupRetention.js';
import { lookAtLogs, lookAtMetrics } from './lookAtPlace.js';
import { outcomeOfError, serviceWords } from './outcomeOfError.js';
import { PacedBody } from './PacedBody.js';
import { putLogEventsOf } from './putLogEventsOf.js';
import { RegionGuard } from './RegionGuard.js';
import { putMetricDataOf } from './putMetricDataOf.js';
import { rejectedEvents } from './rejectedEvents.js';
import type { RobotWire } from './RobotWire.js';
import { sdkFailureOf } from './SdkFailure.js';
import { WireError } from './WireError.js';

type LogRequest = Extract<SinkRequest, { kind: 'log' }>;
type MetricRequest = Extract<SinkRequest, { kind: 'metric' }>;

export interface CloudWatchSinkOptions {
  /** The account that `probe` asks; requests carry their own. */
  readonly account: CloudAccount;
  readonly connection: CloudConnection;
  /** Address of Tether's own CloudWatch for accounts of `cloud: local`; null while it does not listen. */
  readonly localEndpoint: () => string | null;
  /** The only account that anything may go to, twelve digits; empty or absent: any. */
  readonly accountId?: string;
  /** The only AWS region that anything may go to; empty or absent: any. */
  readonly onlyRegion?: string;
  /** Of log groups that are made on the way; absent: as CloudWatch makes them. */
  readonly newGroups?: NewGroups;
  /** What is owed to them, over the end of this sink; absent: only as long as it is there. */
  readonly groupDebts?: GroupDebts;
  /** Whether log events are sent compressed; absent: where AWS itself answers. */
  readonly compressesLogs?: (account: CloudAccount) => boolean;
  /** What counts the bytes that go out, and holds them to a limit. */
  readonly wire?: RobotWire;
  /** Whether this network finds names of AWS at all; absent: it is asked. */
  readonly findsNames?: () => Promise<boolean>;
  /** Longest time for one call from start to the last byte of its answer. */
  readonly requestDeadlineMs?: number;
}

/** 1 MB needs 33 s at 256 kbit/s; this is for answers that come a byte at a time. */
const requestDeadlineMsDefault = 120_000;
/** Where a limit of bytes a second holds requests back, they take that much longer. */
const limitedDeadlineFactor = 10;

/**
 * CloudWatch through AWS's SDK. Every call is made once; what came of it is a value, never a throw. `accepted` is said only
 * after a whole answer of the service was read and understood. Groups and streams that are not there are made on the way.
 */
export class CloudWatchSink implements CloudSink {
  private readonly clients = new Map<string, AccountClients>();
  private readonly guard: AccountGuard;
  private readonly regionGuard: RegionGuard;
  private readonly retention: GroupRetention;
  private readonly compressesLogs: (account: CloudAccount) => boolean;
  /** Accounts whose endpoint did not understand a compressed body, by key. */
  private readonly plainAccounts = new Set<string>();

  constructor(private readonly options: CloudWatchSinkOptions) {
    this.guard = new AccountGuard(options.accountId ?? '');
    this.regionGuard = new RegionGuard(options.onlyRegion ?? '');
    this.retention = new GroupRetention({
      newGroups: options.newGroups ?? null,
      debts: options.groupDebts ?? new MemoryGroupDebts(),
      clientsOf: (account, signal) => this.guardedClients(account, signal),
      cloudNowMs: () => Date.now() - (options.wire?.skew.aheadMs ?? 0),
    });
    this.compressesLogs = options.compressesLogs ?? compressesLogs;
  }

  async send(request: SinkRequest, signal: AbortSignal): Promise<SinkOutcome> {
    const { account } = request.destination;
    const clients = this.clientsOf(account);
    if (clients === null) return notListening(account);
    const abortSignal = this.withDeadline(signal, account);
    const guarded = await this.guarded(clients, account, abortSignal);
    if (guarded !== null) return guarded;
    try {
      switch (request.kind) {
        case 'log':
          return await this.putLogs(clients, request, abortSignal);
        case 'metric':
          return await this.putMetrics(clients, request, abortSignal);
        default:
          return unreachable(request);
      }
    } catch (error) {
      return this.outcomeOf(abortSignal.aborted ? abortedError(error, signal, abortSignal) : error, account);
    }
  }

  async findEvents(
    destination: LogDestination,
    events: readonly LogEventToSend[],
    signal: AbortSignal,
  ): Promise<EventsReading> {
    return this.reading(destination.account, signal, async ({ logs }, abortSignal) => {
      try {
        return await findEvents(logs, destination, events, abortSignal);
      } catch (error) {
        if (sdkFailureOf(error).name !== 'ResourceNotFound') throw error;
        // No such stream: then none of them is in it.
        return { type: 'found', present: events.map(() => false) };
      }
    });
  }

  async countSamples(
    destination: MetricDestination,
    datum: MetricDatumToSend,
    signal: AbortSignal,
  ): Promise<SamplesReading> {
    return this.reading(destination.account, signal, ({ metrics }, abortSignal) =>
      countSamples(metrics, destination, datum, abortSignal),
    );
  }

  async look(destination: Destination, signal: AbortSignal): Promise<PlaceReading> {
    return this.reading(destination.account, signal, async ({ logs, metrics }, abortSignal) =>
      destination.kind === 'log'
        ? await lookAtLogs(logs, destination, abortSignal)
        : await lookAtMetrics(metrics, destination, abortSignal),
    );
  }

  async probe(signal: AbortSignal): Promise<SinkProbe> {
    const { account } = this.options;
    const clients = this.clientsOf(account);
    if (clients === null) return { reachable: false, accountId: null, problem: notListening(account).problem };
    return { region: await clients.region(), ...(await this.identityOf(clients, account, signal)) };
  }

  private async identityOf(clients: AccountClients, account: CloudAccount, signal: AbortSignal): Promise<SinkProbe> {
    try {
      const identity = await clients.identity.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
      const accountId = identity.Account ?? null;
      const problem =
        (await this.regionGuard.problemOf(clients, account)) ?? this.guard.problemOfAccount(accountId, account);
      this.retention.tryAgain();
      return { reachable: true, accountId, problem: problem ?? this.retention.problem };
    } catch (error) {
      return this.probeOf(error);
    }
  }

  close(): void {
    this.retention.close();
    for (const clients of this.clients.values()) clients.destroy();
    this.clients.clear();
  }

  private withDeadline(signal: AbortSignal, account: CloudAccount): AbortSignal {
    const { requestDeadlineMs = requestDeadlineMsDefault, wire } = this.options;
    const factor = (wire?.limitBytesPerS(account) ?? null) === null ? 1 : limitedDeadlineFactor;
    return AbortSignal.any([signal, AbortSignal.timeout(requestDeadlineMs * factor)]);
  }

  private async reading<T>(
    account: CloudAccount,
    signal: AbortSignal,
    read: (clients: AccountClients, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | NoReading> {
    const clients = this.clientsOf(account);
    if (clients === null) return notListening(account);
    const abortSignal = this.withDeadline(signal, account);
    const guarded = await this.guarded(clients, account, abortSignal);
    if (guarded !== null) return guarded;
    try {
      return await read(clients, abortSignal);
    } catch (error) {
      const outcome = this.outcomeOf(abortSignal.aborted ? abortedError(error, signal, abortSignal) : error, account);
      if (outcome.type === 'retry' || outcome.type === 'not-authorised') return outcome;
      return { type: 'unreadable', reason: outcome.type === 'invalid' ? outcome.reason : 'not understood' };
    }
  }

  /** What keeps a call from being made at all: another region or account, or that this cannot be asked now. Null to go on. */
  private async guarded(
    clients: AccountClients,
    account: CloudAccount,
    abortSignal: AbortSignal,
  ): Promise<Extract<SinkOutcome, { type: 'retry' | 'not-authorised' }> | null> {
    try {
      // First of all: what goes wrong on the way to them says nothing about the request itself.
      await clients.logs.config.credentials();
      const problem =
        (await this.regionGuard.problemOf(clients, account)) ??
        (await this.guard.problemOf(clients, account, abortSignal));
      return problem === null ? null : { type: 'not-authorised', problem };
    } catch (error) {
      const outcome = this.outcomeOf(error, account);
      if (outcome.type === 'not-authorised') return outcome;
      if (outcome.type === 'retry') return { ...outcome, unknownOutcome: false };
      const problem = {
        code: 'refused',
        message: `STS did not say whose the credentials are: ${String(error)}`,
        nextStep: 'Nothing was sent. Check the account and the region in the robot file.',
      };
      return { type: 'not-authorised', problem };
    }
  }

  private async guardedClients(account: CloudAccount, signal: AbortSignal): Promise<Result<AccountClients>> {
    const clients = this.clientsOf(account);
    if (clients === null) return { ok: false, problem: notListening(account).problem };
    const guarded = await this.guarded(clients, account, signal);
    return guarded === null ? succeed(clients) : { ok: false, problem: guarded.problem };
  }

  private probeOf(error: unknown): SinkProbe {
    const { account } = this.options;
    // An endpoint of one's own need not know STS: that it answered is enough.
    if (account.endpoint !== '' && isAnswerWithoutIdentity(error)) {
      return { reachable: true, accountId: null, problem: this.guard.problemOfAccount(null, account) };
    }
    const outcome = this.outcomeOf(error, account);
    if (outcome.type === 'not-authorised') {
      // Without credentials nothing was asked, so nothing is known about the link either; the person must act first.
      return { reachable: true, accountId: null, problem: outcome.problem };
    }
    if (outcome.type !== 'retry') return { reachable: true, accountId: null, problem: null };
    const answered = outcome.cause === 'throttled' || outcome.cause === 'clock';
    return { reachable: answered, accountId: null, problem: outcome.problem };
  }

  private async putLogs(clients: AccountClients, request: LogRequest, abortSignal: AbortSignal): Promise<SinkOutcome> {
    const put = () => this.putLogEvents(clients, request, abortSignal);
    const answer = await put().catch(async (error: unknown) => {
      if (sdkFailureOf(error).name !== 'ResourceNotFound') throw error;
      const failed = await this.makePlace(clients, request.destination, abortSignal);
      return failed ?? put();
    });
    if ('type' in answer) return answer;
    this.retention.tryAgain();
    const answered = answeredOf(answer);
    if (answer.rejectedLogEventsInfo === undefined) {
      // Its answer came whole: nothing of the body is still to be written.
      if (request.written !== undefined) logBodyMemory.giveBack(request.written.body);
      return { type: 'accepted', ...answered };
    }
    const rejected = rejectedEvents(answer.rejectedLogEventsInfo, request.events.length);
    return rejected.length === 0 ? { type: 'accepted', ...answered } : { type: 'partly', rejected, ...answered };
  }

  private async putLogEvents(
    clients: AccountClients,
    request: LogRequest,
    abortSignal: AbortSignal,
  ): Promise<PutLogEventsCommandOutput> {
    const key = accountKey(request.destination.account);
    const compress = this.compressesLogs(request.destination.account) && !this.plainAccounts.has(key);
    try {
      return await clients.logs.send(putLogEventsOf(request, compress), { abortSignal });
    } catch (error) {
      // An endpoint that does not know compressed bodies says so before it carries anything out.
      if (!compress || !bodyNotReadNames.has(sdkFailureOf(error).name)) throw error;
      this.plainAccounts.add(key);
      return await clients.logs.send(putLogEventsOf(request, false), { abortSignal });
    }
  }

  private async putMetrics(
    clients: AccountClients,
    request: MetricRequest,
    abortSignal: AbortSignal,
  ): Promise<SinkOutcome> {
    const answer = await clients.metrics.send(putMetricDataOf(request), { abortSignal });
    return { type: 'accepted', ...answeredOf(answer) };
  }

  /** Makes the stream, and the group when that is not there either. Null when both are there now. */
  private async makePlace(
    clients: AccountClients,
    { account, group, stream }: LogDestination,
    abortSignal: AbortSignal,
  ): Promise<SinkOutcome | null> {
    const makeStream = () =>
      clients.logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }), { abortSignal });
    const makeGroup = () => this.retention.create(clients, account, group, abortSignal);
    try {
      await unlessThere(makeStream()).catch(async (error: unknown) => {
        if (sdkFailureOf(error).name !== 'ResourceNotFound') throw error;
        await unlessThere(makeGroup());
        await unlessThere(makeStream());
      });
      return null;
    } catch (error) {
      const outcome = this.outcomeOf(error, account);
      switch (outcome.type) {
        case 'retry':
          // The events themselves were refused for want of a stream: that much is known.
          return { ...outcome, unknownOutcome: false };
        case 'invalid':
          return { type: 'not-authorised', problem: namesProblem(group, stream, outcome.reason) };
        case 'accepted':
        case 'partly':
        case 'not-authorised':
          return outcome;
        default:
          return unreachable(outcome);
      }
    }
  }

  private outcomeOf(error: unknown, account: CloudAccount): SinkOutcome {
    const outcome = outcomeOfError(error, {
      account,
      nowMs: Date.now(),
      clockAheadMs: this.options.wire?.skew.aheadMs ?? null,
    });
    if (outcome.type === 'not-authorised') this.clientsOf(account)?.renewCredentials();
    return outcome;
  }

  private clientsOf(account: CloudAccount): AccountClients | null {
    const endpoint = account.cloud === 'local' ? this.options.localEndpoint() : account.endpoint;
    if (endpoint === null) return null;
    const key = accountKey(account);
    const known = this.clients.get(key);
    if (known?.endpoint === endpoint) return known;
    known?.destroy();
    const made = new AccountClients(
      account,
      endpoint,
      this.options.connection,
      this.options.wire?.gateTo(account) ?? null,
      this.options.findsNames,
    );
    this.clients.set(key, made);
    return made;
  }
}

const bodyNotReadNames = new Set(['Serialization', 'UnsupportedMediaType', 'MalformedInput']);

/** Someone else may have made it meanwhile. */
async function unlessThere(made: Promise<unknown>): Promise<void> {
  try {
    await made;
  } catch (error) {
    const { name } = sdkFailureOf(error);
    if (name !== 'ResourceAlreadyExists' && name !== 'OperationAborted') throw error;
  }
}

/** The SDK tells of an abort before it knows how far the request has come. */
function abortedError(error: unknown, signal: AbortSignal, abortSignal: AbortSignal): WireError {
  const message = signal.aborted ? 'it was stopped' : 'it took too long';
  const isUnwritten = PacedBody.of(abortSignal)?.wholeWritten === false;
  return new WireError(isUnwritten ? 'unreached' : 'broken', message, { cause: error });
}

function notListening(account: CloudAccount): Extract<SinkOutcome, { type: 'retry' }> {
  const problem = {
    code: 'offline',
    message: `${serviceWords(account)} is not running yet.`,
    nextStep: 'Tether starts it by itself; the data stay on disk meanwhile.',
  };
  return { type: 'retry', cause: 'offline', problem, afterMs: null, unknownOutcome: false };
}

function namesProblem(
  group: string,
  stream: string,
  reason: string,
): { code: string; message: string; nextStep: string } {
  return {
    code: 'bad-destination',
    message: `CloudWatch cannot make the log group "${group}" with the stream "${stream}": ${reason}`,
    nextStep:
      'Correct log_group_name and log_stream_name in the robot file. What was taken for these names stays on disk.',
  };
}

function answeredOf({ $metadata }: { readonly $metadata: { readonly requestId?: string | undefined } }): Answered {
  const { requestId } = $metadata;
  return requestId === undefined ? {} : { requestId };
}
