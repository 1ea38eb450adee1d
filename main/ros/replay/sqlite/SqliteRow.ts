import type { SqlitePages } from './SqlitePages.js';

/** A row that says it is longer is taken for damage: SQLite's own limit. */
const rowBytesMax = 1_000_000_000;

/**
 * A row of a table: https://sqlite.org/fileformat2.html, 1.6 and 2.1. Only what is asked for is read of a long one. All that cannot be
 * is thrown.
 */
export class SqliteRow {
  readonly id: number;
  readonly #pages: SqlitePages;
  readonly #bytes: number;
  /** As much of the row as is in the page. */
  #start: Buffer;
  #overflowPage = 0;
  readonly #types: number[] = [];
  readonly #places: number[] = [];

  constructor(pages: SqlitePages, page: Buffer, at: number) {
    this.#pages = pages;
    const bytes = readVarint(page, at);
    const id = readVarint(page, bytes.end);
    this.id = id.value;
    this.#bytes = bytes.value;
    if (this.#bytes > rowBytesMax) throw new Error(`a row of ${this.#bytes} bytes cannot be`);
    const local = localBytes(this.#bytes, pages.usableBytes);
    this.#start = page.subarray(id.end, id.end + local);
    if (this.#start.length < local) throw new Error('a row goes over the end of its page');
    if (local < this.#bytes) this.#overflowPage = page.readUInt32BE(id.end + local);
    this.#readHeader();
  }

  #readHeader(): void {
    const header = readVarint(this.#start, 0);
    let place = header.value;
    for (let at = header.end; at < header.value;) {
      const type = readVarint(this.#start, at);
      at = type.end;
      this.#types.push(type.value);
      this.#places.push(place);
      place += valueBytes(type.value);
    }
    if (place > this.#bytes) throw new Error('a row is longer than it says');
  }

  /** Null for what is no integer. */
  async integer(column: number): Promise<bigint | null> {
    const type = this.#types[column] ?? 0;
    if (type === 8) return 0n;
    if (type === 9) return 1n;
    if (type < 1 || type > 6) return null;
    const bytes = await this.bytes(column);
    return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
  }

  /** A text or a blob; empty for a column that the row does not have. */
  async bytes(column: number): Promise<Buffer> {
    const place = this.#places[column] ?? 0;
    const end = place + valueBytes(this.#types[column] ?? 0);
    if (end > this.#start.length) await this.#readOverflow();
    return this.#start.subarray(place, end);
  }

  async text(column: number): Promise<string> {
    return (await this.bytes(column)).toString('utf8');
  }

  async #readOverflow(): Promise<void> {
    const pieces = [this.#start];
    let missing = this.#bytes - this.#start.length;
    for (let next = this.#overflowPage; missing > 0;) {
      const page = await this.#pages.page(next);
      next = page.readUInt32BE(0);
      const piece = page.subarray(4, 4 + Math.min(missing, this.#pages.usableBytes - 4));
      pieces.push(piece);
      missing -= piece.length;
    }
    this.#start = Buffer.concat(pieces);
  }
}

/** How much of a row of so many bytes is in its leaf page: 1.6 of the format, "table leaf cell". */
function localBytes(bytes: number, usableBytes: number): number {
  const most = usableBytes - 35;
  if (bytes <= most) return bytes;
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const fitting = least + ((bytes - least) % (usableBytes - 4));
  return fitting <= most ? fitting : least;
}

function valueBytes(type: number): number {
  if (type >= 12) return (type - 12 - (type & 1)) / 2;
  const bytes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type];
  if (bytes === undefined) throw new Error(`a value of kind ${type} cannot be`);
  return bytes;
}

/** Above 2^53 it is not exact: then it is neither a row of a bag nor a length. */
function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let place = at; place < at + 8; place += 1) {
    const byte = bytes.readUInt8(place);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: place + 1 };
  }
  return { value: value * 256 + bytes.readUInt8(at + 8), end: at + 9 };
}
