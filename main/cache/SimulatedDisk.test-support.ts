import type { FileSystem, OpenFile } from './FileSystem.js';
import { chooser, SimulatedFile } from './SimulatedFile.test-support.js';

export interface Operation {
  readonly kind:
    | 'open'
    | 'create'
    | 'write'
    | 'read'
    | 'datasync'
    | 'truncate'
    | 'list'
    | 'size'
    | 'linkCount'
    | 'makeFolder'
    | 'rename'
    | 'link'
    | 'remove'
    | 'syncFolder';
  readonly path: string;
}

/** What changes the disk: a read-only one refuses these. */
export const changingKinds: ReadonlySet<Operation['kind']> = new Set([
  'create',
  'write',
  'datasync',
  'truncate',
  'makeFolder',
  'rename',
  'link',
  'remove',
]);

type Node = SimulatedFile | SimulatedFolder;

/** The names in a folder: as seen, and those each name has stood for since the last sync (the first is the synced one). */
class SimulatedFolder {
  readonly names = new Map<string, Node>();
  readonly dirty = new Map<string, (Node | null)[]>();
  /** Renames since the last sync: the file cannot be under neither name. */
  renames: { readonly from: string; readonly to: string; readonly node: Node }[] = [];

  set(name: string, node: Node | null): void {
    const versions = this.dirty.get(name) ?? [this.names.get(name) ?? null];
    versions.push(node);
    this.dirty.set(name, versions);
    if (node === null) this.names.delete(name);
    else this.names.set(name, node);
  }

  sync(): void {
    this.dirty.clear();
    this.renames = [];
  }

  /** One possible content after a power cut: for each name one of those it has stood for. */
  namesAfterPowerCut(random: () => number): Map<string, Node> {
    const choose = chooser(random);
    const names = new Map(this.names);
    const put = (name: string, node: Node | null): void => {
      if (node === null) names.delete(name);
      else names.set(name, node);
    };
    for (const [name, versions] of this.dirty) put(name, choose(versions));
    for (const { from, to, node } of this.renames) {
      // Renaming is one step: a name that was durable goes only when the new one comes.
      const wasDurable = this.dirty.get(from)?.[0] === node;
      const isNowhere = names.get(from) !== node && names.get(to) !== node;
      if (wasDurable && isNowhere && this.names.get(to) === node) put(to, node);
    }
    return names;
  }
}

/**
 * A disk in memory that keeps what POSIX promises and no more: what is written is seen at once and durable only after
 * `datasync` of that file; names are durable only after `syncFolder` of their folder, a folder's own name included.
 * `afterPowerCut` gives one of the contents that a power cut may leave, `afterProcessCrash` what a killed process leaves.
 * Paths are absolute. What never was on the disk reads as zeros: no other file's old bytes come up, as Linux has it.
 */
export class SimulatedDisk implements FileSystem {
  readonly #root: SimulatedFolder;
  /** Bytes that all files together may have. */
  bytesMax = Infinity;
  /** Gives the errno name with which an operation fails; it has no effect then (a failing `datasync`: see `failSync`). */
  failWith: (operation: Operation) => string | null = () => null;
  /** Called after each operation's effect, before the program learns of it: the place to cut the power. */
  afterOperation: (operation: Operation) => void = () => undefined;
  /** Turns of the event loop's microtasks that an operation takes. */
  turns: () => number = () => 1;
  operations = 0;
  failures = 0;
  #dead = false;

  constructor(root = new SimulatedFolder()) {
    this.#root = root;
  }

