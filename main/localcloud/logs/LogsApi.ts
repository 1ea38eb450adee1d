/**
 * The operations of Amazon CloudWatch Logs (API version 2014-03-28) that this server answers. Each takes the JSON body as
 * it came and gives the output object, or throws an ApiError with AWS's code.
 */
import { z } from 'zod';
import { LOCAL_ACCOUNT_ID } from '../account.js';
import type { LocalCloudStats } from '../LocalCloudStats.js';
import type { SegmentStore } from '../store/SegmentStore.js';
import { logEventsLine, logGroupDeletedLine, logGroupLine, logStreamLine } from '../store/storeLines.js';
import type { ApiError } from '../wire/ApiError.js';
import { member, parseInput, wholeNumber } from '../wire/parseInput.js';
import { unknownOperation } from '../wire/routeRequest.js';
import type { LogStream } from './LogStream.js';
import type { LogGroup, LogStore } from './LogStore.js';
import { checkLogGroupName, checkLogStreamName } from './checkLogNames.js';
import { constraintViolation, invalidParameter, missingMember, resourceNotFound } from './logErrors.js';
import {
  DESCRIBE_ITEMS_MAX,
  FILTER_STREAM_NAMES_MAX,
  LOG_NAME_LENGTH_MAX,
  LOG_STREAM_NAME_PATTERN,
  LOG_TAGS_MAX,
  LOG_TAG_KEY_LENGTH_MAX,
  LOG_TAG_VALUE_LENGTH_MAX,
  READ_EVENTS_MAX,
  RETENTION_DAYS_ALLOWED,
} from './logLimits.js';
import { parseFilterPattern } from './parseFilterPattern.js';
import { filterPage, readStreamPage, type ReadRange } from './readLogEvents.js';
import { acceptLogEvents, checkLogEventShapes, type RejectedLogEventsInfo } from './validatePutLogEvents.js';

export interface LogsApiContext {
  readonly logs: LogStore;
  readonly segments: SegmentStore;
  readonly stats: LocalCloudStats;
  readonly nowMs: () => number;
}

/** What a request carries beside its body. */
export interface RequestScope {
  /** The region that the client signed for; it only appears in ARNs. */
  readonly region: string;
}

type LogsOperation = (context: LogsApiContext, body: Buffer, scope: RequestScope) => unknown;

const OPERATIONS: ReadonlyMap<string, LogsOperation> = new Map<string, LogsOperation>([
  ['CreateLogGroup', createLogGroup],
  ['CreateLogStream', createLogStream],
  ['DeleteLogGroup', deleteLogGroup],
  ['DescribeLogGroups', describeLogGroups],
  ['DescribeLogStreams', describeLogStreams],
  ['FilterLogEvents', filterLogEvents],
  ['GetLogEvents', getLogEvents],
  ['PutLogEvents', putLogEvents],
  ['PutRetentionPolicy', putRetentionPolicy],
  ['TagResource', tagResource],
]);

/** Runs one operation. Throws ApiError; UnknownOperationException for an operation that is not answered here. */
export async function callLogs(
  context: LogsApiContext,
  operation: string,
  body: Buffer,
  scope: RequestScope,
): Promise<unknown> {
  const run = OPERATIONS.get(operation);
  if (run === undefined) {
    throw unknownOperation(`The local CloudWatch Logs does not answer ${operation.slice(0, 200)}.`);
  }
  return await run(context, body, scope);
}

const tagsInput = member(z.record(z.string(), z.string()));

const createLogGroupInput = z.object({ logGroupName: member(z.string()), tags: tagsInput });

async function createLogGroup({ logs, segments, nowMs }: LogsApiContext, body: Buffer): Promise<unknown> {
  const input = parseInput(createLogGroupInput, body);
  const name = checkLogGroupName(input.logGroupName);
  const tags = checkTags(input.tags ?? {});
  const group = logs.createGroup(name, nowMs());
  for (const [key, value] of tags) group.tags.set(key, value);
  await segments.append(() => logGroupLine(group), 0);
  return {};
}

const groupAndStreamInput = z.object({ logGroupName: member(z.string()), logStreamName: member(z.string()) });

