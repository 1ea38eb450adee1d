import { packFrame } from '../contract/packedFrame.js';
import { pageMessageSchema } from '../contract/port.js';
import type { StatusFrame } from '../contract/frames.js';
import { PageFeed } from '../live/PageFeed.js';
import type { Clock } from '../seams/Clock.js';
import type { CallDispatcher } from './CallDispatcher.js';
import type { PagePort } from './PagePort.js';
import type { RobotSession } from './RobotSession.js';

/** One page: its calls answered, the robot it looks at fed to it. */
export class PageConnection {
  private feed: PageFeed | null = null;
  private watched: RobotSession | null = null;
  private wanted: string | null = null;
  private readonly gone = new AbortController();

  constructor(
    private readonly port: PagePort,
    private readonly dispatcher: CallDispatcher,
    private readonly sessions: ReadonlyMap<string, RobotSession>,
    private readonly clock: Clock,
    private readonly onClosed: (connection: PageConnection) => void,
  ) {
    port.onMessage((message) => {
      this.receive(message);
    });
    port.onClose(() => {
      this.gone.abort();
      this.stop();
      this.onClosed(this);
    });
    port.start();
  }

  sendStatus(frame: StatusFrame): void {
    this.port.postMessage(frame);
    this.follow();
  }

  stop(): void {
    this.feed?.stop();
    this.feed = null;
    this.watched = null;
  }

  private receive(message: unknown): void {
    const parsed = pageMessageSchema.safeParse(message);
    if (!parsed.success) return;
    if (parsed.data.type === 'ack') {
      this.feed?.acknowledge(parsed.data.sequence);
      return;
    }
    const { id, name, input } = parsed.data;
    const watch = (robot: string | null): void => {
      this.wanted = robot;
      this.stop();
      this.follow();
    };
    void this.dispatcher.call(name, input, { watch, signal: this.gone.signal }).then((result) => {
      this.port.postMessage({ type: 'answer', id, result });
    });
  }

  /** The wanted robot may be opened, or opened anew, after the page asked for it. */
  private follow(): void {
    const session = this.wanted === null ? undefined : this.sessions.get(this.wanted);
    if (session === (this.watched ?? undefined)) return;
    this.stop();
    if (session === undefined) return;
    this.watched = session;
    this.feed = new PageFeed(session.name, session.logs, session.metrics, this.clock, (frame) => {
      this.port.postMessage(packFrame(frame));
    });
  }
}
