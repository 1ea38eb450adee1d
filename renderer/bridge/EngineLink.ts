import { calls, type CallInput, type CallName, type CallOutput } from '../../main/contract/calls.js';
import type { RobotFrame, StatusFrame } from '../../main/contract/frames.js';
import { unpackFrame } from '../../main/contract/packedFrame.js';
import { answerSchema, type EngineMessage, type PageMessage } from '../../main/contract/port.js';
import { fail, type Problem, type Result, succeed } from '../../main/model/Problem.js';
import { unreachable } from '../../main/model/unreachable.js';

/** The part of a MessagePort that is used: so that a test can hand in Node's. */
export interface PagePort {
  postMessage(message: PageMessage): void;
  close(): void;
  onmessage: ((event: { data: unknown }) => void) | null;
}

export interface FrameReceiver {
  /** Puts the frame into the stores. The frame is acknowledged when this returns. */
  takeRobotFrame(frame: RobotFrame): void;
  takeStatusFrame(frame: StatusFrame): void;
  /** A new port is in use: what was asked of the engine before (which robot to watch) must be asked again. */
  takeConnection(): void;
}

interface OpenCall {
  readonly settle: (result: Result<unknown>) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * The page's end of the engine's port. Calls are answered, refused or timed out, never left open: a new port (the engine
 * was started again) ends all calls of the old one. A robot frame is acknowledged only once it is in the stores.
 */
export class EngineLink {
  private port: PagePort | null = null;
  private readonly openCalls = new Map<number, OpenCall>();
  private lastCallId = 0;

  constructor(private readonly receiver: FrameReceiver) {}

  get connected(): boolean {
    return this.port !== null;
  }

  attach(port: PagePort): void {
    this.detach();
    this.port = port;
    port.onmessage = (event) => {
      // Messages of an older port may still be under way when a new one has come.
      if (this.port === port) this.take(event.data as EngineMessage);
    };
    this.receiver.takeConnection();
  }

  detach(): void {
    if (this.port !== null) {
      this.port.onmessage = null;
      this.port.close();
      this.port = null;
    }
    for (const call of this.openCalls.values()) {
      clearTimeout(call.timer);
      call.settle(engineGone());
    }
    this.openCalls.clear();
  }

  async call<N extends CallName>(
    name: N,
    input: CallInput<N>,
    timeoutMs: number = callTimeoutMs,
  ): Promise<Result<CallOutput<N>>> {
    const port = this.port;
    if (port === null) return engineGone();
    if (this.openCalls.size >= openCallsMax) {
      return fail(
        'too-many-calls',
        'The engine has not answered earlier requests yet.',
        'Wait a moment, then try again.',
      );
    }
    const answer = await new Promise<Result<unknown>>((settle) => {
      this.lastCallId += 1;
      const id = this.lastCallId;
      const timer = setTimeout(() => {
        this.openCalls.delete(id);
        settle(fail('timeout', `The engine did not answer (${name}).`, 'Try again; if it stays so, restart Tether.'));
      }, timeoutMs);
      this.openCalls.set(id, { settle, timer });
      port.postMessage({ type: 'call', id, name, input });
    });
    if (!answer.ok) return answer;
    const output = calls[name].output.safeParse(answer.value);
    if (output.success) return succeed(output.data as CallOutput<N>);
    return fail('bad-answer', `The engine gave an answer that the page cannot read (${name}).`, 'Restart Tether.');
  }

  private take(message: EngineMessage): void {
    switch (message.type) {
      case 'answer':
        this.takeAnswer(message);
        return;
      case 'robot':
        this.receiver.takeRobotFrame(unpackFrame(message));
        this.port?.postMessage({ type: 'ack', sequence: message.sequence });
        return;
      case 'status':
        this.receiver.takeStatusFrame(message);
        return;
      default:
        unreachable(message);
    }
  }

  private takeAnswer(message: unknown): void {
    const answer = answerSchema.safeParse(message);
    if (!answer.success) return;
    const call = this.openCalls.get(answer.data.id);
    if (call === undefined) return;
    this.openCalls.delete(answer.data.id);
    clearTimeout(call.timer);
    call.settle(answer.data.result);
  }
}

function engineGone(): { readonly ok: false; readonly problem: Problem } {
  return fail('engine-gone', 'The engine is being started again.', 'What is on disk is safe; try again in a moment.');
}

export const callTimeoutMs = 15_000;
const openCallsMax = 256;
