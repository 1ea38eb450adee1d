import type {
  CloudSink,
  EventsReading,
  PlaceReading,
  SamplesReading,
  SinkOutcome,
  SinkProbe,
} from '../seams/CloudSink.js';
import type { SinkRequest } from '../seams/CloudSink.js';

/** The sink in force: a changed configuration puts a new one in its place without stopping the uploader. */
export class CurrentSink implements CloudSink {
  constructor(
    private sink: CloudSink,
    private readonly onAnswer: (request: SinkRequest, outcome: SinkOutcome) => void,
  ) {}

  replace(sink: CloudSink): void {
    const old = this.sink;
    this.sink = sink;
    old.close();
  }

  async send(request: SinkRequest, signal: AbortSignal): Promise<SinkOutcome> {
    const outcome = await this.sink.send(request, signal);
    this.onAnswer(request, outcome);
    return outcome;
  }

  findEvents(...asked: Parameters<CloudSink['findEvents']>): Promise<EventsReading> {
    return this.sink.findEvents(...asked);
  }

  countSamples(...asked: Parameters<CloudSink['countSamples']>): Promise<SamplesReading> {
    return this.sink.countSamples(...asked);
  }

  look(...asked: Parameters<CloudSink['look']>): Promise<PlaceReading> {
    return this.sink.look(...asked);
  }

  probe(signal: AbortSignal): Promise<SinkProbe> {
    return this.sink.probe(signal);
  }

  close(): void {
    this.sink.close();
  }
}
