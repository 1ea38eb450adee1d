import type { CloudAccount } from '../model/Destination.js';
import type { SinkRequest } from '../seams/CloudSink.js';
import { compressBody, compressedBytesMin, compressesLogs } from './compressBody.js';
import type { PackedRequest } from './Parcel.js';
import { logBodyOf } from './putLogEventsOf.js';
import { metricBodyOf } from './putMetricDataOf.js';

/** Bodies of one place that are really made and compressed; what comes after is reckoned from them. */
const measuredBytesMax = 4 * 1024 * 1024;

export interface WireSize {
  readonly bytes: number;
  /** As CloudWatch counts them: all, and those of the requests that were really made. */
  readonly counted: number;
  readonly measured: number;
}

/** How much the requests to one place are on the line: their bodies as they are sent, without heads and TLS. */
export class WireMeter {
  private readonly bodies: Uint8Array[] = [];
  private counted = 0;
  private measured = 0;
  private bodyBytes = 0;

  constructor(private readonly account: CloudAccount) {}

  add({ request, bytes }: PackedRequest): void {
    this.counted += bytes;
    if (this.bodyBytes >= measuredBytesMax) return;
    const body = request.kind === 'log' ? logBodyOf(request) : metricBodyOf(request);
    this.measured += bytes;
    this.bodyBytes += body.length;
    // A copy: what was written lies in far more memory than it fills.
    this.bodies.push(Uint8Array.from(body));
  }

  async size(kind: SinkRequest['kind']): Promise<WireSize> {
    let bytes = 0;
    for (const body of this.bodies) {
      const isCompressed = body.length >= compressedBytesMin && (kind === 'metric' || compressesLogs(this.account));
      bytes += isCompressed ? (await compressBody(body)).length : body.length;
    }
    const { counted, measured } = this;
    return { bytes: measured === 0 ? 0 : Math.round((bytes * counted) / measured), counted, measured };
  }
}
