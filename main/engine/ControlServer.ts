import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { CallDispatcher } from './CallDispatcher.js';

const requestSchema = z.object({ id: z.number(), name: z.string(), input: z.unknown() });

/**
 * The owner's local socket: the command line hands `flush` and the like to the engine that owns the caches. JSON lines,
 * `{ id, name, input }` in, `{ id, result }` out. Only this user can open it.
 */
export class ControlServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly socketPath: string,
  ) {}

  /** The place is chosen first, because the caches' owner files name it before the calls can be answered. */
  static placeFor(home: string): string {
    const wanted = path.join(home, 'run', `${process.pid}.sock`);
    if (Buffer.byteLength(wanted) <= socketPathBytesMax) return wanted;
    return path.join(os.tmpdir(), `tether-${process.pid}.sock`);
  }

  static async start(socketPath: string, dispatcher: CallDispatcher): Promise<ControlServer> {
    // Closed to others from the start: between listening and chmod the socket has the umask's mode.
    await mkdir(path.dirname(socketPath), { recursive: true, mode: 0o700 });
    await rm(socketPath, { force: true });
    const server = createServer();
    const control = new ControlServer(server, socketPath);
    server.on('connection', (socket) => {
      control.serve(socket, dispatcher);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
    await chmod(socketPath, 0o600);
    return control;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    await rm(this.socketPath, { force: true });
  }

  private serve(socket: Socket, dispatcher: CallDispatcher): void {
    if (this.sockets.size >= connectionsMax) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    const gone = new AbortController();
    socket.on('close', () => {
      gone.abort();
      this.sockets.delete(socket);
    });
    socket.on('error', () => socket.destroy());
    const lines = createInterface({ input: socket });
    // readline hands the socket's errors on as its own: unheard, a reset connection would end the engine.
    lines.on('error', () => socket.destroy());
    let pendingBytes = 0;
    socket.on('data', (chunk) => {
      pendingBytes += chunk.length;
      if (pendingBytes > lineBytesMax) socket.destroy();
    });
    lines.on('line', (line) => {
      pendingBytes = 0;
      void answer(line, dispatcher, gone.signal).then((text) => {
        if (text !== null && !socket.destroyed) socket.write(`${text}\n`);
      });
    });
  }
}

async function answer(line: string, dispatcher: CallDispatcher, signal: AbortSignal): Promise<string | null> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return null;
  }
  const request = requestSchema.safeParse(parsed);
  if (!request.success) return null;
  const { id, name, input } = request.data;
  return JSON.stringify({ id, result: await dispatcher.call(name, input, { watch: null, signal }) });
}

/** Linux: sun_path has 108 bytes with its closing zero (unix(7)). */
const socketPathBytesMax = 107;
const connectionsMax = 16;
const lineBytesMax = 4 * 1024 * 1024;
