// @ts-check
/** The same backlog in SQLite, and the same questions. */
import { backlogBatches } from '../backlog.mjs';
import { openDatabase, rowOf } from '../peers/sqlite.mjs';
import { hitsWanted } from '../queries.mjs';
import { peakRssMb, serve } from './serve.mjs';

const levels = { DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, FATAL: 50 };

/** @type {any} */
let database = null;

serve(async ({ fill, query, read, counts }) => {
  if (fill !== undefined) return fillDatabase(fill);
  if (query !== undefined) return find(query);
  if (read !== undefined) return readAll(read);
  if (counts !== undefined) return countAll();
  return { rssMb: peakRssMb() };
});

/** @param {{ folder: string, bytes: number }} options filled without syncs, which is not what is measured here */
function fillDatabase({ folder, bytes }) {
  const opened = openDatabase(folder, 'OFF');
  database = opened.database;
  let records = 0;
  for (const batch of backlogBatches(bytes, 10_000)) {
    opened.insertAll(batch.logs.map((log, place) => rowOf(log, /** @type {any} */ (batch.records[place]))));
    records += batch.records.length;
  }
  database.pragma('wal_checkpoint(TRUNCATE)');
  const pages = database.pragma('page_count', { simple: true }) * database.pragma('page_size', { simple: true });
  return { records, bytesPerRecord: pages / records };
}

/** @param {import('../queries.mjs').Query} query */
function find({ severity, node, text }) {
  const conditions = [];
  /** @type {unknown[]} */
  const values = [];
  if (severity !== undefined) conditions.push('severity = ?') && values.push(levels[severity]);
  if (node !== undefined) conditions.push('node = ?') && values.push(node);
  if (text !== undefined) conditions.push('message LIKE ?') && values.push(`%${text}%`);
  const before = performance.now();
  const rows = database
    .prepare(`SELECT * FROM records WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${hitsWanted}`)
    .all(...values);
  return { ms: performance.now() - before, hits: rows.length };
}

/** @param {'oldest' | 'newest'} order */
function readAll(order) {
  const before = performance.now();
  let records = 0;
  for (const _ of database
    .prepare(`SELECT * FROM records ORDER BY id ${order === 'newest' ? 'DESC' : 'ASC'}`)
    .iterate()) {
    records += 1;
  }
  return { recordsPerS: (records * 1000) / (performance.now() - before), records };
}

function countAll() {
  const before = performance.now();
  for (const by of ['severity', 'node', 'stamp / 3600000000000']) {
    database.prepare(`SELECT ${by} AS what, count(*) AS records FROM records GROUP BY what`).all();
  }
  return { ms: performance.now() - before };
}
