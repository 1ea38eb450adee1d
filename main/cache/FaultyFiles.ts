import { type FileSystem, nodeFileSystem, type OpenFile } from './FileSystem.js';

/** What goes wrong, and where. */
export interface Fault {
  /** `write`: the disk takes `bytes` more bytes, then none. */
  readonly what: 'write' | 'datasync' | 'open';
  readonly code: string;
  /** Only paths that contain this. */
  readonly path: string;
  /** Bytes that a disk still takes before it is full. */
  bytes?: number;
}

/** The real file system, with faults that a test switches on and off. */
export class FaultyFiles implements FileSystem {
  fault: Fault | null = null;
  failures = 0;
  /** What the disk says of itself: plenty, wherever the tests run. */
  disk = { free: 500e9, total: 1000e9 };
  /** How often it was asked. */
  diskAsked = 0;
  /** Each `fdatasync` waits for this first. */
  beforeDatasync: (path: string) => Promise<void> = () => Promise.resolve();

  createSynced(path: string): Promise<OpenFile> {
    return this.open(path, 'wx');
  }

  async open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<OpenFile> {
    if (flags !== 'r') this.#failIf('open', path);
    const file = await nodeFileSystem.open(path, flags);
    return {
      ...file,
      write: async (data, position) => {
        const fault = this.#faultAt('write', path);
        if (fault === null) return file.write(data, position);
        const room = fault.bytes ?? 0;
        if (room === 0) this.#failIf('write', path);
        const taken = Math.min(room, data.byteLength);
        fault.bytes = room - taken;
        return file.write(data.subarray(0, taken), position);
      },
      datasync: async () => {
        await this.beforeDatasync(path);
        await file.datasync();
        this.#failIf('datasync', path);
      },
    };
  }

  list(folder: string): Promise<readonly string[]> {
    return nodeFileSystem.list(folder);
  }
  size(path: string): Promise<number> {
    return nodeFileSystem.size(path);
  }
  makeFolder(path: string, recursive: boolean): Promise<void> {
    return nodeFileSystem.makeFolder(path, recursive);
  }
  rename(from: string, to: string): Promise<void> {
    return nodeFileSystem.rename(from, to);
  }
  link(from: string, to: string): Promise<void> {
    return nodeFileSystem.link(from, to);
  }
  remove(path: string): Promise<void> {
    return nodeFileSystem.remove(path);
  }
  syncFolder(path: string): Promise<void> {
    return nodeFileSystem.syncFolder(path);
  }
  freeBytes(): Promise<{ readonly free: number; readonly total: number }> {
    this.diskAsked += 1;
    return Promise.resolve(this.disk);
  }

  #faultAt(what: Fault['what'], path: string): Fault | null {
    return this.fault?.what === what && path.includes(this.fault.path) ? this.fault : null;
  }

  #failIf(what: Fault['what'], path: string): void {
    const fault = this.#faultAt(what, path);
    if (fault === null) return;
    this.failures += 1;
    throw Object.assign(new Error(`${fault.code}: made by a test`), { code: fault.code });
  }
}
