// @ts-check
/**
 * A backlog of 1 GiB of records: bytes on disk, reading it in order, finding the first 100 hits, counting, opening after a
 * crash, and the memory that each takes. The peer is SQLite with the same records, asked the same. All of it is in the
 * system's page cache: it is the program that is measured, not the disk.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { backlogBytes } from './backlog.mjs';
import { median, percentile, words } from './figures.mjs';
import { queryKinds } from './queries.mjs';
import {
  absentCombinations,
  absentLongNumbers,
  absentNumberPairs,
  absentNumbersOfWords,
  absentPairs,
  absentText,
} from './records.mjs';
import { engineMemoryMbMax } from './Report.mjs';
import { runWorker, Worker, workersFolder } from './runWorker.mjs';

/** Queries of a kind stop after this, when at least `queriesMin` were asked. */
const queryBudgetMs = { full: 30_000, quick: 3000 };
const queriesMin = 3;

/** @typedef {{ report: import('./Report.mjs').Report, folder: string, quick: boolean }} Context */

/** @param {Context} context */
export async function measureInspect({ report, folder: parent, quick }) {
  const folder = path.join(parent, 'backlog');
  const bytes = quick ? backlogBytes.quick : backlogBytes.full;
  const filled = await runWorker('fill', { folder, bytes });
  report.say(
    `${words(filled.records)} records of ${words(filled.dataBytes / filled.records)} bytes in ${words(filled.segments)} segments,` +
      ` ${words(filled.diskBytes / 2 ** 20)} MiB on disk; filled at ${words(filled.appendRecordsPerS)} records/s;` +
      (filled.packs ? ` packing settled ${words(filled.settleMs)} ms later` : ' this build does not pack'),
  );
  const sqlite = new Worker('sqliteBacklog', [], workersFolder, []);
  const other = await fillSqlite(report, sqlite, parent, bytes);
  report.table([
    ['bytes a record', 'bytes'],
    ['open segment', words(filled.open.bytesPerRecord)],
    ['closed segments', words(filled.closed.bytesPerRecord)],
    ['SQLite with its index', words(other?.bytesPerRecord ?? NaN)],
  ]);
  const peer = other === null ? null : sqlite;
  const kept = { filled, sqlite: other };
  const reads = await measureReads(report, folder, peer);
  const queries = await measureQueries(report, folder, peer, quick);
  const scan = await measureScan(report, folder, peer, quick ? 3 : 5);
  const counts = await measureCounts(report, folder, peer);
  await sqlite.end();
  const opening = await measureOpening(report, folder, quick ? 3 : 5);
  addMemoryTarget(report, { filling: filled.rssMb, ...reads.rssMb, queries: queries.rssMb, opening: opening.rssMb });
  report.keep({ ...kept, reads, queries, scan, counts, opening });
}

/**
 * @param {Context['report']} report
 * @param {Worker} sqlite
 * @param {string} parent
 * @param {number} bytes
 * @returns {Promise<{ records: number, bytesPerRecord: number } | null>}
 */
async function fillSqlite(report, sqlite, parent, bytes) {
  const folder = path.join(parent, 'backlog-sqlite');
  await mkdir(folder, { recursive: true });
  try {
    return await sqlite.ask({ fill: { folder, bytes } });
  } catch (error) {
    report.say(`SQLite is not measured: ${error instanceof Error ? error.message.split('\n')[0] : ''}`);
    return null;
  }
}

/**
 * @param {Context['report']} report
 * @param {string} folder
 * @param {Worker | null} sqlite
 */
async function measureReads(report, folder, sqlite) {
  const rows = [['sequential read', 'ours records/s', 'SQLite records/s']];
  /** @type {Record<string, unknown>} */
  const kept = {};
  /** @type {Record<string, number>} */
  const rssMb = {};
  for (const order of ['newest', 'oldest']) {
    const worker = new Worker('inspect', ['read', order]);
    await worker.ask({ open: folder });
    const ours = await worker.ask({ read: order });
    await worker.end();
    const other = sqlite === null ? null : await sqlite.ask({ read: order });
    rows.push([`${order} first`, words(ours.recordsPerS), words(other?.recordsPerS ?? NaN)]);
    kept[order] = { ours, sqlite: other };
    rssMb[`reading, ${order} first`] = ours.rssMb;
  }
  report.say('');
  report.table(rows);
  return { ...kept, rssMb };
}

/**
 * @param {Context['report']} report
 * @param {string} folder
 * @param {Worker | null} sqlite
 * @param {boolean} quick
 */
async function measureQueries(report, folder, sqlite, quick) {
  const rows = [
    ['first 100 hits, newest first', 'queries', 'hits', 'p50 ms', 'p95 ms', 'SQLite p50 ms', 'SQLite p95 ms'],
  ];
  const worker = new Worker('inspect', ['queries']);
  const first = await askFirst(folder);
  // As the app has it: the heads of the indexes are read in the background once it is open.
  await worker.ask({ open: folder, warmUp: true });
  const warmUp = await worker.ask({ warmUp: true });
  report.say(
    `\nthe first search right after opening took ${words(first.ms)} ms; after it the heads of the indexes were read in the background, in ${words(warmUp.ms / 1000)} s`,
  );
  /** @type {Record<string, unknown>} */
  const kept = { first: first.ms, warmUp: warmUp.ms };
  for (const { name, target, queries } of queryKinds) {
    const budgetMs = quick ? queryBudgetMs.quick : queryBudgetMs.full;
    const ours = await askAll(worker, queries, budgetMs);
    const other = sqlite === null ? null : await askAll(sqlite, queries, budgetMs);
    const figure = percentile(ours.timesMs, 0.95);
    const peerFigure = percentile(other?.timesMs ?? [], 0.95);
    const found = `${words(median(ours.hits))}`;
    const asked = `${ours.timesMs.length}`;
    const times = [percentile(ours.timesMs, 0.5), figure, percentile(other?.timesMs ?? [], 0.5), peerFigure];
    rows.push([name, asked, found, ...times.map(words)]);
    report.target({ what: target, figure, peer: 'better-sqlite3', peerFigure, rule: 'max', limit: 50 });
    kept[name] = { ours, sqlite: other };
  }
  const { rssMb } = await worker.ask({});
  await worker.end();
  report.say('');
  report.table(rows);
  return { ...kept, rssMb };
}

