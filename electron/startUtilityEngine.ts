import { fileURLToPath } from 'node:url';
import { utilityProcess, type MessagePortMain } from 'electron';
import { engineV8Flags } from '../main/engine/engineV8Flags.js';
import type { EngineChild } from './EngineSupervisor.js';
import type { RotatingLog } from './RotatingLog.js';

const entry = fileURLToPath(new URL('engineProcess.js', import.meta.url));

/** Starts the engine in an Electron utility process. What it prints goes to its log, also the last words of a crash. */
export function startUtilityEngine(log: RotatingLog): EngineChild<MessagePortMain> {
  // The AWS SDK warns of Node 20's end on every start; which Node this is, is Electron's to say.
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const execArgv = [`--js-flags=${engineV8Flags.join(' ')}`];
  const child = utilityProcess.fork(entry, [], { serviceName: 'Tether engine', stdio: 'pipe', env, execArgv });
  logLines(child.stdout, log);
  logLines(child.stderr, log);
  child.once('spawn', () => {
    log.write(`[engine] process ${child.pid ?? 'unknown'}`);
  });
  return {
    send: (message, ports) => {
      child.postMessage(message, [...ports]);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onExit: (listener) => {
      child.once('exit', listener);
    },
    kill: () => {
      // `child.kill()` asks politely; what does not answer a message may not answer that either.
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}

/** The longest line that is put together; the rest of a longer one stands on a line of its own. */
const lineCharactersMax = 16_384;

function logLines(stream: NodeJS.ReadableStream | null, log: RotatingLog): void {
  let open = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const lines = (open + text).split('\n');
    open = lines.pop() ?? '';
    for (const line of lines) log.write(line);
    if (open.length > lineCharactersMax) {
      log.write(open);
      open = '';
    }
  });
  stream?.on('end', () => {
    if (open !== '') log.write(open);
  });
}
