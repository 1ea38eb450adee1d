import { type Bridge, type EngineState, settingsSchema, themes } from '../../main/contract/bridge.js';
import { FakeEngine } from './FakeEngine.js';
import { plainBridge } from './plainBridge.js';
import { storyOf } from './stories.js';

/** Puts a `window.tether` in place whose engine is a story in this page, speaking the real port protocol. */
export function installFakeBridge(query: URLSearchParams): void {
  const story = storyOf(query.get('state'));
  const engine = new FakeEngine(story);
  const settings = settingsSchema.parse({
    theme: themes.find((theme) => theme === query.get('theme')) ?? 'dark',
    desk: query.get('desk') ?? 'logs',
    robot: query.get('robot') ?? (story.robots ? 'rover-7' : null),
  });
  const bridge: Bridge = {
    ...plainBridge,
    facts: () =>
      Promise.resolve({
        version: '0.1.0',
        runtime: 'fake engine',
        platform: 'browser',
        settings,
        settingsProblems: [],
        styleNonce: query.get('nonce') ?? 'fake-nonce',
      }),
    copyText: (text) => navigator.clipboard.writeText(text).catch(() => undefined),
    requestPort: () => {
      const { port1, port2 } = new MessageChannel();
      engine.serve(port2);
      window.postMessage({ type: 'tether:port' }, '*', [port1]);
    },
    onEngineState: (listener: (state: EngineState) => void) => {
      if (story.engine !== null) listener(story.engine);
      return () => undefined;
    },
  };
  Object.defineProperty(window, 'tether', { value: bridge });
}
