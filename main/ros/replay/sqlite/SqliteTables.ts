import { rowsOf } from './rowsOf.js';
import type { SqlitePages } from './SqlitePages.js';
import type { SqliteRow } from './SqliteRow.js';

interface Table {
  readonly root: number;
  readonly columns: readonly string[];
}

/** The tables of a database, as its schema table lists them. */
export class SqliteTables {
  private constructor(
    private readonly pages: SqlitePages,
    private readonly tables: ReadonlyMap<string, Table>,
  ) {}

  /** Throws for a damaged schema. */
  static async read(pages: SqlitePages): Promise<SqliteTables> {
    const tables = new Map<string, Table>();
    for await (const rows of rowsOf(pages, 1)) {
      for (const row of rows) {
        if ((await row.text(0)) !== 'table') continue;
        tables.set(await row.text(1), { root: Number(await row.integer(3)), columns: columnsOf(await row.text(4)) });
      }
    }
    return new SqliteTables(pages, tables);
  }

  /** Whether there is a table with all of these columns. */
  has(name: string, columns: readonly string[]): boolean {
    const table = this.tables.get(name);
    return table !== undefined && columns.every((column) => table.columns.includes(column));
  }

  /** Places of the columns in the table's rows; -1 for one that it does not have. */
  places(name: string, columns: readonly string[]): readonly number[] {
    return columns.map((column) => this.tables.get(name)?.columns.indexOf(column) ?? -1);
  }

  /** Leaf by leaf; nothing of a table that is not there. */
  rows(name: string): AsyncIterable<readonly SqliteRow[]> {
    const table = this.tables.get(name);
    return table === undefined ? nothing() : rowsOf(this.pages, table.root);
  }
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* nothing(): AsyncGenerator<readonly SqliteRow[], void, void> {
  yield* [];
}

/** The names of the columns in the words that made the table. */
function columnsOf(sql: string): readonly string[] {
  const columns: string[] = [];
  let depth = 0;
  let definition = '';
  for (const letter of sql.slice(sql.indexOf('(') + 1)) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (depth < 0 || (depth === 0 && letter === ',')) {
      const name = /^\s*["'`[]?(\w+)/.exec(definition)?.[1];
      if (name !== undefined) columns.push(name);
      definition = '';
    } else {
      definition += letter;
    }
    if (depth < 0) break;
  }
  return columns;
}
