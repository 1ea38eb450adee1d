import { destinationKey, type Destination } from '../model/Destination.js';
import type { Clock } from '../seams/Clock.js';
import type { CloudSink, PlaceReading } from '../seams/CloudSink.js';

/** A dry run is asked for again and again while it is looked at; the service counts requests. */
const goodMs = 60_000;
/** Without an answer: the link may be back, or the permission given. */
const badMs = 10_000;
/** Nobody waits longer for a preview: without an answer it says what is known here. */
const waitMsMax = 4_000;
const placesMax = 100;

interface Look {
  readonly atMs: number;
  readonly reading: Promise<PlaceReading | null>;
}

/** What CloudWatch says of places that something would be sent to, asked seldom. */
export class PlaceLooks {
  private readonly looks = new Map<string, Look>();

  constructor(
    private readonly sink: CloudSink,
    private readonly clock: Clock,
  ) {}

  /** Null when it does not say, in time or at all. `sentMs`: when something was sent there last, which makes what is missing. */
  async at(destination: Destination, sentMs: number | null): Promise<PlaceReading | null> {
    const key = destinationKey(destination);
    const nowMs = Number(this.clock.nowNs() / 1_000_000n);
    const known = this.looks.get(key);
    if (known !== undefined) {
      const reading = await known.reading;
      const isMade = saysMissing(reading) && sentMs !== null && sentMs >= known.atMs;
      if (nowMs - known.atMs < (reading === null ? badMs : goodMs) && !isMade) return reading;
    }
    const reading = this.ask(destination);
    if (this.looks.size >= placesMax) this.looks.clear();
    this.looks.set(key, { atMs: nowMs, reading });
    return await reading;
  }

  /** The way there is another: what was known need not hold. */
  forget(): void {
    this.looks.clear();
  }

  private async ask(destination: Destination): Promise<PlaceReading | null> {
    const reading = await this.sink.look(destination, AbortSignal.timeout(waitMsMax));
    return reading.type === 'log' || reading.type === 'metric' ? reading : null;
  }
}

function saysMissing(reading: PlaceReading | null): boolean {
  return reading?.type === 'log' && !reading.stream;
}
