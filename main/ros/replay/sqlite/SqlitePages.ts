import type { BagFile } from '../BagPart.js';
import { readWriteAheadLog } from './readWriteAheadLog.js';

/** Bytes of the header at the front of page 1: https://sqlite.org/fileformat2.html, 1.3. */
const headerBytes = 100;

/**
 * The pages of a SQLite database, read only: nothing is locked or written beside the file, so that a bag on a read-only disk is read too.
 * What waits in a write-ahead log beside it, as a recorder in its resilient mode leaves it, counts as written.
 */
export class SqlitePages {
  private constructor(
    private readonly file: BagFile,
    private readonly log: BagFile | null,
    /** Places in the write-ahead log of pages that are newer there. */
    private readonly newer: ReadonlyMap<number, number>,
    readonly pageBytes: number,
    /** What a page has room for. */
    readonly usableBytes: number,
  ) {}

  /** Throws for a file that cannot be a database. */
  static async open(file: BagFile, log: BagFile | null): Promise<SqlitePages> {
    const header = await file.read(0, headerBytes);
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const usableBytes = pageBytes - header.readUInt8(20);
    if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480) {
      throw new Error('its header is damaged');
    }
    const encoding = header.readUInt32BE(56);
    if (encoding > 1) throw new Error('its texts are in UTF-16, which no recorder of ROS 2 writes');
    const newer = log === null ? new Map<number, number>() : await readWriteAheadLog(log, pageBytes);
    return new SqlitePages(file, log, newer, pageBytes, usableBytes);
  }

  /** Counted from 1. Throws for a page that the file does not have. */
  async page(number: number): Promise<Buffer> {
    const at = this.newer.get(number);
    if (at !== undefined && this.log !== null) return await this.log.read(at, this.pageBytes);
    if (number < 1) throw new Error('it points to a page that cannot be');
    return await this.file.read((number - 1) * this.pageBytes, this.pageBytes);
  }
}
