import { mkdirSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';

/** An editor's save is several events within a few milliseconds. */
const settleMs = 50;
/** For file systems that do not tell of changes, for links to files elsewhere, and for a folder that was replaced. */
const rescanIntervalMs = 3000;

/**
 * Notices that a file of a folder appeared, changed or went, by comparing signatures: the events of the file system only
 * say that it is time to look. What is there at the start is not told. Does not keep the process alive.
 */
export class FolderWatch {
  private known: ReadonlyMap<string, string>;
  private watcher: FSWatcher | null = null;
  private watchedInode: bigint | null = null;
  private settling: NodeJS.Timeout | null = null;
  private readonly rescanning: NodeJS.Timeout;

  constructor(
    private readonly folder: string,
    private readonly signatures: () => ReadonlyMap<string, string>,
    private readonly listener: (name: string) => void,
  ) {
    this.attach();
    this.known = signatures();
    this.rescanning = setInterval(() => {
      this.attach();
      this.look();
    }, rescanIntervalMs).unref();
  }

  stop(): void {
    clearInterval(this.rescanning);
    if (this.settling !== null) clearTimeout(this.settling);
    this.detach();
  }

  /** Does nothing while the folder is the one that is watched; a folder that cannot be watched is tried again later. */
  private attach(): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      const inode = statSync(this.folder, { bigint: true }).ino;
      if (inode === this.watchedInode) return;
      this.detach();
      this.watcher = watch(this.folder, { persistent: false });
      this.watchedInode = inode;
      this.watcher.on('change', () => {
        this.lookSoon();
      });
      this.watcher.on('error', () => {
        this.detach();
      });
    } catch {
      this.detach();
    }
  }

  private detach(): void {
    this.watcher?.close();
    this.watcher = null;
    this.watchedInode = null;
  }

  private lookSoon(): void {
    if (this.settling !== null) clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.look();
    }, settleMs).unref();
  }

  private look(): void {
    const before = this.known;
    const now = this.signatures();
    this.known = now;
    for (const name of new Set([...before.keys(), ...now.keys()])) {
      if (before.get(name) !== now.get(name)) this.listener(name);
    }
  }
}
