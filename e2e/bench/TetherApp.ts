import { expect, type ElectronApplication, type Locator, type Page } from '@playwright/test';
import { launchDriven } from '../../scripts/check/launchDriven.mjs';
import { appProcesses } from './appProcesses.js';
import { asNobodyFile } from './paths.js';
import { readToolchain } from './readToolchain.js';

export interface LaunchOptions {
  readonly home: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Run it as the user nobody, with Chromium's sandbox in force. Only root can. */
  readonly asNobody?: boolean;
}

type Desk = 'logs' | 'metrics' | 'cache' | 'config';

/** The real app in the real Electron, seen as a person sees it: through its page. */
export class TetherApp {
  private constructor(
    readonly home: string,
    readonly electron: ElectronApplication,
    readonly page: Page,
    readonly pid: number,
  ) {}

  static async launch({ home, environment = {}, args = [], asNobody = false }: LaunchOptions): Promise<TetherApp> {
    const electron = await launchDriven({
      electron: readToolchain().electron,
      appArgs: args,
      environment: {
        ...environment,
        TETHER_HOME: home,
        ROS_AUTOMATIC_DISCOVERY_RANGE: 'LOCALHOST',
        ...(asNobody ? { HOME: home } : {}),
      },
      wrapper: asNobody ? asNobodyFile : null,
    });
    const pid = electron.process().pid;
    if (pid === undefined) throw new Error('Electron has no process id');
    return new TetherApp(home, electron, await electron.firstWindow(), pid);
  }

  get rows(): Locator {
    return this.page.getByTestId('log-row');
  }

  rung(name: 'robot' | 'topics' | 'disk' | 'internet' | 'account'): Locator {
    return this.page.getByTestId(`ladder-${name}`);
  }

  async open(desk: Desk): Promise<void> {
    await this.page.getByTestId(`tab-${desk}`).click();
  }

  /** By its words through the palette, by keyboard. */
  async command(words: string): Promise<void> {
    const palette = this.page.getByRole('dialog');
    await this.page.keyboard.press('Control+k');
    await expect(palette.locator('input')).toBeFocused();
    await this.page.keyboard.type(words);
    await this.page.keyboard.press('Enter');
    await expect(palette).toHaveCount(0);
  }

  /** A figure of the bottom bar. */
  async figure(name: 'pending' | 'cached' | 'lost'): Promise<number> {
    return Number(await this.page.getByTestId(`bottom-${name}`).getAttribute('data-value'));
  }

  async received(kind: 'logs' | 'metrics'): Promise<number> {
    return Number(await this.page.getByTestId('received-count').getAttribute(`data-${kind}`));
  }

  async expectFigure(name: 'pending' | 'cached' | 'lost', value: number, timeoutMs: number): Promise<void> {
    await expect(this.page.getByTestId(`bottom-${name}`)).toHaveAttribute('data-value', String(value), {
      timeout: timeoutMs,
    });
  }

  async expectReceived(kind: 'logs' | 'metrics', atLeast: number, timeoutMs: number): Promise<void> {
    await expect.poll(() => this.received(kind), { timeout: timeoutMs }).toBeGreaterThanOrEqual(atLeast);
  }

  /** Opens the flush dialog, and confirms. */
  async flush(): Promise<void> {
    await this.page.getByTestId('bottom-flush').click();
    await this.page.getByTestId('flush-confirm').click();
  }

  /** As a person closes it; resolves when the last of its processes is gone. */
  async close(): Promise<void> {
    await this.electron.close();
    await this.#gone();
  }

  /** SIGKILL to everything that belongs to it, at once. */
  async killAll(): Promise<void> {
    for (const { pid } of appProcesses(this.home)) process.kill(pid, 'SIGKILL');
    await this.#gone();
  }

  async #gone(): Promise<void> {
    await expect.poll(() => appProcesses(this.home), { timeout: 30_000 }).toEqual([]);
  }
}
