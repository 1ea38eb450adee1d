import type { CloudSink, SinkOutcome, SinkProbe, SinkRequest } from '../seams/CloudSink.js';

/** The sink in force: a changed configuration puts a new one in its place without stopping the uploader. */
export class CurrentSink implements CloudSink {
  constructor(private sink: CloudSink) {}

  replace(sink: CloudSink): void {
    const old = this.sink;
    this.sink = sink;
    old.close();
  }

  send(request: SinkRequest, signal: AbortSignal): Promise<SinkOutcome> {
    return this.sink.send(request, signal);
  }

  probe(signal: AbortSignal): Promise<SinkProbe> {
    return this.sink.probe(signal);
  }

  close(): void {
    this.sink.close();
  }
}