async function createLogStream({ logs, segments, nowMs }: LogsApiContext, body: Buffer): Promise<unknown> {
  const input = parseInput(groupAndStreamInput, body);
  const groupName = checkLogGroupName(input.logGroupName);
  const streamName = checkLogStreamName(input.logStreamName);
  const stream = logs.createStream(groupName, streamName, nowMs());
  await segments.append(() => logStreamLine(groupName, stream), 0);
  return {};
}

async function deleteLogGroup({ logs, segments }: LogsApiContext, body: Buffer): Promise<unknown> {
  const input = parseInput(z.object({ logGroupName: member(z.string()) }), body);
  const name = checkLogGroupName(input.logGroupName);
  logs.deleteGroup(name);
  await segments.append(() => logGroupDeletedLine(name), 0);
  return {};
}

const putRetentionPolicyInput = z.object({ logGroupName: member(z.string()), retentionInDays: member(wholeNumber) });

async function putRetentionPolicy({ logs, segments }: LogsApiContext, body: Buffer): Promise<unknown> {
  const input = parseInput(putRetentionPolicyInput, body);
  const name = checkLogGroupName(input.logGroupName);
  const days = input.retentionInDays;
  if (days === null || days === undefined) throw missingMember('retentionInDays');
  if (!RETENTION_DAYS_ALLOWED.has(days)) {
    throw invalidParameter(
      `1 validation error detected: Value '${String(days)}' at 'retentionInDays' failed to satisfy constraint: ` +
        `Member must satisfy enum value set: [${[...RETENTION_DAYS_ALLOWED].join(', ')}]`,
    );
  }
  const group = logs.group(name);
  group.retentionDays = days;
  await segments.append(() => logGroupLine(group), 0);
  return {};
}

const tagResourceInput = z.object({ resourceArn: member(z.string()), tags: tagsInput });

async function tagResource({ logs, segments }: LogsApiContext, body: Buffer): Promise<unknown> {
  const input = parseInput(tagResourceInput, body);
  const arn = input.resourceArn;
  if (arn === null || arn === undefined) throw missingMember('resourceArn');
  if (input.tags === null || input.tags === undefined) throw missingMember('tags');
  const tags = checkTags(input.tags);
  // CloudWatch Logs wants the ARN without the trailing ":*" here (AWS LogGroup API reference, logGroupArn).
  const group = logs.groups.get(/^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)$/.exec(arn)?.[1] ?? '');
  if (group === undefined) throw resourceNotFound('The specified resource does not exist.');
  for (const [key, value] of tags) group.tags.set(key, value);
  if (group.tags.size > LOG_TAGS_MAX) throw invalidParameter(`A log group holds at most ${String(LOG_TAGS_MAX)} tags.`);
  await segments.append(() => logGroupLine(group), 0);
  return {};
}

function checkTags(tags: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  const entries = Object.entries(tags);
  if (entries.length > LOG_TAGS_MAX) {
    throw constraintViolation('tags', '{...}', `have length less than or equal to ${String(LOG_TAGS_MAX)}`);
  }
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > LOG_TAG_KEY_LENGTH_MAX) {
      throw constraintViolation('tags', key, `have length between 1 and ${String(LOG_TAG_KEY_LENGTH_MAX)}`);
    }
    if (value.length > LOG_TAG_VALUE_LENGTH_MAX) {
      throw constraintViolation('tags', value, `have length less than or equal to ${String(LOG_TAG_VALUE_LENGTH_MAX)}`);
    }
  }
  return entries;
}

const putLogEventsInput = z.object({
  logGroupName: member(z.string()),
  logStreamName: member(z.string()),
  logEvents: member(z.array(z.unknown())),
  sequenceToken: member(z.string()),
});

interface PutLogEventsOutput {
  readonly nextSequenceToken: string;
  readonly rejectedLogEventsInfo?: RejectedLogEventsInfo;
}

