// @ts-check
/** better-sqlite3: a row a record, an index by severity, node and number, write-ahead log, synchronous FULL. */
import path from 'node:path';
import { loadNpmPeer } from './npmPeers.mjs';

/** @typedef {import('../records.mjs').RecordToCache} RecordToCache */
/** @typedef {import('../records.mjs').Log} Log */

const levels = { DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, FATAL: 50 };

/**
 * @param {string} folder
 * @param {'FULL' | 'OFF'} synchronous
 */
export function openDatabase(folder, synchronous) {
  const Database = loadNpmPeer('better-sqlite3');
  const database = new Database(path.join(folder, 'records.sqlite'));
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${synchronous}`);
  database.exec(`
    CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, stamp INTEGER, received INTEGER, severity INTEGER, node TEXT,
      message TEXT, file TEXT, function TEXT, line INTEGER);
    CREATE INDEX IF NOT EXISTS by_severity ON records (severity, node, id);`);
  const insert = database.prepare(
    'INSERT INTO records (stamp, received, severity, node, message, file, function, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertAll = database.transaction((/** @type {unknown[][]} */ rows) => {
    for (const row of rows) insert.run(...row);
  });
  return { database, insertAll };
}

/**
 * @param {Log} log
 * @param {{ stampNs: bigint, receivedNs: bigint }} times
 */
export function rowOf(log, { stampNs, receivedNs }) {
  return [stampNs, receivedNs, levels[log.severity], log.node, log.message, log.file, log.function, log.line];
}

/** @param {string} folder */
export async function openEngine(folder) {
  const { database, insertAll } = openDatabase(folder, 'FULL');
  return {
    /** @param {{ records: readonly RecordToCache[], logs: readonly Log[] }} batch */
    prepare: ({ records, logs }) => logs.map((log, place) => rowOf(log, /** @type {RecordToCache} */ (records[place]))),
    /** @param {unknown[][]} rows */
    commit: (rows) => insertAll(rows),
    close: () => database.close(),
  };
}
