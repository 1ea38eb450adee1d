import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const bookmarkSchema = z.object({ version: z.literal(1), identity: z.string(), messages: z.number().int().min(0) });

/** How far a recording was taken in: a small file beside the robot's cache. */
export interface ReplayBookmark {
  /** Messages that were taken in; 0 for another recording. */
  read(identity: string): Promise<number>;
  write(identity: string, messages: number): Promise<void>;
}

export class FileBookmark implements ReplayBookmark {
  constructor(private readonly file: string) {}

  async read(identity: string): Promise<number> {
    try {
      const bookmark = bookmarkSchema.parse(JSON.parse(await readFile(this.file, 'utf8')));
      return bookmark.identity === identity ? bookmark.messages : 0;
    } catch {
      return 0;
    }
  }

  async write(identity: string, messages: number): Promise<void> {
    await mkdir(path.dirname(this.file), { recursive: true });
    const part = `${this.file}.part`;
    await writeFile(part, JSON.stringify({ version: 1, identity, messages }));
    await rename(part, this.file);
  }
}
