import type { CloudSink, SinkOutcome, SinkProbe, SinkRequest } from '../seams/CloudSink.js';
import { FakeSink } from '../upload/FakeSink.test-support.js';

/** The fake CloudWatch of the uploader's tests, with a gate that holds requests and a probe that a test may answer. */
export class GatedSink extends FakeSink implements CloudSink {
  probes = 0;
  /** In place of FakeSink's own answer. */
  probeAnswer: SinkProbe | null = null;
  private gate: Promise<void> = Promise.resolve();

  /** Requests wait until the returned function is called. */
  shut(): () => void {
    let open: () => void = () => undefined;
    this.gate = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  override async send(request: SinkRequest, signal: AbortSignal): Promise<SinkOutcome> {
    await this.gate;
    return await super.send(request, signal);
  }

  override async probe(): Promise<SinkProbe> {
    this.probes++;
    return this.probeAnswer ?? (await super.probe());
  }
}
