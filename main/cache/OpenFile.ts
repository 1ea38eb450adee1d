/** A file that is open, as the cache needs it: see FileSystem.ts. */
export interface OpenFile {
  /** Bytes that were written, which may be fewer than given: see `writeAll`. */
  write(data: Uint8Array, position: number): Promise<number>;
  /** Bytes that were read; 0 at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  /** 0 when the file was unlinked behind our back: what is written to it would be gone. */
  linkCount(): Promise<number>;
  close(): Promise<void>;
}
