import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { vi } from 'vitest';
import { type Bridge, settingsSchema } from '../main/contract/bridge.js';
import { calls, type CallInput, type CallName, type CallOutput, isCallName } from '../main/contract/calls.js';
import type { RobotStatus, StatusFrame } from '../main/contract/frames.js';
import { type Answer, type PageMessage } from '../main/contract/port.js';
import { patient } from '../main/model/patient.test-support.js';
import type { PagePort } from './bridge/EngineLink.js';
import { Session } from './bridge/Session.js';
import { SessionContext } from './bridge/useSession.js';
import { FakeCalls } from './dev/FakeCalls.js';
import { fakeStatus } from './dev/fakeStatus.js';
import { plainBridge } from './dev/plainBridge.js';
import { storyOf } from './dev/stories.js';
import { setPage } from './stores/pageStore.js';
import { mantineTheme } from './theme/mantineTheme.js';

type Answers = {
  -readonly [N in CallName]?: (
    input: CallInput<N>,
  ) => Promise<Answer['result'] | CallOutput<N>> | Answer['result'] | CallOutput<N>;
};

/**
 * Parts of the page in a document of their own (`@vitest-environment happy-dom`), with the page's real session and stores.
 * The engine behind its port is the fake one of `renderer/dev`, but for the answers that a test gives in its place.
 */
export class PageBench {
  readonly session: Session;
  /** Every call that the page made, in order; the input is one that the contract takes. */
  readonly asked: { readonly name: CallName; readonly input: unknown }[] = [];
  readonly answers: Answers = {};
  status: StatusFrame;
  private readonly port: PagePort;
  private readonly element = document.createElement('div');
  private root: Root | null = null;

  /** A state of `renderer/dev`. */
  constructor(state = 'offline') {
    const story = storyOf(state);
    const fake = new FakeCalls(story);
    this.status = fakeStatus(story, fake, 1, Date.now());
    const settings = settingsSchema.parse({ desk: 'cache', robot: 'rover-7' });
    const facts = {
      version: '0',
      runtime: 'a test',
      platform: 'linux',
      settings,
      settingsProblems: [],
      styleNonce: '',
    };
    this.session = new Session(bridge, facts);
    this.port = {
      onmessage: null,
      close: () => undefined,
      postMessage: (message: PageMessage) => {
        if (message.type === 'call') void this.answer(message.id, message.name, message.input, fake);
      },
    };
    this.session.link.attach(this.port);
    this.tell();
  }

  get robot(): RobotStatus {
    const [robot] = this.status.robots;
    if (robot === undefined) throw new Error('there is no robot');
    return robot;
  }

  /** A new status, with the first robot changed. */
  tell(changes: Partial<RobotStatus> = {}): void {
    const [first, ...others] = this.status.robots;
    this.status = {
      ...this.status,
      atMs: Date.now(),
      robots: first === undefined ? [] : [{ ...first, ...changes }, ...others],
    };
    this.port.onmessage?.({ data: this.status });
  }

  show(content: ReactNode): void {
    document.body.append(this.element);
    this.root ??= createRoot(this.element);
    this.root.render(
      <SessionContext value={this.session}>
        <MantineProvider theme={mantineTheme} env="test">
          {content}
        </MantineProvider>
      </SessionContext>,
    );
  }

  close(): void {
    this.root?.unmount();
    this.element.remove();
    setPage({ notices: [] });
  }

  /** Waits for it. */
  async find(testId: string): Promise<HTMLElement> {
    return await vi.waitFor(() => {
      const found = this.query(testId);
      if (found === null) throw new Error(`there is no ${testId} in: ${document.body.textContent}`);
      return found;
    }, patient);
  }

  query(testId: string): HTMLElement | null {
    return document.querySelector<HTMLElement>(`[data-testid="${testId}"]`);
  }

  queryAll(testId: string): readonly HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)];
  }

  async click(testId: string): Promise<void> {
    const found = await this.find(testId);
    await vi.waitFor(() => {
      if (found instanceof HTMLButtonElement && found.disabled) throw new Error(`${testId} cannot be pressed`);
    }, patient);
    found.click();
  }

  /** As a person would fill a field. */
  async fill(testId: string, text: string): Promise<void> {
    const found = await this.find(testId);
    if (!(found instanceof HTMLInputElement)) throw new Error(`${testId} is no input`);
    // React looks at the value that it wrote itself, and would see no change.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(found, text);
    found.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** Inputs of the calls of that name so far. */
  inputsOf<N extends CallName>(name: N): CallInput<N>[] {
    return this.asked.filter((call) => call.name === name).map(({ input }) => input as CallInput<N>);
  }

  private async answer(id: number, name: string, input: unknown, fake: FakeCalls): Promise<void> {
    if (!isCallName(name)) throw new Error(`there is no call ${name}`);
    calls[name].input.parse(input);
    this.asked.push({ name, input });
    const own = this.answers[name] as ((input: unknown) => unknown) | undefined;
    const given = own === undefined ? fake.answer(name, input, []) : await own(input);
    const isResult = typeof given === 'object' && given !== null && 'ok' in given;
    const result = isResult ? (given as Answer['result']) : { ok: true as const, value: given };
    this.port.onmessage?.({ data: { type: 'answer', id, result } satisfies Answer });
  }
}

const bridge: Bridge = {
  ...plainBridge,
  facts: () => Promise.reject(new Error('the session has them')),
};
