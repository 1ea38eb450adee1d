import { chmod, chown, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import { test } from './bench/Bench.js';
import type { TetherApp } from './bench/TetherApp.js';

/** The page is a stranger: asserted from inside it, and from the system's view of its process. */
declare global {
  interface Window {
    inlineScriptRan?: boolean;
  }
}

const bridgeFunctions = [
  'chooseFolder',
  'chooseRecording',
  'chooseSaveFile',
  'copyText',
  'facts',
  'notifyDesktop',
  'onEngineState',
  'openConsole',
  'requestPort',
  'saveFile',
  'saveSettings',
];

test('the page has no Node, no Electron, and of the bridge only its functions', async ({ bench }) => {
  const app = await bench.launch();
  const seen = await app.page.evaluate(() => ({
    nodeGlobals: ['require', 'process', 'module', 'exports', 'Buffer', 'global', '__dirname', 'setImmediate'].filter(
      (name) => name in window,
    ),
    electron: Object.keys(window).filter((name) => /electron|ipc/i.test(name)),
    bridge: Object.entries((window as unknown as { tether: object }).tether).map(([name, value]) => [
      name,
      typeof value,
    ]),
    origin: window.origin,
  }));
  expect(seen.nodeGlobals).toEqual([]);
  expect(seen.electron).toEqual([]);
  expect(seen.bridge.toSorted()).toEqual(bridgeFunctions.map((name) => [name, 'function']));
  expect(seen.origin).toBe('tether://app');
  await app.close();
});

test('the window asks for the sandbox, context isolation and no Node', async ({ bench }) => {
  const app = await bench.launch();
  const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
    // Not in Electron's public types, but the only way to see what is really in force.
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
  });
  await app.close();
});

test('the content security policy has no unsafe word, and holds', async ({ bench }) => {
  const app = await bench.launch();
  const policy = await policyOf(app);
  expect(policy).not.toContain('unsafe');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("connect-src 'none'");
  // Code that a debugger evaluates may do what a page may not; a timer's callback is the page's own again.
  const done = await app.page.evaluate(
    () =>
      new Promise<{ evaluated: string; inline: boolean; fetched: string }>((resolve) => {
        setTimeout(() => {
          const attempt = (action: () => unknown): string => {
            try {
              return `ran: ${String(action())}`;
            } catch (error) {
              return error instanceof Error ? error.name : String(error);
            }
          };
          const evaluated = attempt(() => (0, eval)('1 + 1'));
          const script = document.createElement('script');
          script.textContent = 'window.inlineScriptRan = true';
          document.body.append(script);
          const finish = (fetched: string): void => {
            resolve({ evaluated, inline: window.inlineScriptRan === true, fetched });
          };
          fetch('https://example.com/').then(
            () => {
              finish('answered');
            },
            (error: unknown) => {
              finish(error instanceof Error ? error.name : String(error));
            },
          );
        }, 0);
      }),
  );
  expect(done).toEqual({ evaluated: 'EvalError', inline: false, fetched: 'TypeError' });
  await app.close();
});

test('the page goes nowhere and opens nothing', async ({ bench }) => {
  const app = await bench.launch();
  await app.page.evaluate(() => {
    window.open('https://example.com/');
    window.location.href = 'https://example.com/';
  });
  await expect.poll(() => app.page.url()).toMatch(/^tether:\/\/app\//);
  expect(await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  const permission = await app.page.evaluate(
    async () => (await navigator.permissions.query({ name: 'geolocation' })).state,
  );
  expect(permission).toBe('denied');
  await app.close();
});

test('of the web it can have one thing opened: the CloudWatch console, in the person’s browser', async ({ bench }) => {
  const app = await bench.launch();
  await app.electron.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { openedOutside: opened });
    shell.openExternal = (url: string) => {
      opened.push(url);
      return Promise.resolve();
    };
  });
  const open = (url: string): Promise<string> =>
    app.page.evaluate(
      (address) =>
        (window as unknown as { tether: { openConsole(url: string): Promise<void> } }).tether.openConsole(address).then(
          () => 'opened',
          () => 'refused',
        ),
      url,
    );
  const console = 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups';
  expect(await open(console)).toBe('opened');
  for (const url of [
    'https://example.com/',
    'file:///etc/passwd',
    console.replace('.amazon.com', '.amazon.com.example'),
  ]) {
    expect(await open(url)).toBe('refused');
  }
  const opened = await app.electron.evaluate(
    () => (globalThis as unknown as { openedOutside: string[] }).openedOutside,
  );
  expect(opened).toEqual([console]);
  await app.close();
});

test("the page's process is sandboxed by the system when a person runs it", async ({ bench }) => {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await giveToNobody(bench.home);
  const app = await bench.launch(isRoot ? { asNobody: true } : {});
  await expect(app.page.getByTestId('engine-banner')).toBeHidden();
  const pid = await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  );
  if (pid === undefined) throw new Error('the page has no process');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  expect(status).toMatch(/^Seccomp:\s+2$/m);
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  expect(status).not.toMatch(/^Uid:\s+0\s/m);
  for (const { command } of await commandsOf(app.pid, pid)) expect(command).not.toContain('--no-sandbox');
  // A process of a sandboxed page lives in namespaces of its own.
  const own = await namespaceOf(app.pid);
  expect(await namespaceOf(pid)).not.toBe(own);
  await app.close();
});

async function policyOf(app: TetherApp): Promise<string> {
  return await app.electron.evaluate(async ({ session }) => {
    const answer = await session.defaultSession.fetch('tether://app/index.html');
    return answer.headers.get('content-security-policy') ?? '';
  });
}

/** Chromium asks whether the user can write there; nobody has no home of its own. */
async function giveToNobody(folder: string): Promise<void> {
  const nobody = 65_534;
  await chown(folder, nobody, nobody);
  await chmod(folder, 0o700);
  for (const name of await readdir(folder)) await chown(path.join(folder, name), nobody, nobody);
}

async function commandsOf(...pids: number[]): Promise<{ command: string }[]> {
  return await Promise.all(pids.map(async (pid) => ({ command: await readFile(`/proc/${pid}/cmdline`, 'utf8') })));
}

async function namespaceOf(pid: number): Promise<string> {
  const { readlink } = await import('node:fs/promises');
  return await readlink(`/proc/${pid}/ns/user`);
}