  /** Bytes of all files below a path. */
  bytes(path = '/'): number {
    let bytes = 0;
    const seen = new Set<Node>();
    const add = (node: Node): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (node instanceof SimulatedFile) bytes += node.size;
      else for (const inside of node.names.values()) add(inside);
    };
    const node = this.#find(path);
    if (node !== null) add(node);
    return bytes;
  }

  /** A test's own look at a file, and its own change to one: durable, and not an operation. */
  contentOf(path: string): Uint8Array {
    const file = this.#file(path);
    const content = new Uint8Array(file.size);
    file.read(content, 0);
    return content;
  }

  place(path: string, content: Uint8Array): void {
    const file = new SimulatedFile(content);
    file.links = 1;
    const { folder, name } = this.#parentOf(path);
    folder.names.set(name, file);
  }

  discard(path: string): void {
    const { folder, name } = this.#parentOf(path);
    folder.names.delete(name);
  }

  namesIn(path: string): string[] {
    const node = this.#find(path);
    return node instanceof SimulatedFolder ? [...node.names.keys()].sort() : [];
  }

  /** From now on every operation fails: whoever still runs on this disk has lost it. */
  disconnect(): void {
    this.#dead = true;
  }

  /** All that was written is there, synced or not. This disk itself is left as it is. */
  afterProcessCrash(): SimulatedDisk {
    const copies = new Map<Node, Node>();
    const copyOf = (node: Node): Node => {
      const known = copies.get(node);
      if (known !== undefined) return known;
      if (node instanceof SimulatedFile) {
        const copy = node.copy();
        copy.links = node.links;
        copies.set(node, copy);
        return copy;
      }
      return copyFolder(node);
    };
    const copyFolder = (folder: SimulatedFolder): SimulatedFolder => {
      const copy = new SimulatedFolder();
      copies.set(folder, copy);
      for (const [name, node] of folder.names) copy.names.set(name, copyOf(node));
      for (const [name, versions] of folder.dirty) {
        copy.dirty.set(
          name,
          versions.map((node) => node && copyOf(node)),
        );
      }
      copy.renames = folder.renames.map(({ from, to, node }) => ({ from, to, node: copyOf(node) }));
      return copy;
    };
    return this.#successor(copyFolder(this.#root));
  }

  /** One possible content after a power cut at this moment. This disk itself is left as it is. */
  afterPowerCut(random: () => number): SimulatedDisk {
    const files = new Map<SimulatedFile, SimulatedFile>();
    const cutFolder = (folder: SimulatedFolder): SimulatedFolder => {
      const cut = new SimulatedFolder();
      for (const [name, node] of folder.namesAfterPowerCut(random)) {
        if (node instanceof SimulatedFolder) {
          cut.names.set(name, cutFolder(node));
          continue;
        }
        const file = files.get(node) ?? node.afterPowerCut(random);
        files.set(node, file);
        file.links += 1;
        cut.names.set(name, file);
      }
      return cut;
    };
    return this.#successor(cutFolder(this.#root));
  }

  /** Some possible contents after a power cut, without an end. */
  *crashStates(random: () => number): Generator<SimulatedDisk, never, void> {
    for (;;) yield this.afterPowerCut(random);
  }

  createSynced(path: string): Promise<OpenFile> {
    return this.open(path, 'wx');
  }

  open(path: string, flags: 'r' | 'r+' | 'wx'): Promise<OpenFile> {
    return this.#perform({ kind: flags === 'wx' ? 'create' : 'open', path }, () => {
      if (flags === 'wx') this.#create(path);
      return this.#handle(this.#file(path), path, flags);
    });
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#perform({ kind: 'list', path: folder }, () => [...this.#folder(folder).names.keys()]);
  }

  size(path: string): Promise<number> {
    return this.#perform({ kind: 'size', path }, () => this.#file(path).size);
  }

  makeFolder(path: string, recursive: boolean): Promise<void> {
    return this.#perform({ kind: 'makeFolder', path }, () => {
      const parts = path.split('/').filter((part) => part !== '');
      for (let depth = recursive ? 1 : parts.length; depth <= parts.length; depth += 1) {
        const { folder, name } = this.#parentOf(`/${parts.slice(0, depth).join('/')}`);
        const there = folder.names.get(name);
        if (there === undefined) folder.set(name, new SimulatedFolder());
        else if (!recursive || there instanceof SimulatedFile) throw refusal('EEXIST', path);
      }
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#perform({ kind: 'rename', path: from }, () => {
      const [source, target] = [this.#parentOf(from), this.#parentOf(to)];
      const node = source.folder.names.get(source.name);
      if (node === undefined) throw refusal('ENOENT', from);
      if (source.folder !== target.folder) throw refusal('EXDEV', to);
      const replaced = target.folder.names.get(target.name);
      if (replaced === node) return;
      this.#unlink(replaced);
      target.folder.set(target.name, node);
      source.folder.set(source.name, null);
      source.folder.renames.push({ from: source.name, to: target.name, node });
    });
  }

  link(from: string, to: string): Promise<void> {
    return this.#perform({ kind: 'link', path: to }, () => {
      const file = this.#file(from);
      const { folder, name } = this.#parentOf(to);
      if (folder.names.has(name)) throw refusal('EEXIST', to);
      folder.set(name, file);
      file.links += 1;
    });
  }

  remove(path: string): Promise<void> {
    return this.#perform({ kind: 'remove', path }, () => {
      const { folder, name } = this.#parentOf(path);
      this.#unlink(this.#file(path));
      folder.set(name, null);
    });
  }

  syncFolder(path: string): Promise<void> {
    return this.#perform({ kind: 'syncFolder', path }, () => {
      this.#folder(path).sync();
    });
  }

  /** Plenty, whatever the size: the cache's own guard of the free space is not what is tried here. */
  freeBytes(): Promise<{ readonly free: number; readonly total: number }> {
    return Promise.resolve({ free: 500e9, total: 1000e9 });
  }

  #handle(file: SimulatedFile, path: string, flags: 'r' | 'r+' | 'wx'): OpenFile {
    let open = true;
    const refused: Partial<Record<Operation['kind'], string>> = { write: 'r', truncate: 'r', read: 'wx' };
    const perform = <T>(kind: Operation['kind'], effect: () => T): Promise<T> =>
      this.#perform(
        { kind, path },
        () => {
          if (!open || refused[kind] === flags) throw refusal('EBADF', path);
          return effect();
        },
        () => {
          if (kind === 'datasync') file.failSync();
        },
      );
    return {
      write: (data, position) =>
        perform('write', () => {
          const taken = this.#taken(file, data.byteLength, position);
          file.write(data.subarray(0, taken), position);
          return taken;
        }),
      read: (into, position) => perform('read', () => file.read(into, position)),
      datasync: () =>
        perform('datasync', () => {
          file.sync();
        }),
      truncate: (length) =>
        perform('truncate', () => {
          file.truncate(length);
        }),
      size: () => perform('size', () => file.size),
      linkCount: () => perform('linkCount', () => file.links),
      close: async () => {
        await Promise.resolve();
        if (!open) throw refusal('EBADF', path);
        open = false;
      },
    };
  }

  /** How many bytes of a write a disk of this size takes. */
  #taken(file: SimulatedFile, length: number, position: number): number {
    if (this.bytesMax === Infinity) return length;
    const growth = Math.max(0, position + length - file.size);
    const room = Math.max(0, this.bytesMax - this.bytes());
    const taken = growth <= room ? length : length - (growth - room);
    if (taken <= 0) throw refusal('ENOSPC', 'write');
    return taken;
  }

  async #perform<T>(operation: Operation, effect: () => T, failed: () => void = () => undefined): Promise<T> {
    for (let turn = this.turns(); turn > 0; turn -= 1) await Promise.resolve();
    if (this.#dead) throw refusal('EIO', operation.path);
    const code = this.failWith(operation);
    if (code !== null) {
      this.failures += 1;
      failed();
      throw refusal(code, operation.path);
    }
    const result = effect();
    this.operations += 1;
    this.afterOperation(operation);
    return result;
  }

  #successor(root: SimulatedFolder): SimulatedDisk {
    const disk = new SimulatedDisk(root);
    disk.bytesMax = this.bytesMax;
    disk.turns = this.turns;
    return disk;
  }

  #create(path: string): void {
    const { folder, name } = this.#parentOf(path);
    if (folder.names.has(name)) throw refusal('EEXIST', path);
    const file = new SimulatedFile();
    file.links = 1;
    folder.set(name, file);
  }

  #unlink(node: Node | undefined): void {
    if (!(node instanceof SimulatedFile)) return;
    node.links -= 1;
  }

  #file(path: string): SimulatedFile {
    const node = this.#find(path);
    if (node === null) throw refusal('ENOENT', path);
    if (node instanceof SimulatedFolder) throw refusal('EISDIR', path);
    return node;
  }

  #folder(path: string): SimulatedFolder {
    const node = this.#find(path);
    if (node === null) throw refusal('ENOENT', path);
    if (node instanceof SimulatedFile) throw refusal('ENOTDIR', path);
    return node;
  }

  #parentOf(path: string): { readonly folder: SimulatedFolder; readonly name: string } {
    const slash = path.lastIndexOf('/');
    return { folder: this.#folder(path.slice(0, slash)), name: path.slice(slash + 1) };
  }

  #find(path: string): Node | null {
    let node: Node = this.#root;
    for (const part of path.split('/')) {
      if (part === '') continue;
      if (node instanceof SimulatedFile) throw refusal('ENOTDIR', path);
      const inside = node.names.get(part);
      if (inside === undefined) return null;
      node = inside;
    }
    return node;
  }
}

function refusal(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: made by the simulated disk, at ${path}`), { code });
}
