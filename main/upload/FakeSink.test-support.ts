import type { CloudSink, LogEventToSend, MetricDatumToSend, SinkOutcome } from '../seams/CloudSink.js';
import type { EventsReading, PlaceReading, SamplesReading, SinkProbe, SinkRequest } from '../seams/CloudSink.js';
import type { Destination, LogDestination, MetricDestination } from '../model/Destination.js';
import { countEvents } from './findEvents.js';

export type FakeFault =
  'throttle' | 'server' | 'reset-after-accept' | 'lost-before' | 'offline' | 'html' | 'expired-token' | 'hang';

const twoHoursMs = 7_200_000;

/** CloudWatch as far as the uploader sees it, with faults on request: a model, checked by the same suite as the real sink. */
export class FakeSink implements CloudSink {
  readonly requests: SinkRequest[] = [];
  readonly events: LogEventToSend[] = [];
  readonly data: MetricDatumToSend[] = [];
  /** One for each request to come; null lets it through. When empty, `always` decides. */
  readonly faults: (FakeFault | null)[] = [];
  always: FakeFault | null = null;
  retryAfterMs: number | null = null;
  /** Whether it may be asked what it holds. */
  mayRead = false;
  readings = 0;
  /** A record for which the whole request is invalid. */
  isPoison: (item: LogEventToSend | MetricDatumToSend) => boolean = () => false;

  constructor(private readonly nowMs: () => number) {}

  async send(request: SinkRequest, signal: AbortSignal): Promise<SinkOutcome> {
    this.requests.push(request);
    const fault = this.faults.length > 0 ? (this.faults.shift() ?? null) : this.always;
    if (fault === null) return Promise.resolve(this.accept(request));
    if (fault === 'hang') return untilAborted(signal);
    if (fault === 'reset-after-accept') this.accept(request);
    return this.outcomeOf(fault);
  }

  findEvents(_destination: LogDestination, events: readonly LogEventToSend[]): Promise<EventsReading> {
    this.readings += 1;
    if (!this.mayRead) return Promise.resolve(noPermission);
    return Promise.resolve({ type: 'found', present: countEvents(events, this.events) });
  }

  countSamples(_destination: MetricDestination, datum: MetricDatumToSend): Promise<SamplesReading> {
    this.readings += 1;
    if (!this.mayRead) return Promise.resolve(noPermission);
    const minute = (other: MetricDatumToSend): number => Math.floor(other.timestampMs / 60_000);
    const alike = this.data.filter((other) => other.name === datum.name && minute(other) === minute(datum));
    return Promise.resolve({ type: 'counted', samples: alike.length });
  }

  look(destination: Destination): Promise<PlaceReading> {
    if (!this.mayRead) return Promise.resolve(noPermission);
    if (destination.kind === 'log') {
      const isThere = this.events.length > 0;
      return Promise.resolve({ type: 'log', group: isThere, stream: isThere });
    }
    const metrics = this.data.map(({ name, dimensions }) => ({ name, dimensions }));
    return Promise.resolve({ type: 'metric', metrics, complete: true });
  }

  probe(): Promise<SinkProbe> {
    return Promise.resolve({ reachable: this.always !== 'offline', accountId: null, problem: null });
  }

  close(): void {
    this.requests.length = 0;
  }

  private accept(request: SinkRequest): SinkOutcome {
    if (request.kind === 'metric') {
      if (request.data.some((datum) => Number.isNaN(datum.value) || this.isPoison(datum))) return invalid;
      this.data.push(...request.data);
      return { type: 'accepted' };
    }
    const { events } = request;
    if (events.some((event, index) => event.timestampMs < (events[index - 1]?.timestampMs ?? 0))) return invalid;
    if (events.some((event) => this.isPoison(event))) return invalid;
    const rejected = events.flatMap(({ timestampMs }, index) =>
      timestampMs > this.nowMs() + twoHoursMs ? [{ index, reason: 'too new' }] : [],
    );
    this.events.push(...events.slice(0, events.length - rejected.length));
    return rejected.length === 0 ? { type: 'accepted' } : { type: 'partly', rejected };
  }

  private outcomeOf(fault: Exclude<FakeFault, 'hang'>): SinkOutcome {
    const problem = { code: fault, message: `asked for: ${fault}`, nextStep: '' };
    const retry = { type: 'retry', problem, afterMs: this.retryAfterMs, unknownOutcome: false } as const;
    switch (fault) {
      case 'throttle':
        return { ...retry, cause: 'throttled' };
      case 'server':
        return { ...retry, cause: 'server' };
      case 'reset-after-accept':
      case 'lost-before':
        return { ...retry, cause: 'server', unknownOutcome: true };
      case 'offline':
        return { ...retry, cause: 'offline', problem: { ...problem, code: 'offline' } };
      case 'html':
        return { ...retry, cause: 'captive-portal' };
      case 'expired-token':
        return { type: 'not-authorised', problem };
    }
  }
}

const noPermission = {
  type: 'not-authorised',
  problem: { code: 'not-authorised', message: 'may not read', nextStep: '' },
} as const;

const invalid: SinkOutcome = { type: 'invalid', reason: 'InvalidParameter: some record is not valid' };

function untilAborted(signal: AbortSignal): Promise<SinkOutcome> {
  const problem = { code: 'server', message: 'it was stopped', nextStep: '' };
  const outcome = { type: 'retry', cause: 'server', problem, afterMs: null, unknownOutcome: true } as const;
  if (signal.aborted) return Promise.resolve(outcome);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(outcome);
    });
  });
}
