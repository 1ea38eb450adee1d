/** So many are kept at most. */
const keptMax = 8;

/**
 * Memory for the bodies of requests, each somewhat more than a megabyte, used again and again: left to the garbage collector, what a
 * backlog needs of it makes that go through everything every tenth of a second. Nothing is held: what no request uses may be
 * collected.
 */
export class BodyMemory {
  private readonly kept: WeakRef<ArrayBuffer>[] = [];
  /** Given out, and not given back yet. */
  private readonly out = new WeakSet<ArrayBufferLike>();

  /** At least so many bytes, whatever is in them. */
  take(bytesMin: number): Buffer {
    const place = this.kept.findIndex((kept) => (kept.deref()?.byteLength ?? 0) >= bytesMin);
    const [known] = place < 0 ? [] : this.kept.splice(place, 1);
    // With pages of its own, and not cut from memory that others use.
    const memory = known?.deref() ?? new ArrayBuffer(bytesMin);
    this.out.add(memory);
    return Buffer.from(memory);
  }

  /** Nobody reads this body any more. Without effect for memory that is not from here, or was given back before. */
  giveBack({ buffer }: Uint8Array): void {
    if (!(buffer instanceof ArrayBuffer) || !this.out.delete(buffer)) return;
    const living = this.kept.filter((kept) => kept.deref() !== undefined);
    this.kept.splice(0, Infinity, ...living.slice(0, keptMax - 1), new WeakRef(buffer));
  }
}

/** Of all who send from this process. */
export const logBodyMemory = new BodyMemory();