async function putLogEvents(context: LogsApiContext, body: Buffer): Promise<PutLogEventsOutput> {
  const { logs, segments, stats } = context;
  const input = parseInput(putLogEventsInput, body);
  const groupName = checkLogGroupName(input.logGroupName);
  const streamName = checkLogStreamName(input.logStreamName);
  const batch = checkLogEventShapes(input.logEvents);
  const stream = logs.stream(groupName, streamName);
  const ingestionTimeMs = context.nowMs();
  const range = acceptLogEvents(batch.events, ingestionTimeMs, logs.group(groupName).retentionDays);
  stats.eventsTooOld += range.tooOld;
  stats.eventsExpired += range.expired;
  stats.eventsTooNew += range.tooNew;
  const accepted = range.rejected === undefined ? batch.events : batch.events.slice(range.from, range.to);
  if (accepted.length > 0) {
    const messageBytes = accepted === batch.events ? batch.messageBytes : messageBytesOf(accepted);
    // On disk first, in memory after: what is answered as accepted must still be there when this process is killed.
    const { from, to } = range;
    const line = (): Buffer => logEventsLine({ groupName, streamName, ingestionTimeMs, from, to, body });
    const segment = await segments.append(line, messageBytes, accepted.length);
    stats.eventsDuplicate += logs.addEvents(stream, accepted, { ingestionTimeMs, segment }, messageBytes);
    stats.eventsAccepted += accepted.length;
  }
  // The sequence token is ignored and always answered (AWS PutLogEvents API reference).
  const nextSequenceToken = String(ingestionTimeMs).padStart(56, '4');
  return range.rejected === undefined
    ? { nextSequenceToken }
    : { nextSequenceToken, rejectedLogEventsInfo: range.rejected };
}

function messageBytesOf(events: readonly { readonly message: string }[]): number {
  return events.reduce((bytes, event) => bytes + Buffer.byteLength(event.message, 'utf8'), 0);
}

const describeLogGroupsInput = z.object({
  logGroupNamePrefix: member(z.string()),
  logGroupNamePattern: member(z.string()),
  limit: member(wholeNumber),
  nextToken: member(z.string()),
});

