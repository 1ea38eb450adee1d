import { calls, isCallName } from '../../main/contract/calls.js';
import { framesUnacknowledgedMax, type Row, type RobotFrame, type StateChange } from '../../main/contract/frames.js';
import { packFrame } from '../../main/contract/packedFrame.js';
import { type Answer, pageMessageSchema } from '../../main/contract/port.js';
import { FakeCalls } from './FakeCalls.js';
import { fakeStatus } from './fakeStatus.js';
import type { Story } from './stories.js';
import { makeRandom, metrics, tellLine, tellMetric } from './story.js';

const frameMs = 33;
const statusMs = 400;
/** Lines of the window's newest part that are still on their way, when online. */
const sendingLag = 60;

/** An engine that tells a story instead of listening to a robot. Speaks the page's port like the real one. */
export class FakeEngine {
  private readonly random = makeRandom(20_261_121);
  private readonly rows: Row[] = [];
  private nextId = 1;
  private sentUpTo = 0;
  private stateUpTo = 0;
  private metricsUpTo: number;
  private sequence = 0;
  private readonly unacknowledged = new Set<number>();
  private readonly calls: FakeCalls;
  private port: MessagePort | null = null;
  private watched: string | null = null;
  private fresh = false;
  private owed = 0;
  private lastTick = Date.now();

  constructor(private readonly story: Story) {
    this.calls = new FakeCalls(story);
    const now = Date.now();
    const rate = Math.max(story.linesPerS, 14);
    const startMs = now - (story.history / rate) * 1000;
    this.metricsUpTo = now - 3_500_000;
    for (let count = 0; count < story.history; count += 1) {
      const even = (count + this.random()) / rate;
      // The rate breathes: times are drawn together and apart by a slow wave and by jitter of whole bursts.
      this.addLine(startMs + (even - 5 + 4 * Math.sin(even / 9) + 0.9 * Math.sin(even / 2.3)) * 1000);
    }
    setInterval(() => {
      this.tick();
    }, frameMs);
    setInterval(() => {
      this.tellStatus();
    }, statusMs);
  }

  serve(port: MessagePort): void {
    this.port = port;
    this.watched = null;
    port.onmessage = (event: MessageEvent<unknown>) => {
      const message = pageMessageSchema.parse(event.data);
      if (message.type === 'ack') this.unacknowledged.delete(message.sequence);
      else this.answer(message.id, message.name, message.input);
    };
    this.tellStatus();
  }

  private answer(id: number, name: string, input: unknown): void {
    const reply = (result: Answer['result']): void => {
      const answer: Answer = { type: 'answer', id, result };
      setTimeout(() => this.port?.postMessage(answer), 30);
    };
    if (!isCallName(name)) throw new Error(`unknown call ${name}`);
    calls[name].input.parse(input);
    if (name === 'live.watch') {
      this.watched = (input as { robot: string | null }).robot;
      this.fresh = true;
      this.sentUpTo = 0;
      this.unacknowledged.clear();
      reply({ ok: true, value: {} });
    } else {
      reply(this.calls.answer(name, input, this.rows));
    }
    this.tellStatus();
  }

  private addLine(timeMs: number): void {
    if (this.random() < 0.0006 && this.nextId > 50) {
      const count = Math.ceil(this.random() * 60);
      const reason = 'DDS history (/rosout)';
      this.rows.push({ type: 'gap', id: this.nextId, receivedMs: timeMs, stage: 'dds', count, reason });
    } else {
      const row = tellLine(this.random, this.nextId, timeMs);
      const refused = this.random() < 0.002;
      this.rows.push(refused ? { ...row, state: 'refused' } : row);
    }
    this.nextId += 1;
    if (this.rows.length > 200_000) this.rows.splice(0, 20_000);
  }

  private tick(): void {
    const now = Date.now();
    this.owed += ((now - this.lastTick) / 1000) * this.story.linesPerS;
    for (; this.owed >= 1; this.owed -= 1) this.addLine(this.lastTick + this.random() * (now - this.lastTick));
    this.lastTick = now;
    if (this.port === null || this.watched !== 'rover-7' || this.story.engine !== null) return;
    if (this.unacknowledged.size >= framesUnacknowledgedMax) return;
    this.sendFrame(now);
  }

  private sendFrame(now: number): void {
    const rows = this.rows.filter((row) => row.id > this.sentUpTo);
    const until = this.story.connected ? now : now - 130_000;
    const from = this.fresh ? now - 3_500_000 : this.metricsUpTo;
    const series = metrics
      .map((metric) => tellMetric(this.random, metric, from, until))
      .filter((update) => update.samples.length > 0);
    if (rows.length === 0 && series.length === 0 && !this.fresh) return;
    this.sentUpTo = rows.at(-1)?.id ?? this.sentUpTo;
    if (this.fresh) this.stateUpTo = 0;
    this.metricsUpTo = Math.max(until, this.metricsUpTo);
    this.sequence += 1;
    const frame: RobotFrame = {
      type: 'robot',
      robot: 'rover-7',
      sequence: this.sequence,
      fresh: this.fresh,
      rows,
      rowsLeftOut: 0,
      states: this.stateChanges(),
      series: this.story.history === 0 ? [] : series,
    };
    this.fresh = false;
    this.unacknowledged.add(this.sequence);
    this.port?.postMessage(packFrame(frame));
  }

  /** Online, lines go from disk to sending to sent; offline, those of before the cut are sent and the rest wait. */
  private stateChanges(): StateChange[] {
    const end = this.nextId - 1;
    if (this.story.link !== 'online') {
      if (this.stateUpTo > 0) return [];
      this.stateUpTo = Math.max(1, end - 19);
      return [
        { fromId: 1, toId: Math.max(1, end - 40), state: 'sent' },
        { fromId: Math.max(1, end - 29), toId: this.stateUpTo, state: 'cached' },
      ];
    }
    const sent = end - (end % 12) - sendingLag / 3;
    if (sent <= this.stateUpTo) return [];
    const changes: StateChange[] = [
      { fromId: this.stateUpTo, toId: sent, state: 'sent' },
      { fromId: sent + 1, toId: sent + 12, state: 'sending' },
    ];
    this.stateUpTo = sent;
    return changes;
  }

  private tellStatus(): void {
    this.port?.postMessage(fakeStatus(this.story, this.calls, this.nextId, Date.now()));
  }
}
