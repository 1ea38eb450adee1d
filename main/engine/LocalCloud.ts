import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { EngineOptions } from './EngineOptions.js';

const listeningSchema = z.object({ event: z.literal('listening'), url: z.string() });

/**
 * The local CloudWatch of a first run without an AWS account, as a process of its own on loopback. Started when a robot's
 * file asks for `cloud: local`, and again (on the same port) when it dies.
 */
export class LocalCloud {
  private child: ChildProcess | null = null;
  private endpointNow: string | null;
  private port = 0;
  private stopped = false;
  private starting = false;

  constructor(private readonly options: EngineOptions) {
    this.endpointNow = options.localCloudEndpoint;
  }

  /** Null until it listens. */
  endpoint(): string | null {
    return this.endpointNow;
  }

  ensureStarted(): void {
    if (this.endpointNow !== null || this.starting || this.stopped) return;
    this.starting = true;
    this.run().catch((error: unknown) => {
      this.options.log(`local CloudWatch: ${String(error)}`);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const child = this.child;
    if (child === null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    child.kill('SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, stopMsMax))]);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }

  private async run(): Promise<void> {
    const store = path.join(this.options.home, 'localcloud');
    await mkdir(store, { recursive: true });
    if (this.stopped) return;
    const script = path.join(this.options.appRoot, 'build/main/localcloud/serveLocalCloudWatch.js');
    const { execPath, args, environment } = this.options.runtime;
    const child = spawn(
      execPath,
      [...args, script, '--port', String(this.port), '--store', store, '--exit-with-stdin'],
      { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.options.log(`local CloudWatch: ${chunk.toString().trimEnd()}`);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      this.readLine(line);
    });
    lines.on('error', (error: Error) => {
      this.options.log(`local CloudWatch: ${error.message}`);
    });
    child.on('error', (error) => {
      this.options.log(`local CloudWatch could not be started: ${error.message}`);
    });
    // `close` comes after an exit and after a failed spawn alike.
    child.on('close', () => {
      this.child = null;
      this.runAgainLater();
    });
  }

  private runAgainLater(): void {
    setTimeout(() => {
      if (this.stopped) return;
      this.run().catch((error: unknown) => {
        this.options.log(`local CloudWatch: ${String(error)}`);
        this.runAgainLater();
      });
    }, restartMs).unref();
  }

  private readLine(line: string): void {
    let parsed: unknown;
    try {
      parsed = JSON.parse(line);
    } catch {
      this.options.log(`local CloudWatch: ${line}`);
      return;
    }
    const listening = listeningSchema.safeParse(parsed);
    if (!listening.success) return;
    this.endpointNow = listening.data.url;
    this.port = Number(new URL(listening.data.url).port);
  }
}

const restartMs = 1_000;
const stopMsMax = 2_000;