function describeLogGroups({ logs }: LogsApiContext, body: Buffer, scope: RequestScope): unknown {
  const input = parseInput(describeLogGroupsInput, body);
  const prefix = input.logGroupNamePrefix ?? undefined;
  const pattern = input.logGroupNamePattern ?? undefined;
  if (prefix !== undefined && pattern !== undefined) {
    throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  if (prefix !== undefined) checkLogGroupName(prefix, 'logGroupNamePrefix');
  const found = [...logs.groups.values()]
    .filter((group) => group.name.startsWith(prefix ?? '') && group.name.includes(pattern ?? ''))
    .sort((a, b) => compareText(a.name, b.name));
  const page = pageOf(found, checkLimit(input.limit, DESCRIBE_ITEMS_MAX), input.nextToken, (group) => group.name);
  return { logGroups: page.items.map((group) => describeGroup(group, scope.region)), ...page.next };
}

function describeGroup(group: LogGroup, region: string): unknown {
  const logGroupArn = groupArn(group.name, region);
  return {
    logGroupName: group.name,
    creationTime: group.creationTimeMs,
    ...(group.retentionDays === undefined ? {} : { retentionInDays: group.retentionDays }),
    metricFilterCount: 0,
    arn: `${logGroupArn}:*`,
    logGroupArn,
    storedBytes: group.storedBytes,
    logGroupClass: 'STANDARD',
  };
}

function groupArn(name: string, region: string): string {
  return `arn:aws:logs:${region}:${LOCAL_ACCOUNT_ID}:log-group:${name}`;
}

const groupChoiceInput = { logGroupName: member(z.string()), logGroupIdentifier: member(z.string()) };

const describeLogStreamsInput = z.object({
  ...groupChoiceInput,
  logStreamNamePrefix: member(z.string()),
  orderBy: member(z.string()),
  descending: member(z.boolean()),
  limit: member(wholeNumber),
  nextToken: member(z.string()),
});

function describeLogStreams({ logs }: LogsApiContext, body: Buffer, scope: RequestScope): unknown {
  const input = parseInput(describeLogStreamsInput, body);
  const group = chosenGroup(logs, input);
  const prefix = checkStreamPrefix(input.logStreamNamePrefix);
  const orderBy = input.orderBy ?? 'LogStreamName';
  if (orderBy !== 'LogStreamName' && orderBy !== 'LastEventTime') {
    throw constraintViolation('orderBy', orderBy, 'satisfy enum value set: [LogStreamName, LastEventTime]');
  }
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  const sign = input.descending === true ? -1 : 1;
  const byTime = orderBy === 'LastEventTime';
  const found = [...group.streams.values()]
    .filter((stream) => stream.name.startsWith(prefix ?? ''))
    .sort((a, b) => sign * ((byTime ? lastEventMs(a) - lastEventMs(b) : 0) || compareText(a.name, b.name)));
  const page = pageOf(found, checkLimit(input.limit, DESCRIBE_ITEMS_MAX), input.nextToken, (stream) => stream.name);
  return {
    logStreams: page.items.map((stream) => describeStream(stream, groupArn(group.name, scope.region))),
    ...page.next,
  };
}

function describeStream(stream: LogStream, logGroupArn: string): unknown {
  const events = stream.inOrder();
  return {
    logStreamName: stream.name,
    creationTime: stream.creationTimeMs,
    firstEventTimestamp: events[0]?.timestamp,
    lastEventTimestamp: events.at(-1)?.timestamp,
    lastIngestionTime: stream.lastIngestionTimeMs,
    arn: `${logGroupArn}:log-stream:${stream.name}`,
    // Always zero since 17 June 2019 (AWS LogStream API reference).
    storedBytes: 0,
  };
}

function lastEventMs(stream: LogStream): number {
  return stream.inOrder().at(-1)?.timestamp ?? 0;
}

const getLogEventsInput = z.object({
  ...groupChoiceInput,
  logStreamName: member(z.string()),
  startTime: member(wholeNumber),
  endTime: member(wholeNumber),
  nextToken: member(z.string()),
  limit: member(wholeNumber),
  startFromHead: member(z.boolean()),
});

function getLogEvents({ logs }: LogsApiContext, body: Buffer): unknown {
  const input = parseInput(getLogEventsInput, body);
  const group = chosenGroup(logs, input);
  const stream = logs.stream(group.name, checkLogStreamName(input.logStreamName));
  const page = readStreamPage(
    stream,
    checkRange(input.startTime, input.endTime),
    checkLimit(input.limit, READ_EVENTS_MAX),
    input.startFromHead ?? false,
    input.nextToken ?? undefined,
  );
  return {
    events: page.events.map((event) => ({
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.arrival.ingestionTimeMs,
    })),
    nextForwardToken: page.nextForwardToken,
    nextBackwardToken: page.nextBackwardToken,
  };
}

const filterLogEventsInput = z.object({
  ...groupChoiceInput,
  logStreamNames: member(z.array(z.string())),
  logStreamNamePrefix: member(z.string()),
  startTime: member(wholeNumber),
  endTime: member(wholeNumber),
  filterPattern: member(z.string()),
  nextToken: member(z.string()),
  limit: member(wholeNumber),
  startFromHead: member(z.boolean()),
});

/** AWS FilterLogEvents API reference: startFromHead=false needs a startTime on or after 1 January 2024. */
const NEWEST_FIRST_START_MS_MIN = Date.UTC(2024, 0, 1);

function filterLogEvents({ logs }: LogsApiContext, body: Buffer): unknown {
  const input = parseInput(filterLogEventsInput, body);
  const group = chosenGroup(logs, input);
  const streams = chosenStreams(group, input.logStreamNames, input.logStreamNamePrefix);
  const startFromHead = input.startFromHead ?? true;
  if (!startFromHead && (input.startTime ?? 0) < NEWEST_FIRST_START_MS_MIN) {
    throw invalidParameter('startFromHead=false is supported only when startTime is on or after 1 January 2024.');
  }
  const range = checkRange(input.startTime, input.endTime);
  const page = filterPage(
    streams,
    // FilterLogEvents leaves out events later than endTime, so endTime itself is still in: unlike GetLogEvents.
    { fromMs: range.fromMs, untilMs: range.untilMs + 1 },
    checkLimit(input.limit, READ_EVENTS_MAX),
    parseFilterPattern(input.filterPattern),
    startFromHead,
    input.nextToken ?? undefined,
  );
  return {
    events: page.events.map(({ streamName, event }) => ({
      logStreamName: streamName,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: event.arrival.ingestionTimeMs,
      eventId: `${String(event.timestamp)}${String(event.sequence).padStart(20, '0')}`.padStart(56, '3'),
    })),
    // Always empty since 15 May 2020 (AWS FilterLogEvents API reference).
    searchedLogStreams: [],
    ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
  };
}

function chosenStreams(
  group: LogGroup,
  names: readonly string[] | null | undefined,
  prefixGiven: string | null | undefined,
): readonly LogStream[] {
  const prefix = checkStreamPrefix(prefixGiven);
  if (names === null || names === undefined) {
    return [...group.streams.values()].filter((stream) => stream.name.startsWith(prefix ?? ''));
  }
  if (prefix !== undefined) {
    throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
  }
  if (names.length < 1 || names.length > FILTER_STREAM_NAMES_MAX) {
    throw constraintViolation(
      'logStreamNames',
      '[...]',
      `have length between 1 and ${String(FILTER_STREAM_NAMES_MAX)}`,
    );
  }
  return [...new Set(names)].map((name) => {
    const stream = group.streams.get(checkLogStreamName(name, 'logStreamNames'));
    if (stream === undefined) throw resourceNotFound('The specified log stream does not exist.');
    return stream;
  });
}

function chosenGroup(
  logs: LogStore,
  input: { logGroupName?: string | null | undefined; logGroupIdentifier?: string | null | undefined },
): LogGroup {
  const name = input.logGroupName ?? undefined;
  const identifier = input.logGroupIdentifier ?? undefined;
  if ((name === undefined) === (identifier === undefined)) throw groupChoiceError(name !== undefined);
  if (identifier === undefined) return logs.group(checkLogGroupName(name));
  const inArn = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:([^:]+)(?::\*)?$/.exec(identifier)?.[1];
  return logs.group(checkLogGroupName(inArn ?? identifier, 'logGroupIdentifier'));
}

function groupChoiceError(both: boolean): ApiError {
  return invalidParameter(
    both
      ? 'logGroupName and logGroupIdentifier cannot be given together.'
      : 'You must include either logGroupIdentifier or logGroupName.',
  );
}

function checkStreamPrefix(prefix: string | null | undefined): string | undefined {
  if (prefix === null || prefix === undefined) return undefined;
  if (prefix.length < 1 || prefix.length > LOG_NAME_LENGTH_MAX || !LOG_STREAM_NAME_PATTERN.test(prefix)) {
    throw constraintViolation('logStreamNamePrefix', prefix, 'satisfy regular expression pattern: [^:*]*');
  }
  return prefix;
}

function checkLimit(limit: number | null | undefined, max: number): number {
  if (limit === null || limit === undefined) return max;
  if (limit < 1) throw constraintViolation('limit', String(limit), 'have value greater than or equal to 1');
  if (limit > max) throw constraintViolation('limit', String(limit), `have value less than or equal to ${String(max)}`);
  return limit;
}

function checkRange(startTime: number | null | undefined, endTime: number | null | undefined): ReadRange {
  for (const [path, value] of [
    ['startTime', startTime],
    ['endTime', endTime],
  ] as const) {
    if ((value ?? 0) < 0) throw constraintViolation(path, String(value), 'have value greater than or equal to 0');
  }
  return { fromMs: startTime ?? 0, untilMs: endTime ?? Number.MAX_SAFE_INTEGER - 1 };
}

interface ItemPage<Item> {
  readonly items: readonly Item[];
  readonly next: { readonly nextToken?: string };
}

/** A page of a list; the token is the name of the last item given, so that new items do not shift the next page. */
function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  token: string | null | undefined,
  nameOf: (item: Item) => string,
): ItemPage<Item> {
  const start = token === null || token === undefined ? 0 : startAfter(items.map(nameOf), token);
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  if (last === undefined || start + limit >= items.length) return { items: page, next: {} };
  return { items: page, next: { nextToken: Buffer.from(nameOf(last)).toString('base64url') } };
}

function startAfter(names: readonly string[], token: string): number {
  const index = names.indexOf(Buffer.from(token, 'base64url').toString('utf8'));
  if (index < 0) throw invalidParameter('The specified nextToken is invalid.');
  return index + 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
