import { GetMetricStatisticsCommand, ListMetricsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { CloudAccount, LogDestination, MetricDestination } from '../model/Destination.js';
import type { NewGroups } from '../model/NewGroups.js';
import type { Problem } from '../model/Problem.js';
import type { CloudConnection } from '../model/RobotConfig.js';
import { AccountClients } from './AccountClients.js';
import { AccountGuard, isAnswerWithoutIdentity } from './AccountGuard.js';
import { outcomeOfError } from './outcomeOfError.js';
import { policyFor } from './policyFor.js';
import { sdkFailureOf } from './SdkFailure.js';

export interface PermissionAnswer {
  /** As IAM names it: `logs:PutLogEvents`. */
  readonly action: string;
  /** `untold`: it cannot be tried without changing something. */
  readonly state: 'allowed' | 'missing' | 'untold';
  /** Nothing is sent without it; else only something less is possible. */
  readonly needed: boolean;
  readonly words: string;
}

export interface PermissionReport {
  /** Twelve digits, or null where the service does not say. */
  readonly accountId: string | null;
  readonly answers: readonly PermissionAnswer[];
  /** Why nothing could be asked: no link, no credentials, another account than the robot file names. */
  readonly problem: Problem | null;
  /** The IAM policy that allows what Tether does for this robot, as JSON. */
  readonly policy: string;
}

export interface PermissionQuestion {
  readonly log: LogDestination;
  readonly metric: MetricDestination;
  readonly connection: CloudConnection;
  readonly newGroups?: NewGroups;
  /** As in AccountGuard. */
  readonly accountId: string;
  readonly localEndpoint: () => string | null;
}

const answerMsMax = 6_000;
/** Older than CloudWatch takes: such an event or datum is refused although the call is allowed, and nothing is written. */
const longAgo = new Date(86_400_000);

/**
 * Which of the permissions that sending needs are there, each found out by the very call, made so that it changes nothing: an
 * event and a datum of 1970 are refused for their age, a group or stream is only "made" where it is there already.
 */
export async function checkPermissions(question: PermissionQuestion): Promise<PermissionReport> {
  const { account } = question.log;
  const endpoint = account.cloud === 'local' ? question.localEndpoint() : account.endpoint;
  if (endpoint === null) {
    const problem = {
      code: 'offline',
      message: 'The local CloudWatch is not running yet.',
      nextStep: 'Try again soon.',
    };
    return { accountId: null, answers: [], problem, policy: policyFor(question, '', null) };
  }
  const clients = new AccountClients(account, endpoint, question.connection);
  try {
    return await new Check(clients, question, AbortSignal.timeout(answerMsMax)).report();
  } finally {
    clients.destroy();
  }
}

/** What a call's answer says of the permission: `there` and `absent` also of what it was about. */
type Tried = 'there' | 'no-stream' | 'no-group' | 'refused' | 'missing';

class Check {
  private problem: Problem | null = null;

  constructor(
    private readonly clients: AccountClients,
    private readonly question: PermissionQuestion,
    private readonly abortSignal: AbortSignal,
  ) {}

  async report(): Promise<PermissionReport> {
    const accountId = await this.whose();
    const policy = policyFor(this.question, await this.region(), accountId);
    const before = this.problemSoFar();
    if (before !== null) return { accountId, answers: [], problem: before, policy };
    const { group, stream } = this.question.log;
    const place = { logGroupName: group, logStreamName: stream };
    const { logs, metrics } = this.clients;
    const { abortSignal } = this;
    const oldEvent = [{ timestamp: longAgo.getTime(), message: 'permission check of Tether' }];
    const oldDatum = [{ MetricName: 'permission check', Timestamp: longAgo, Value: 0 }];
    const [put, describe, read, data, statistics, list] = await Promise.all([
      this.attempt(() => logs.send(new PutLogEventsCommand({ ...place, logEvents: oldEvent }), { abortSignal })),
      this.attempt(() => logs.send(new DescribeLogStreamsCommand({ logGroupName: group, limit: 1 }), { abortSignal })),
      this.attempt(() => logs.send(new GetLogEventsCommand({ ...place, limit: 1 }), { abortSignal })),
      this.attempt(() =>
        metrics.send(new PutMetricDataCommand({ Namespace: this.question.metric.namespace, MetricData: oldDatum }), {
          abortSignal,
        }),
      ),
      this.attempt(() => metrics.send(new GetMetricStatisticsCommand(this.someStatistics()), { abortSignal })),
      this.attempt(() =>
        metrics.send(new ListMetricsCommand({ Namespace: this.question.metric.namespace }), { abortSignal }),
      ),
    ]);
    const seen = [put, read, describe].filter((tried) => tried !== 'missing');
    const streamIsThere = put === 'there' || read === 'there';
    const groupIsThere = streamIsThere || seen.includes('there') || seen.includes('no-stream');
    const noGroup = seen.includes('no-group');
    const [makeStream, makeGroup] = await Promise.all([
      streamIsThere || noGroup
        ? this.attempt(() => logs.send(new CreateLogStreamCommand(place), { abortSignal }))
        : null,
      groupIsThere
        ? this.attempt(() => logs.send(new CreateLogGroupCommand({ logGroupName: group }), { abortSignal }))
        : null,
    ]);
    const problem = this.problemSoFar();
    if (problem !== null) return { accountId, answers: [], problem, policy };
    const answers = [
      answerOf('logs:PutLogEvents', true, put, 'Log lines are sent with it.'),
      answerOf('logs:CreateLogStream', !streamIsThere, makeStream, `Makes the stream "${stream}".`),
      answerOf('logs:CreateLogGroup', noGroup, makeGroup, `Makes the group "${group}".`),
      answerOf('cloudwatch:PutMetricData', true, data, 'Metrics are sent with it.'),
      answerOf('logs:DescribeLogStreams', false, describe, 'Shows whether group and stream are there.'),
      answerOf('logs:GetLogEvents', false, read, 'Tells, when an answer was lost, what arrived: else lines go twice.'),
      answerOf(
        'cloudwatch:GetMetricStatistics',
        false,
        statistics,
        'Tells, when an answer was lost, what arrived: else a person must choose.',
      ),
      answerOf(
        'cloudwatch:ListMetrics',
        false,
        list,
        'Tells before a flush which metrics are new there, and cost more.',
      ),
    ];
    return { accountId, answers, problem: null, policy };
  }

  private async whose(): Promise<string | null> {
    const { account } = this.question.log;
    const guard = new AccountGuard(this.question.accountId);
    try {
      const identity = await this.clients.identity.send(new GetCallerIdentityCommand({}), {
        abortSignal: this.abortSignal,
      });
      const accountId = identity.Account ?? null;
      this.problem = guard.problemOfAccount(accountId, account);
      return accountId;
    } catch (error) {
      if (account.endpoint !== '' && isAnswerWithoutIdentity(error)) {
        this.problem = guard.problemOfAccount(null, account);
      } else this.setProblem(error);
      return null;
    }
  }

  /** The SDK's, when the robot file names none. */
  private async region(): Promise<string> {
    const { region } = this.question.log.account;
    return region === '' ? await this.clients.region() : region;
  }

  private someStatistics(): GetMetricStatisticsCommand['input'] {
    const nowMs = Date.now();
    return {
      ...{ Namespace: this.question.metric.namespace, MetricName: 'permission check', Period: 60 },
      ...{ StartTime: new Date(nowMs - 60_000), EndTime: new Date(nowMs), Statistics: ['SampleCount'] },
    };
  }

  private async attempt(call: () => Promise<unknown>): Promise<Tried> {
    try {
      await call();
      return 'there';
    } catch (error) {
      const { name, message } = sdkFailureOf(error);
      if (deniedNames.has(name)) return 'missing';
      if (name === 'ResourceAlreadyExists' || name === 'OperationAborted') return 'there';
      if (name === 'ResourceNotFound') return /stream/i.test(message) ? 'no-stream' : 'no-group';
      const outcome = outcomeOfError(error, { account: this.account, nowMs: Date.now() });
      // Refused for its age, so it was allowed.
      if (outcome.type === 'invalid') return 'refused';
      this.setProblem(error);
      return 'refused';
    }
  }

  private problemSoFar(): Problem | null {
    return this.problem;
  }

  private get account(): CloudAccount {
    return this.question.log.account;
  }

  private setProblem(error: unknown): void {
    const outcome = outcomeOfError(error, { account: this.account, nowMs: Date.now() });
    this.problem ??=
      outcome.type === 'retry' || outcome.type === 'not-authorised'
        ? outcome.problem
        : { code: 'refused', message: `CloudWatch refused: ${String(error)}`, nextStep: 'Check the robot file.' };
  }
}

const deniedNames = new Set(['AccessDenied', 'NotAuthorized', 'UnauthorizedOperation']);

function answerOf(action: string, needed: boolean, tried: Tried | null, use: string): PermissionAnswer {
  if (tried === null) {
    return { action, needed, state: 'untold', words: `${use} It cannot be tried without making something.` };
  }
  return { action, needed, state: tried === 'missing' ? 'missing' : 'allowed', words: use };
}
