import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const memorySchema = z.object({ disconnected: z.array(z.string()) });

/** Which robots a person disconnected: all others are connected when the app starts. A lost file only means "connect". */
export class ConnectionMemory {
  private disconnected = new Set<string>();

  constructor(private readonly file: string) {}

  async load(): Promise<void> {
    try {
      const parsed = memorySchema.safeParse(JSON.parse(await readFile(this.file, 'utf8')));
      if (parsed.success) this.disconnected = new Set(parsed.data.disconnected);
    } catch {
      this.disconnected = new Set();
    }
  }

  isDisconnected(robot: string): boolean {
    return this.disconnected.has(robot);
  }

  async setDisconnected(robot: string, disconnected: boolean): Promise<void> {
    if (disconnected === this.disconnected.has(robot)) return;
    if (disconnected) this.disconnected.add(robot);
    else this.disconnected.delete(robot);
    await mkdir(path.dirname(this.file), { recursive: true });
    const temporary = `${this.file}.new`;
    await writeFile(temporary, JSON.stringify({ disconnected: [...this.disconnected] }));
    await rename(temporary, this.file);
  }
}
