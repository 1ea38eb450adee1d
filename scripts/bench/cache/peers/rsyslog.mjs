// @ts-check
/**
 * rsyslog's disk queue: lines over TCP on loopback, an action that cannot deliver, and a queue on disk in front of it with
 * `syncqueuefiles` on. A checkpoint interval of 1 syncs after every record, one of 100 after every hundred. Its main queue
 * is the usual one in memory, and what counts is what has got to the disk. The program is Debian's package, unpacked into a folder of our own.
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { open, readdir, mkdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogMaker } from '../records.mjs';
import { PeerMissing, isOnPath, peersFolder } from './folder.mjs';
import { freePort } from './freePort.mjs';
import { lineOf } from './linesFile.mjs';
import { Program } from './Program.mjs';
import { run } from './run.mjs';

const packages = ['rsyslog', 'libestr0', 'libfastjson4', 'liblognorm5'];
const folder = path.join(peersFolder, 'rsyslog');
const root = path.join(folder, 'root');
const startMsMax = 10_000;
/** A queue that does not grow for this long has stopped. */
const idleMsMax = 30_000;
const warmUpRecords = 500;

/** Unpacks the program if this clone does not have it yet. */
export async function setUpRsyslog() {
  const done = path.join(folder, 'unpacked');
  if (existsSync(done)) return;
  if (!isOnPath('apt-get') || !isOnPath('dpkg-deb'))
    throw new PeerMissing('it is taken from Debian packages, and this is not Debian');
  mkdirSync(folder, { recursive: true });
  await run('apt-get', ['download', ...packages], { cwd: folder }).catch(() => {
    throw new PeerMissing(`apt-get download ${packages.join(' ')} failed; run apt-get update first`);
  });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', file, root], { cwd: folder });
  }
  writeFileSync(done, '');
}

/**
 * @param {string} parent an empty folder of this run
 * @param {{ checkpointInterval: number, records: number }} options
 * @returns {Promise<{ recordsPerS: number, bytesPerRecord: number }>}
 */
export async function measureRsyslog(parent, { checkpointInterval, records }) {
  const place = path.join(parent, `rsyslog-${checkpointInterval}`);
  const queue = path.join(place, 'queue');
  await mkdir(queue, { recursive: true });
  const [port, deadPort] = [await freePort(), await freePort()];
  const config = path.join(place, 'rsyslog.conf');
  writeFileSync(config, configOf({ queue, port, deadPort, checkpointInterval }));
  const libraries = findFolder(path.join(root, 'usr', 'lib'), 'rsyslog');
  const args = ['-n', '-f', config, '-i', path.join(place, 'pid'), '-M', path.join(libraries, 'rsyslog')];
  const program = new Program(path.join(root, 'usr', 'sbin', 'rsyslogd'), args, { LD_LIBRARY_PATH: libraries });
  try {
    const socket = await connectTo(program, port);
    // The first lines start threads and files.
    await send(socket, warmUpRecords, 'end of the warming up');
    const warmBytes = await untilWritten(program, queue, 'end of the warming up');
    const before = performance.now();
    await send(socket, records, 'end of the round');
    const bytes = await untilWritten(program, queue, 'end of the round');
    const ms = performance.now() - before;
    socket.destroy();
    return { recordsPerS: (records * 1000) / ms, bytesPerRecord: (bytes - warmBytes) / records };
  } finally {
    await program.end();
    await rm(place, { recursive: true, force: true });
  }
}

/** @param {{ queue: string, port: number, deadPort: number, checkpointInterval: number }} options */
function configOf({ queue, port, deadPort, checkpointInterval }) {
  return `
global(workDirectory="${queue}" maxMessageSize="16k")
main_queue(queue.type="LinkedList" queue.size="50000")
module(load="imptcp" threads="1")
input(type="imptcp" address="127.0.0.1" port="${port}" ruleset="bench")
ruleset(name="bench") {
  action(type="omfwd" target="127.0.0.1" port="${deadPort}" protocol="tcp"
    action.resumeRetryCount="-1" action.resumeInterval="3600"
    queue.type="Disk" queue.filename="records" queue.syncqueuefiles="on" queue.checkpointInterval="${checkpointInterval}"
    queue.maxFileSize="16m" queue.maxDiskSpace="8g" queue.size="100000000" queue.timeoutEnqueue="600000" queue.saveOnShutdown="on")
}
`;
}

/**
 * @param {string} from
 * @param {string} name
 * @returns {string} the folder below `from` that has `name`
 */
function findFolder(from, name) {
  const found = readdirSync(from).find((entry) => existsSync(path.join(from, entry, name)));
  if (found === undefined) throw new PeerMissing(`its package has no modules below ${path.relative(root, from)}`);
  return path.join(from, found);
}

/**
 * @param {Program} program
 * @param {number} port
 */
async function connectTo(program, port) {
  const until = performance.now() + startMsMax;
  for (;;) {
    program.check();
    const socket = connect(port, '127.0.0.1');
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    if (connected) return socket.on('error', () => undefined);
    if (performance.now() > until) throw new PeerMissing('it does not listen');
    await sleep(50);
  }
}

/**
 * @param {import('node:net').Socket} socket
 * @param {number} records
 * @param {string} lastLine
 */
async function send(socket, records, lastLine) {
  const maker = new LogMaker(22);
  for (let next = 0; next < records;) {
    const lines = [];
    for (; lines.length < 500 && next < records; next += 1) {
      const last = next + 1 === records ? `${lastLine}\n` : lineOf(maker.next(), next);
      lines.push(`<14>Nov 24 12:00:00 rover bench: ${last}`);
    }
    if (!socket.write(lines.join(''))) await once(socket, 'drain');
  }
}

/**
 * Waits until the line that was sent last is in the queue's files.
 * @param {Program} program
 * @param {string} queue
 * @param {string} lastLine
 * @returns {Promise<number>} bytes of the queue's files
 */
async function untilWritten(program, queue, lastLine) {
  let grown = { bytes: 0, atMs: performance.now() };
  for (;;) {
    program.check();
    const names = (await readdir(queue)).filter((name) => /^records\.\d+$/.test(name)).sort();
    let bytes = 0;
    let found = false;
    for (const name of names) {
      const file = await open(path.join(queue, name), 'r');
      const { size } = await file.stat();
      bytes += size;
      const tail = Buffer.alloc(Math.min(size, 4096));
      await file.read(tail, 0, tail.byteLength, size - tail.byteLength);
      await file.close();
      found = tail.includes(lastLine);
    }
    if (found) return bytes;
    if (bytes > grown.bytes) grown = { bytes, atMs: performance.now() };
    if (performance.now() - grown.atMs > idleMsMax) throw new PeerMissing(`its queue stopped at ${bytes} bytes`);
    await sleep(5);
  }
}
