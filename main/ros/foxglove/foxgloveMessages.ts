import { z } from 'zod';

/**
 * The part of the Foxglove WebSocket protocol that Tether speaks, version 1, which foxglove_bridge and the Foxglove SDK serve
 * under two names of the subprotocol. Texts are JSON with an `op`; binary frames begin with an opcode:
 *
 * - 1, message data: uint32 subscription id, uint64 log time (ns), then the message as the channel's encoding has it
 * - others (time, service answers, assets) are of no use here
 *
 * Everything is little-endian. Messages carry no sequence number: what a server drops cannot be counted by a client.
 *
 * Source: github.com/foxglove/ws-protocol, docs/spec.md.
 */
export const subprotocols = ['foxglove.sdk.v1', 'foxglove.websocket.v1'] as const;

/** Largest frame that is taken; an advertisement of hundreds of channels with their schemas is some MB. */
export const frameBytesMax = 64 * 1024 * 1024;
/** Channels that are kept in mind; a robot has hundreds. */
export const channelsMax = 20_000;

const advertisedChannelSchema = z.object({
  id: z.number().int().min(0),
  topic: z.string(),
  encoding: z.string(),
  schemaName: z.string(),
  schema: z.string(),
  schemaEncoding: z.string().nullish(),
});
export type AdvertisedChannel = z.infer<typeof advertisedChannelSchema>;

const serverMessageSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('serverInfo'), name: z.string(), sessionId: z.string().nullish() }),
  z.object({ op: z.literal('status'), level: z.number(), message: z.string() }),
  z.object({ op: z.literal('advertise'), channels: z.array(advertisedChannelSchema).max(channelsMax) }),
  z.object({ op: z.literal('unadvertise'), channelIds: z.array(z.number().int()) }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

const anyOpSchema = z.object({ op: z.string() });
const knownOps: ReadonlySet<string> = new Set(['serverInfo', 'status', 'advertise', 'unadvertise']);

/** A text frame: the message, `other` for one that does not matter here, `garbage` for what is none of the protocol's. */
export function readServerText(text: string): ServerMessage | 'other' | 'garbage' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'garbage';
  }
  const message = serverMessageSchema.safeParse(value);
  if (message.success) return message.data;
  const any = anyOpSchema.safeParse(value);
  return any.success && !knownOps.has(any.data.op) ? 'other' : 'garbage';
}

const messageDataOpcode = 1;
const messageDataHeaderBytes = 13;

export interface MessageData {
  readonly subscriptionId: number;
  readonly data: Uint8Array;
}

/** A binary frame: its message in memory of its own, `other` and `garbage` as above. */
export function readServerBinary(frame: Buffer): MessageData | 'other' | 'garbage' {
  if (frame.length === 0) return 'garbage';
  if (frame[0] !== messageDataOpcode) return 'other';
  if (frame.length < messageDataHeaderBytes) return 'garbage';
  return {
    subscriptionId: frame.readUInt32LE(1),
    data: Uint8Array.prototype.slice.call(frame, messageDataHeaderBytes),
  };
}

export interface Subscription {
  readonly id: number;
  readonly channelId: number;
}

export function subscribeText(subscriptions: readonly Subscription[]): string {
  return JSON.stringify({ op: 'subscribe', subscriptions });
}
