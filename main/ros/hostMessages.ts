import { z } from 'zod';
import { nodeParameterKinds } from '../model/NodeParameter.js';

/**
 * What goes between a robot host (a child process, `serialization: 'advanced'`) and the source that started it.
 *
 * - The source sends `start` once, then an `ack` for each batch, and `stop`. The host sends everything else.
 * - A batch holds messages of one topic in the order of receipt: their bytes end to end, where each ends, when each was
 *   received, who published it and under which number, and what was lost between them. Batches are numbered from 1 without
 *   holes within one host. A `publisher` message precedes the first batch that names it by its number.
 * - Flow control: the host has at most `batchesUnacknowledgedMax` batches and about `bytesUnacknowledgedMax` bytes on the
 *   way. What comes meanwhile waits in the host, up to `hostQueueBytesMax`; above that the newest are dropped and counted.
 * - A message that does not fit these shapes is ignored and counted by whoever got it.
 */
export const batchesUnacknowledgedMax = 32;
export const bytesUnacknowledgedMax = 8 * 1024 * 1024;
export const hostQueueBytesMax = 64 * 1024 * 1024;
/** Longest time that a message waits for company in the host once it was taken; less than `drainIntervalMs`, which gathers too. */
export const batchDelayMsMax = 4;
/** A batch that reaches this is sent at once. */
export const batchMessagesMax = 4_096;
export const batchBytesMax = 1024 * 1024;
export const heartbeatIntervalMs = 1_000;
/** A host that says nothing for so long is taken for hung, and killed. */
export const hostSilenceMsMax = 10_000;
/** The same while it starts: loading ROS blocks it. */
export const hostStartMsMax = 30_000;
/** A host that was told to stop ends by itself within this, or is killed. */
export const hostStopMsMax = 3_000;
export const topicsPerHostMax = 256;
export const portsPerHostMax = 64;

const problemSchema = z.object({ code: z.string(), message: z.string(), nextStep: z.string() });
const port = z.number().int().min(1).max(65_535);
const callId = z.number().int().min(0);
const nodeName = z.string().min(1).max(1_024);
/** Of one node; nodes of the originals have about forty. */
export const parametersMax = 1_000;
const nodesAskedMax = 16;
/** Topics of a robot that are told; the rest are left out. */
export const listedTopicsMax = 2_000;
const parameterValue = z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]);
const settingSchema = z.object({
  name: z.string().min(1).max(1_024),
  kind: z.enum(nodeParameterKinds),
  value: parameterValue,
});
const topicIndex = z.number().int().min(0).max(topicsPerHostMax);

const hostTopicSchema = z.object({
  topic: z.string().min(1).max(1_024),
  schemaName: z.string().regex(/^[A-Za-z0-9_]+\/msg\/[A-Za-z0-9]+$/),
  /** Logs are kept by their publishers (transient local) and asked for; metrics are not. */
  kind: z.enum(['log', 'metric']),
});
export type HostTopic = z.infer<typeof hostTopicSchema>;

export const toHostSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    robot: z.string().max(64),
    /** The index in this list stands for the topic from here on. */
    topics: z.array(hostTopicSchema).max(topicsPerHostMax),
    /** The native file that rclnodejs will load, or null to look where it looks. */
    nativeFile: z.string().nullable(),
    domainId: z.number().int().min(0).max(232),
    /** Ports of a host that ended without a goodbye: not to be used again (discoveryPorts.ts). */
    portsToAvoid: z.array(port).max(portsPerHostMax),
  }),
  z.object({ type: z.literal('ack'), sequence: z.number().int().min(1) }),
  /** Answered by `levelSet` with the same id. */
  z.object({
    type: z.literal('setLevel'),
    id: z.number().int().min(0),
    logger: z.string().min(1).max(1_024),
    level: z.number().int().min(0).max(255),
  }),
  /** Answered by `parametersRead`: the nodes with one of these names, in whatever namespace. */
  z.object({ type: z.literal('readParameters'), id: callId, names: z.array(nodeName).max(nodesAskedMax) }),
  /** Answered by `parametersSet`. */
  z.object({
    type: z.literal('setParameters'),
    id: callId,
    node: nodeName,
    settings: z.array(settingSchema).max(parametersMax),
  }),
  /** Answered by `topicsListed`. */
  z.object({ type: z.literal('listTopics'), id: callId }),
  z.object({ type: z.literal('stop') }),
]);
export type ToHost = z.infer<typeof toHostSchema>;

export const loweredLengthMax = 2_000;

const topicReportSchema = z.object({
  index: topicIndex,
  publishers: z.number().int().min(0),
  problem: problemSchema.nullable(),
  /** Whether messages carry numbers, by which DDS's losses are counted; null before the first message. */
  numbered: z.boolean().nullable(),
  /** In words: publishers that offer less than others, by which all are heard with less. */
  lowered: z.string().max(loweredLengthMax).nullable(),
});
export type TopicReport = z.infer<typeof topicReportSchema>;

