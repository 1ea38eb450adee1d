/** What a disk writes as a whole: of a write that was not synced, any of its sectors may have arrived. */
export const sectorBytes = 512;

/**
 * A file of the simulated disk: what programs see at once, and what may be on the disk.
 *
 * Invariants: `#visible` is what every program reads. `#dirty` has, for each sector that was changed since the last sync,
 * all contents it has had since (the first is the synced one): after a power cut any of them may be there, whatever the
 * others are. `#doubtful` is the same for sectors whose sync failed: a later sync does not write them again, as Linux has
 * it, only a later write does. Sizes follow the same rule as sectors.
 */
export class SimulatedFile {
  /** Names that it has; 0 when it was unlinked. */
  links = 0;
  #visible: Uint8Array;
  #size: number;
  /** The bytes are another file's too, until one of them is written to. */
  #shared = false;
  #dirty = new Map<number, Uint8Array[]>();
  #doubtful = new Map<number, Uint8Array[]>();
  #sizes: number[];

  /** `content` may be longer than the file: the rest is room to grow. */
  constructor(content: Uint8Array = new Uint8Array(0), size = content.byteLength, shared = false) {
    this.#visible = content;
    this.#size = size;
    this.#sizes = [size];
    this.#shared = shared;
  }

  get size(): number {
    return this.#size;
  }

  read(into: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(into.byteLength, this.#size - position));
    into.set(this.#visible.subarray(position, position + length));
    return length;
  }

  write(data: Uint8Array, position: number): void {
    if (data.byteLength === 0) return;
    const end = position + data.byteLength;
    const from = Math.min(position, this.#size);
    this.#change(from, end, () => {
      // What lies between the old end and a write after it reads as zeros.
      this.#visible.fill(0, from, position);
      this.#visible.set(data, position);
      if (end > this.#size) this.#resize(end);
    });
  }

  truncate(length: number): void {
    if (length === this.#size) return;
    const from = Math.min(length, this.#size);
    this.#change(from, Math.max(length, this.#size), () => {
      this.#visible.fill(0, from, Math.max(length, this.#size));
      this.#resize(length);
    });
  }

  /** What is seen now is on the disk, but for what an earlier failure took away. */
  sync(): void {
    this.#dirty.clear();
    this.#sizes = [this.#size];
  }

  /** Some of what was not synced may have arrived, and no later sync brings the rest. */
  failSync(): void {
    for (const [sector, versions] of this.#dirty) this.#doubtful.set(sector, versions);
    this.#dirty.clear();
  }

  /** The same content, synced and not, for another disk. */
  copy(): SimulatedFile {
    const copy = new SimulatedFile(this.#visible, this.#size, true);
    copy.#dirty = new Map([...this.#dirty].map(([sector, versions]) => [sector, [...versions]]));
    copy.#doubtful = new Map([...this.#doubtful].map(([sector, versions]) => [sector, [...versions]]));
    copy.#sizes = [...this.#sizes];
    this.#shared = true;
    return copy;
  }

  /** One possible content after a power cut. */
  afterPowerCut(random: () => number): SimulatedFile {
    const choose = chooser(random);
    const uncertain = [...this.#doubtful, ...this.#dirty];
    if (uncertain.length === 0 && this.#sizes.length === 1) {
      this.#shared = true;
      return new SimulatedFile(this.#visible, this.#size, true);
    }
    const size = choose(this.#sizes);
    const content = new Uint8Array(size);
    content.set(this.#visible.subarray(0, Math.min(size, this.#size)));
    for (const [sector, versions] of uncertain) {
      const start = sector * sectorBytes;
      if (start < size) content.set(choose(versions).subarray(0, size - start), start);
    }
    return new SimulatedFile(content);
  }

  #change(from: number, to: number, change: () => void): void {
    this.#makeRoom(to);
    const [first, last] = [Math.floor(from / sectorBytes), Math.floor((to - 1) / sectorBytes)];
    for (let sector = first; sector <= last; sector += 1) {
      if (this.#dirty.has(sector)) continue;
      this.#dirty.set(sector, this.#doubtful.get(sector) ?? [this.#sectorAt(sector)]);
      this.#doubtful.delete(sector);
    }
    change();
    for (let sector = first; sector <= last; sector += 1) this.#dirty.get(sector)?.push(this.#sectorAt(sector));
  }

  #resize(size: number): void {
    this.#size = size;
    this.#sizes.push(size);
  }

  /** As it is read: zeros after the end of the file. */
  #sectorAt(sector: number): Uint8Array {
    const bytes = new Uint8Array(sectorBytes);
    const start = sector * sectorBytes;
    if (start < this.#size) bytes.set(this.#visible.subarray(start, Math.min(start + sectorBytes, this.#size)));
    return bytes;
  }

  #makeRoom(bytes: number): void {
    if (!this.#shared && bytes <= this.#visible.byteLength) return;
    const room = bytes <= this.#visible.byteLength ? this.#visible.byteLength : Math.max(bytes, 2 * this.#size);
    const larger = new Uint8Array(room);
    larger.set(this.#visible.subarray(0, this.#size));
    this.#visible = larger;
    this.#shared = false;
  }
}

/** One of several, at random. */
export function chooser(random: () => number): <T>(some: readonly T[]) => T {
  return <T>(some: readonly T[]): T => {
    const chosen = some[Math.floor(random() * some.length)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  };
}
