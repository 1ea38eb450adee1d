import { isRos2SchemaName, ros2SchemaTexts } from '../../../codec/schemas.js';
import type { NumericRule } from '../../../model/NumericRule.js';
import { fail, type Result, succeed } from '../../../model/Problem.js';
import { channelOf, type ReadableChannel } from '../../foxglove/channelOf.js';
import { type BagFile, type BagPart, cutShort, whyOf, withSlash } from '../BagPart.js';
import { recordedItem } from '../recordedItem.js';
import type { RecordedItem } from '../Recording.js';
import { SqlitePages } from './SqlitePages.js';
import { SqliteTables } from './SqliteTables.js';

const messageColumns = ['topic_id', 'timestamp', 'data'] as const;
const topicColumns = ['name', 'type', 'serialization_format'] as const;
/** Recorders write them since Iron. */
const definitionColumns = ['topic_type', 'encoding', 'encoded_message_definition'] as const;

/** A topic as the database has it. */
interface Topic {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly format: string;
}

interface Definition {
  readonly encoding: string;
  readonly text: string;
}

/**
 * A file of rosbag2_storage_sqlite3, in all versions of its tables (Dashing to now). Messages come in the order in which they were written.
 * Problems: `damaged`, `other-bag`.
 */
export async function openSqlitePart(
  file: BagFile,
  log: BagFile | null,
  rules: readonly NumericRule[] = [],
): Promise<Result<BagPart>> {
  try {
    const tables = await SqliteTables.read(await SqlitePages.open(file, log));
    if (!tables.has('messages', messageColumns) || !tables.has('topics', topicColumns)) {
      return fail(
        'other-bag',
        `${file.file} is a SQLite database, but no bag: it has no tables of messages and topics`,
        'Choose a .db3 file that `ros2 bag record` made, or the folder of the bag.',
      );
    }
    const topics = await readTopics(tables);
    const definitions = await readDefinitions(tables);
    return succeed({
      ...{ file: file.file, facts: [...file.facts, ...(log?.facts ?? [])] },
      // To count them is to read the table.
      count: () => null,
      async *read(wanted) {
        try {
          yield* readMessages(tables, readableOf(topics, definitions, wanted, rules), file.file);
        } catch (error) {
          yield cutShort(file.file, whyOf(error), rescue);
        }
      },
      close: async () => {
        await Promise.all([file.close(), log?.close()]);
      },
    });
  } catch (error) {
    return fail('damaged', `${file.file} is a damaged SQLite bag: ${whyOf(error)}`, rescue);
  }
}

const rescue = '`sqlite3 BAG.db3 .recover | sqlite3 SAVED.db3` may save more of the file.';

async function readTopics(tables: SqliteTables): Promise<readonly Topic[]> {
  const [name = -1, type = -1, format = -1] = tables.places('topics', topicColumns);
  const topics: Topic[] = [];
  for await (const rows of tables.rows('topics')) {
    for (const row of rows) {
      const topic = { name: await row.text(name), type: await row.text(type), format: await row.text(format) };
      topics.push({ id: row.id, ...topic });
    }
  }
  return topics;
}

async function readDefinitions(tables: SqliteTables): Promise<ReadonlyMap<string, Definition>> {
  const [type = -1, encoding = -1, text = -1] = tables.places('message_definitions', definitionColumns);
  const definitions = new Map<string, Definition>();
  for await (const rows of tables.rows('message_definitions')) {
    for (const row of rows) {
      definitions.set(await row.text(type), { encoding: await row.text(encoding), text: await row.text(text) });
    }
  }
  return definitions;
}

/** By the topic's id. A type without a definition, as before Iron, is taken for the released one of its name. */
function readableOf(
  topics: readonly Topic[],
  definitions: ReadonlyMap<string, Definition>,
  wanted: ReadonlySet<string>,
  rules: readonly NumericRule[],
): ReadonlyMap<bigint, ReadableChannel> {
  const readable = new Map<bigint, ReadableChannel>();
  for (const { id, name, type, format } of topics) {
    if (!wanted.has(withSlash(name))) continue;
    const written = definitions.get(type);
    const schema = written?.text ?? '';
    const advertised = {
      ...{ id, topic: name, encoding: format, schemaName: type, schemaEncoding: written?.encoding ?? '' },
      schema: schema === '' && isRos2SchemaName(type) ? ros2SchemaTexts[type] : schema,
    };
    const known = channelOf(advertised, rules);
    if (known.ok) readable.set(BigInt(id), known.value);
  }
  return readable;
}

/** A recorder numbers its rows without a gap: a number that is missing was a message, of whichever topic. */
async function* readMessages(
  tables: SqliteTables,
  readable: ReadonlyMap<bigint, ReadableChannel>,
  file: string,
): AsyncGenerator<RecordedItem, void, void> {
  if (readable.size === 0) return;
  let lastId = 0;
  const [topicId = -1, timestamp = -1, bytes = -1] = tables.places('messages', messageColumns);
  for await (const rows of tables.rows('messages')) {
    for (const row of rows) {
      if (row.id > lastId + 1) yield { gap: rowsMissing(file, lastId + 1, row.id - 1) };
      lastId = row.id;
      const known = readable.get((await row.integer(topicId)) ?? -1n);
      if (known === undefined) continue;
      // A copy: what the row gives is a piece of a page, or has the row's beginning with it.
      const data = Uint8Array.prototype.slice.call(await row.bytes(bytes));
      const loggedNs = (await row.integer(timestamp)) ?? 0n;
      yield recordedItem(known, data, loggedNs);
    }
  }
}

function rowsMissing(file: string, from: number, to: number): string {
  const rows = from === to ? `row ${from} is` : `rows ${from} to ${to} are`;
  return `${rows} missing in ${file}: damaged, or taken out`;
}
