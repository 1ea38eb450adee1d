import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RobotFileVersion } from '../seams/RobotFiles.js';
import { writeFileDurably } from './writeFileDurably.js';

/** Versions kept of one robot's file; the oldest go first. */
export const versionsMax = 50;
/** Bytes that they may take together. */
export const versionBytesMax = 4_000_000;

interface StoredVersion extends RobotFileVersion {
  readonly file: string;
}

/**
 * What a robot's file was before: `<robots>/.history/<robot>/<sequence>-<ms since the epoch>.yaml`, whole texts, the newest
 * being the file as it was last written or seen. Order is by sequence: clocks step.
 */
export class RobotFileHistory {
  constructor(private readonly folder: string) {}

  /** Newest first. */
  async list(robot: string): Promise<readonly RobotFileVersion[]> {
    return (await this.stored(robot)).map(({ id, atMs }) => ({ id, atMs })).toReversed();
  }

  /** Null when there is no such version. */
  async read(robot: string, id: number): Promise<string | null> {
    const found = (await this.stored(robot)).find((version) => version.id === id);
    return found === undefined ? null : await readFile(path.join(this.folderOf(robot), found.file), 'utf8');
  }

  /** Adds a text unless it is the newest already. Whoever calls sees to it that one robot's calls come one after the other. */
  async remember(robot: string, bytes: Uint8Array, atMs: number): Promise<void> {
    const folder = this.folderOf(robot);
    const stored = await this.stored(robot);
    const newest = stored.at(-1);
    if (newest !== undefined) {
      const known = await readFile(path.join(folder, newest.file)).catch(() => null);
      if (known?.equals(bytes) === true) return;
    }
    await mkdir(folder, { recursive: true });
    const id = (newest?.id ?? 0) + 1;
    const file = path.join(folder, `${String(id).padStart(8, '0')}-${atMs}.yaml`);
    await writeFileDurably(file, bytes, { exclusive: true, mode: 0o600 });
    await this.shorten(robot);
  }

  private async shorten(robot: string): Promise<void> {
    let bytes = 0;
    for (const [age, version] of (await this.stored(robot)).toReversed().entries()) {
      const file = path.join(this.folderOf(robot), version.file);
      bytes += (await readFile(file)).length;
      if (age > 0 && (age >= versionsMax || bytes > versionBytesMax)) await rm(file, { force: true });
    }
  }

  /** Oldest first. */
  private async stored(robot: string): Promise<readonly StoredVersion[]> {
    const files = await readdir(this.folderOf(robot)).catch((): string[] => []);
    return files
      .flatMap((file) => {
        const [, id, atMs] = /^(\d{8})-(\d{1,15})\.yaml$/.exec(file) ?? [];
        return id === undefined ? [] : [{ id: Number(id), atMs: Number(atMs), file }];
      })
      .toSorted((a, b) => a.id - b.id);
  }

  private folderOf(robot: string): string {
    return path.join(this.folder, robot);
  }
}