/**
 * A search in a process that has just opened the cache and knows of no index yet.
 * @param {string} folder
 * @returns {Promise<{ ms: number }>}
 */
async function askFirst(folder) {
  const worker = new Worker('inspect', ['queries']);
  await worker.ask({ open: folder });
  const answer = await worker.ask({ query: queryKinds[0]?.queries[0] });
  await worker.end();
  return answer;
}

/**
 * @param {Worker} worker
 * @param {readonly import('./queries.mjs').Query[]} queries
 * @param {number} budgetMs
 */
async function askAll(worker, queries, budgetMs) {
  /** @type {number[]} */
  const timesMs = [];
  /** @type {number[]} */
  const hits = [];
  const until = performance.now() + budgetMs;
  for (const query of queries) {
    if (timesMs.length >= queriesMin && performance.now() > until) break;
    const answer = await worker.ask({ query });
    timesMs.push(answer.ms);
    hits.push(answer.hits);
  }
  return { timesMs, hits };
}

/**
 * Words that are in no record, in turn with SQLite's LIKE: long ones, pairs of letters that no index of three letters knows,
 * numbers, of which every run of three characters is everywhere, and a phrase that no index can rule out. Every round has another
 * word.
 * @param {Context['report']} report
 * @param {string} folder
 * @param {Worker | null} sqlite
 * @param {number} rounds
 */
async function measureScan(report, folder, sqlite, rounds) {
  /** @type {Record<string, unknown>} */
  const kept = {};
  const kinds = [
    { what: 'full scan without a hit, ms', texts: absentPairs.map((_, round) => `${absentText}, try ${round}`) },
    { what: 'full scan without a hit, two letters, ms', texts: absentPairs },
    { what: 'full scan without a hit, two numbers, ms', texts: absentNumberPairs },
    { what: 'full scan without a hit, a long number, ms', texts: absentLongNumbers },
    { what: 'full scan without a hit, a word with a number, ms', texts: absentNumbersOfWords },
    { what: 'full scan without a hit, nothing ruled out, ms', texts: absentCombinations },
  ];
  const worker = new Worker('inspect', ['scan']);
  await worker.ask({ open: folder });
  for (const { what, texts } of kinds) {
    const ours = [];
    const like = [];
    for (const text of texts.slice(0, rounds)) {
      const { ms, hits } = await worker.ask({ query: { text } });
      if (hits > 0) throw new Error(`there are records with ${text}`);
      ours.push(ms);
      if (sqlite !== null) like.push((await sqlite.ask({ query: { text } })).ms);
    }
    const peer = { peer: 'better-sqlite3 LIKE', peerFigure: median(like) };
    report.target({ what, figure: median(ours), ...peer, rule: 'ratioMax', limit: 1 });
    kept[what] = { ours, like };
  }
  await worker.end();
  return kept;
}

/**
 * @param {Context['report']} report
 * @param {string} folder
 * @param {Worker | null} sqlite
 */
async function measureCounts(report, folder, sqlite) {
  const worker = new Worker('inspect', ['counts']);
  await worker.ask({ open: folder });
  const ours = await worker.ask({ counts: true });
  await worker.end();
  const other = sqlite === null ? null : await sqlite.ask({ counts: true });
  report.target({
    what: 'counts per severity, node and hour, ms',
    figure: ours?.ms ?? NaN,
    peer: 'better-sqlite3 GROUP BY',
    peerFigure: other?.ms ?? NaN,
    rule: 'max',
    limit: 2000,
    ...(ours === null ? { missing: 'this build of the cache has no counts yet' } : {}),
  });
  return { ours, sqlite: other };
}

/**
 * @param {Context['report']} report
 * @param {string} folder
 * @param {number} rounds
 */
async function measureOpening(report, folder, rounds) {
  const timesMs = [];
  let rssMb = 0;
  for (let round = 0; round < rounds; round += 1) {
    const owner = new Worker('crash');
    await owner.ask({ folder });
    await owner.crash();
    const next = new Worker('inspect', ['opening']);
    const opened = await next.ask({ open: folder });
    await next.end();
    timesMs.push(opened.ms);
    rssMb = Math.max(rssMb, opened.rssMb);
  }
  report.say(`\nopening after kill -9, ms: ${timesMs.map(words).join(', ')}`);
  report.target({ what: 'opening after a crash, ms', figure: median(timesMs), rule: 'max', limit: 500 });
  return { timesMs, rssMb };
}

/**
 * @param {Context['report']} report
 * @param {Record<string, number>} rssMb
 */
function addMemoryTarget(report, rssMb) {
  report.say('');
  report.table([
    ['most memory of the process', 'MB'],
    ...Object.entries(rssMb).map(([what, value]) => [what, words(value)]),
  ]);
  const figure = Math.max(...Object.values(rssMb));
  report.target({ what: 'most memory of the process, MB', figure, rule: 'max', limit: engineMemoryMbMax });
}
