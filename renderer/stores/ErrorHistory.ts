import type { CallInput, CallOutput } from '../../main/contract/calls.js';
import type { Result } from '../../main/model/Problem.js';
import type { ErrorMarks } from './ErrorMarks.js';

type ReadErrorTimes = (
  input: Omit<CallInput<'logs.errorTimes'>, 'robot'>,
) => Promise<Result<CallOutput<'logs.errorTimes'>>>;

/** Puts errors that are on disk among those that came while the page was open, as far back as charts are looked at. */
export class ErrorHistory {
  private isReading = false;
  private waitUntilMs = 0;

  constructor(
    private readonly marks: ErrorMarks,
    private readonly read: ReadErrorTimes,
    private readonly onTimes: () => void,
  ) {}

  /** Sees to it that errors are known from this moment of robot time on; one stretch is read at a time. */
  need(fromMs: number): void {
    const { marks } = this;
    if (this.isReading || fromMs >= marks.knownFromMs || marks.full || performance.now() < this.waitUntilMs) return;
    void this.readBackTo(Math.max(0, fromMs));
  }

  private async readBackTo(sinceMs: number): Promise<void> {
    const { marks } = this;
    const { era, knownFromMs } = marks;
    this.isReading = true;
    // A robot's clock may be ahead of the laptop's.
    const untilMs = knownFromMs === Infinity ? Date.now() + clockAheadMs : knownFromMs;
    const answer = await this.read({ sinceMs, untilMs });
    this.isReading = false;
    if (marks.era !== era) return;
    if (!answer.ok) {
      this.waitUntilMs = performance.now() + retryAfterMs;
      return;
    }
    const { timesMs, complete } = answer.value;
    marks.takeOlder(timesMs, complete ? sinceMs : (timesMs[0] ?? sinceMs));
    this.onTimes();
  }
}

const clockAheadMs = 86_400_000;
const retryAfterMs = 10_000;
