import type { Destination, LogDestination, MetricDestination } from '../model/Destination.js';
import type { MetricDimension } from '../model/Record.js';
import type { Problem } from '../model/Problem.js';

export interface LogEventToSend {
  readonly timestampMs: number;
  readonly message: string;
}

/** Several values as CloudWatch adds them up. */
export interface MetricStatistics {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface MetricDatumToSend {
  readonly timestampMs: number;
  readonly name: string;
  readonly value: number;
  /** In place of `value`, which is then the first of them. */
  readonly statistics?: MetricStatistics;
  /** A unit of CloudWatch's StandardUnit. */
  readonly unit: string;
  readonly dimensions: readonly MetricDimension[];
  readonly storageResolutionS: 1 | 60;
}

/** The events or data of a request as they will be sent: the whole body of the call, in JSON, not compressed. */
export interface WrittenBody {
  /** There until the request was accepted: then its memory is used for another. */
  readonly body: Uint8Array;
  readonly count: number;
  /** Times of the oldest and the newest, ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** As CloudWatch counts them. */
  readonly bytes: number;
}

export interface WrittenData extends WrittenBody {
  /** Each name with its dimensions once. */
  readonly series: readonly Pick<MetricDatumToSend, 'name' | 'dimensions'>[];
}

export type SinkRequest =
  | {
      readonly kind: 'log';
      readonly destination: LogDestination;
      /** Where they are written already, made from there when they are asked for, which takes its time, and not once it was accepted. */
      readonly events: readonly LogEventToSend[];
      readonly written?: WrittenBody;
    }
  | {
      readonly kind: 'metric';
      readonly destination: MetricDestination;
      /** Like the events. */
      readonly data: readonly MetricDatumToSend[];
      readonly written?: WrittenData;
    };

/** Of an answer from CloudWatch itself. */
export interface Answered {
  /** CloudWatch's own name for the request (`x-amzn-RequestId`), which AWS's support asks for; absent where it gave none. */
  readonly requestId?: string;
}

/** What CloudWatch made of a request. No class of answer loses data: the uploader decides from `type` alone. */
export type SinkOutcome =
  | ({ readonly type: 'accepted' } & Answered)
  /** The rest was accepted; the events at these indexes were refused for good. */
  | ({
      readonly type: 'partly';
      readonly rejected: readonly { readonly index: number; readonly reason: string }[];
    } & Answered)
  /** The request as such is invalid: some record in it must be found and put aside. */
  | { readonly type: 'invalid'; readonly reason: string }
  /** Try the same again later. */
  | {
      readonly type: 'retry';
      readonly cause: 'offline' | 'throttled' | 'server' | 'clock' | 'captive-portal';
      readonly problem: Problem;
      /** From `Retry-After`, when the service said so. */
      readonly afterMs: number | null;
      /** The request may have been carried out: the link died after it was written. */
      readonly unknownOutcome: boolean;
    }
  /** A person must act: credentials, permission, no such account. Data stays. */
  | { readonly type: 'not-authorised'; readonly problem: Problem };

/** Why a question about what CloudWatch holds has no answer. `unreadable`: too much, or not to be understood. */
export type NoReading =
  Extract<SinkOutcome, { type: 'retry' | 'not-authorised' }> | { readonly type: 'unreadable'; readonly reason: string };

/** By the index of the event asked for: is it there? Of two events alike, one alone may be. */
export type EventsReading = { readonly type: 'found'; readonly present: readonly boolean[] } | NoReading;

/** How many samples CloudWatch counts in the minute of the datum, of its name, dimensions and unit. */
export type SamplesReading = { readonly type: 'counted'; readonly samples: number } | NoReading;

/** What of a place is there before anything is sent to it. */
export type PlaceReading =
  | { readonly type: 'log'; readonly group: boolean; readonly stream: boolean }
  | {
      readonly type: 'metric';
      readonly metrics: readonly { readonly name: string; readonly dimensions: readonly MetricDimension[] }[];
      /** False: the namespace holds more than were read. */
      readonly complete: boolean;
    }
  | NoReading;

/** One request, one answer. Never retries by itself (the uploader owns every retry) and never throws for an answer. */
export interface CloudSink {
  send(request: SinkRequest, signal: AbortSignal): Promise<SinkOutcome>;
  /** After an answer was lost: which of the events does the stream hold? */
  findEvents(
    destination: LogDestination,
    events: readonly LogEventToSend[],
    signal: AbortSignal,
  ): Promise<EventsReading>;
  /** After an answer was lost. */
  countSamples(destination: MetricDestination, datum: MetricDatumToSend, signal: AbortSignal): Promise<SamplesReading>;
  /** Changes nothing. */
  look(destination: Destination, signal: AbortSignal): Promise<PlaceReading>;
  /** Is the service there, and who are we? Used for the ladder. */
  probe(signal: AbortSignal): Promise<SinkProbe>;
  close(): void;
}

export interface SinkProbe {
  readonly reachable: boolean;
  /** Account id, when the credentials were accepted. */
  readonly accountId: string | null;
  /** Of the account asked: the robot file's, else what the SDK takes; empty or absent when there is none. */
  readonly region?: string;
  readonly problem: Problem | null;
}
