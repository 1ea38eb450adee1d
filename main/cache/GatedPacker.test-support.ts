import { type ChunkPacker, InlinePacker, type PackedChunk } from './ChunkPacker.js';

/** A packer that can be held up, to see what happens meanwhile. */
export class GatedPacker implements ChunkPacker {
  readonly #inner = new InlinePacker();
  packed = 0;
  #open: () => void = () => undefined;
  readonly #gate = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  openGate(): void {
    this.#open();
  }

  async pack(chunk: Parameters<ChunkPacker['pack']>[0]): Promise<PackedChunk> {
    this.packed += 1;
    await this.#gate;
    return this.#inner.pack(chunk);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