const controlSchema = z.discriminatedUnion('type', [
  /** ROS runs, and listens on these UDP ports; subscriptions follow. */
  z.object({ type: z.literal('started'), udpPorts: z.array(port).max(portsPerHostMax) }),
  /** From here on, messages of the topic come through a new subscription: the publishers' history may come again. */
  z.object({ type: z.literal('subscribed'), index: topicIndex, keptByPublishers: z.boolean(), reliable: z.boolean() }),
  /** From here on the number stands for this publisher. `gid`: its identity in DDS, which outlives this host. */
  z.object({ type: z.literal('publisher'), number: z.number().int().min(0), gid: z.string().min(1).max(64) }),
  z.object({ type: z.literal('topics'), topics: z.array(topicReportSchema).max(topicsPerHostMax) }),
  /** What is missing and no message of its topic has followed yet. */
  z.object({ type: z.literal('loss'), stage: z.enum(['dds', 'host']), count: z.number().int().min(1) }),
  /** The host cannot go on. `retry`: another start may help. */
  z.object({ type: z.literal('failed'), problem: problemSchema, retry: z.boolean() }),
  z.object({ type: z.literal('heartbeat'), queuedBytes: z.number().min(0) }),
  z.object({ type: z.literal('levelSet'), id: z.number().int().min(0), problem: problemSchema.nullable() }),
  z.object({
    type: z.literal('parametersRead'),
    id: callId,
    nodes: z.array(
      z.object({
        node: nodeName,
        problem: problemSchema.nullable(),
        parameters: z.array(z.object({ name: z.string(), value: parameterValue.nullable() })),
      }),
    ),
  }),
  z.object({
    type: z.literal('parametersSet'),
    id: callId,
    problem: problemSchema.nullable(),
    answers: z.array(z.object({ name: z.string(), isSet: z.boolean(), reason: z.string() })),
  }),
  z.object({
    type: z.literal('topicsListed'),
    id: callId,
    topics: z.array(z.object({ topic: z.string(), types: z.array(z.string()) })).max(listedTopicsMax),
  }),
  /** The answer to `stop`: nothing follows. */
  z.object({ type: z.literal('stopped') }),
]);

/** Messages that are missing directly before the message at `place` of a batch. */
export interface BatchLoss {
  readonly place: number;
  readonly stage: 'dds' | 'host';
  readonly count: number;
}

export interface BatchMessage {
  readonly type: 'batch';
  readonly sequence: number;
  readonly index: number;
  readonly bytes: Uint8Array;
  /** Where each message ends in `bytes`. */
  readonly ends: Uint32Array;
  /** Nanoseconds since the epoch, one for each message. */
  readonly receivedNs: BigInt64Array;
  /** By number, one for each message. */
  readonly publishers: Uint32Array;
  /** Each message's number at its publisher, from 1; 0 where the RMW does not say. */
  readonly sequences: Float64Array;
  readonly losses: readonly BatchLoss[];
  /** Kept by the publisher since before we joined; null where it cannot be known. */
  readonly replayed: boolean | null;
}

export type FromHost = z.infer<typeof controlSchema> | BatchMessage;

/** What the host said, or null when it is nothing that a host says. Batches are checked by hand: they are the hot path. */
export function parseFromHost(message: unknown): FromHost | null {
  if (isBatch(message)) return message;
  const parsed = controlSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}

function isBatch(message: unknown): message is BatchMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { type, sequence, index, bytes, ends, receivedNs, publishers, sequences, losses, replayed } =
    message as Partial<Record<string, unknown>>;
  return (
    type === 'batch' &&
    isIndex(sequence) &&
    isIndex(index) &&
    (replayed === null || typeof replayed === 'boolean') &&
    bytes instanceof Uint8Array &&
    ends instanceof Uint32Array &&
    receivedNs instanceof BigInt64Array &&
    receivedNs.length === ends.length &&
    publishers instanceof Uint32Array &&
    publishers.length === ends.length &&
    sequences instanceof Float64Array &&
    sequences.length === ends.length &&
    Array.isArray(losses) &&
    losses.every((loss) => isLossBefore(loss, ends.length)) &&
    endsAreInOrder(ends, bytes.length)
  );
}

function isLossBefore(loss: unknown, messages: number): boolean {
  if (typeof loss !== 'object' || loss === null) return false;
  const { place, stage, count } = loss as Partial<Record<string, unknown>>;
  return isIndex(place) && place < messages && (stage === 'dds' || stage === 'host') && isIndex(count) && count > 0;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function endsAreInOrder(ends: Uint32Array, length: number): boolean {
  let before = 0;
  for (const end of ends) {
    if (end < before) return false;
    before = end;
  }
  return before === length;
}
