import type { MessagePortMain } from 'electron';
import { Engine } from '../main/engine/Engine.js';
import type { PagePort } from '../main/engine/PagePort.js';
import { unreachable } from '../main/model/unreachable.js';
import { systemClock } from '../main/seams/Clock.js';
import { toEngineSchema, type EngineProcessOptions, type FromEngine } from './engineMessages.js';

/**
 * The entry of the engine's utility process: the engine of `main/`, with ports for pages. Main owns its life: it is opened
 * by main's first message and closed by its last. Signals that a terminal sends to all of a group are left to main, so that
 * Ctrl C closes in order.
 */
const { parentPort } = process;
let opening: Promise<Engine | null> | null = null;
let closing = false;

parentPort.on('message', ({ data, ports }) => {
  const parsed = toEngineSchema.safeParse(data);
  if (!parsed.success) {
    log('main sent something that is not a message; ignored');
    return;
  }
  const message = parsed.data;
  switch (message.type) {
    case 'open':
      opening ??= open(message.options);
      break;
    case 'page':
      void attachPage(ports[0]);
      break;
    case 'limits':
      void opening?.then((engine) => engine?.setLimits(message.limits));
      break;
    case 'close':
      void close();
      break;
    default:
      unreachable(message);
  }
});

process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => {
  void close();
});

async function open(options: EngineProcessOptions): Promise<Engine | null> {
  const opened = await Engine.open({ ...options, openRobots: true, clock: systemClock, log });
  if (opened.ok) {
    tell({ type: 'ready' });
    return opened.value;
  }
  tell({ type: 'failed', problem: opened.problem });
  // The message is on its way before the process ends: Electron flushes the channel on an orderly exit.
  setImmediate(() => process.exit(1));
  return null;
}

async function attachPage(port: MessagePortMain | undefined): Promise<void> {
  const engine = await opening;
  if (engine === null || port === undefined || closing) port?.close();
  else engine.attachPage(pagePort(port));
}

async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  const engine = await opening;
  await engine?.close();
  process.exit(0);
}

function pagePort(port: MessagePortMain): PagePort {
  return {
    postMessage: (message) => {
      port.postMessage(message);
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => {
        listener(data);
      });
    },
    onClose: (listener) => {
      port.on('close', listener);
    },
    start: () => {
      port.start();
    },
  };
}

function tell(message: FromEngine): void {
  parentPort.postMessage(message);
}

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}
