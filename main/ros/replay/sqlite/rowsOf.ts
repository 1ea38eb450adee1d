import type { SqlitePages } from './SqlitePages.js';
import { SqliteRow } from './SqliteRow.js';

const interiorPage = 5;
const leafPage = 13;
/** SQLite's own limit: a deeper tree goes in a circle. */
const levelsMax = 20;

/**
 * The rows of the table whose tree begins at the page `root`, in the order of their ids, leaf by leaf: https://sqlite.org/fileformat2.html,
 * 1.6. Throws where the tree is damaged; no row comes twice.
 */
export async function* rowsOf(pages: SqlitePages, root: number): AsyncGenerator<readonly SqliteRow[], void, void> {
  let lastId = -Infinity;
  const path: { readonly children: readonly number[]; next: number }[] = [{ children: [root], next: 0 }];
  for (let level = path.at(-1); level !== undefined; level = path.at(-1)) {
    const number = level.children[level.next];
    level.next += 1;
    if (number === undefined) {
      path.pop();
      continue;
    }
    const page = await pages.page(number);
    const start = number === 1 ? 100 : 0;
    const kind = page.readUInt8(start);
    const cells = page.readUInt16BE(start + 3);
    if (kind === interiorPage && path.length < levelsMax) {
      const children = placesOf(page, start + 12, cells).map((place) => page.readUInt32BE(place));
      path.push({ children: [...children, page.readUInt32BE(start + 8)], next: 0 });
    } else if (kind === leafPage) {
      const rows = placesOf(page, start + 8, cells).map((place) => new SqliteRow(pages, page, place));
      for (const { id } of rows) {
        if (id <= lastId) throw new Error(`row ${id} is out of its place`);
        lastId = id;
      }
      yield rows;
    } else {
      throw new Error(`page ${number} is none of a table`);
    }
  }
}

function placesOf(page: Buffer, at: number, cells: number): readonly number[] {
  return Array.from({ length: cells }, (_, index) => page.readUInt16BE(at + 2 * index));
}
