import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sourcePeersPython } from '../../sourcePeers.test-support.js';
import { BagFolder, replay, texts, untilOver } from '../BagFolder.test-support.js';

const folder = new BagFolder();

/** A bag of ROS 2 in SQLite; the path of its database. */
function database(name: string, ...args: string[]): string {
  return path.join(folder.rosbag2(name, '--storage', 'sqlite3', ...args), `${name}.db3`);
}

/** Runs SQL by SQLite itself, which then ends as when it is killed: nothing is tidied up. */
function sqlite(file: string, sql: string): void {
  const script = 'import os, sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\nc.executescript(sys.argv[2])\nos._exit(0)';
  execFileSync(sourcePeersPython(), ['-c', script, file, sql]);
}

describe('a SQLite bag of the rosbags library', () => {
  it.each(['none', 'message'])('is read whole, compressed: %s', async (compress) => {
    const file = database('a', '--messages', '2000', '--compress', compress);
    const source = folder.replayOf(path.dirname(file));
    const heard = await replay(source);
    expect(heard.texts).toEqual(texts(0, 2000));
    expect(heard.metrics).toHaveLength(400);
    expect(heard.losses).toEqual([]);
    expect(heard.logs[4]).toMatchObject({ severity: 'FATAL', stampNs: 1_700_000_004_000_000_000n, file: 'a.py' });
    expect([...heard.channels.values()].map(({ topic }) => topic)).toEqual(['/rosout', '/metrics']);
    expect(source.status().reason).toBe('all 2200 messages of the bag are on disk');
  });

  it.each([512, 1024, 4096, 65_536])(
    'is read with pages of %i bytes, messages longer than a page among them',
    async (bytes) => {
      const file = database('a', '--messages', '300', '--chatter-bytes', '20000');
      sqlite(file, `pragma page_size=${bytes}; vacuum`);
      expect((await replay(folder.replayOf(file))).texts).toEqual(texts(0, 300));
    },
  );

  it('of an older ROS 2, which writes no definitions, is read by the names of the types', async () => {
    const file = database('a', '--messages', '30');
    sqlite(file, 'drop table message_definitions; drop table schema; drop table metadata; vacuum');
    sqlite(file, 'alter table topics drop column type_description_hash');
    const heard = await replay(folder.replayOf(file));
    expect(heard.texts).toEqual(texts(0, 30));
    expect(heard.metrics).toHaveLength(6);
  });

  it('is read with what waits in its write-ahead log, up to the last whole transaction', async () => {
    const file = database('a', '--messages', '30');
    const more =
      'insert into messages(topic_id, timestamp, data) select topic_id, timestamp, data from messages limit 15';
    sqlite(file, `pragma journal_mode=wal; pragma wal_autocheckpoint=0; ${more}; begin; pragma cache_size=1; ${more}`);
    expect(readdirSync(path.dirname(file))).toContain('a.db3-wal');
    const heard = await replay(folder.replayOf(file));
    expect(heard.texts.slice(0, 30)).toEqual(texts(0, 30));
    // Half of the rows are of the topic that nobody asks for.
    expect(heard.texts.slice(30)).toEqual(texts(0, 8));
    // A log that was cut off in its middle: SQLite itself does not count it either.
    truncateSync(`${file}-wal`, 5000);
    expect((await replay(folder.replayOf(file))).texts).toEqual(texts(0, 30));
  });

  it('is read where nothing can be written, and leaves nothing beside it', async () => {
    const file = database('a', '--messages', '30');
    chmodSync(path.dirname(file), 0o555);
    const heard = await replay(folder.replayOf(file));
    chmodSync(path.dirname(file), 0o755);
    expect(heard.texts).toEqual(texts(0, 30));
    expect(readdirSync(path.dirname(file)).sort()).toEqual(['a.db3', 'metadata.yaml']);
  });

  it('goes on where it was ended, with nothing twice', async () => {
    const file = database('a', '--messages', '50', '--period-ms', '10');
    const { first, rest } = await folder.replayInTwo(file);
    expect([...first.texts, ...rest.texts]).toEqual(texts(0, 50));
    expect((await replay(folder.replayOf(file))).logs).toEqual([]);
  });
});

describe('a folder of SQLite files', () => {
  /** Three parts; metadata.yaml as a recorder writes it that began a new file twice. */
  function split(): { readonly place: string; readonly names: readonly string[] } {
    const place = path.dirname(database('a', '--messages', '10'));
    const names = ['a_0.db3', 'a_2.db3', 'a_10.db3'];
    renameSync(path.join(place, 'a.db3'), path.join(place, 'a_0.db3'));
    for (const [index, name] of names.entries()) {
      if (index > 0)
        copyFileSync(database(`part${index}`, '--messages', '10', '--first', `${index * 10}`), path.join(place, name));
    }
    const metadata = path.join(place, 'metadata.yaml');
    const list = names.map((name) => `  - ${name}`).join('\n');
    const text = readFileSync(metadata, 'utf8').replace(/( {2}relative_file_paths:)\n(?: {2}- .*\n)+/, `$1\n${list}\n`);
    expect(text).toContain('a_10.db3');
    writeFileSync(metadata, text);
    return { place, names };
  }

  it('is read in the order of metadata.yaml, and without one in the order of the numbers', async () => {
    const { place } = split();
    expect((await replay(folder.replayOf(place))).texts).toEqual(texts(0, 30));
    rmSync(path.join(place, 'metadata.yaml'));
    rmSync(folder.at('bookmark.json'));
    expect((await replay(folder.replayOf(place))).texts).toEqual(texts(0, 30));
  });

  it('that lacks a part is not read as if it were whole', async () => {
    const { place } = split();
    rmSync(path.join(place, 'a_2.db3'));
    const source = folder.replayOf(place);
    await replay(source);
    expect(source.status()).toMatchObject({ state: 'failed' });
    expect(source.status().reason).toContain('lacks a_2.db3');
    expect(source.status().nextStep).toContain('one by one');
  });

  it('that is compressed as a whole is named with the command that unpacks it, which is enough', async () => {
    const place = folder.rosbag2('a', '--storage', 'sqlite3', '--compress', 'file');
    const source = folder.replayOf(place);
    await replay(source);
    const packed = path.join(place, 'a.db3.zstd');
    expect(source.status().reason).toContain('is compressed as a whole');
    expect(source.status().nextStep).toContain(`zstd -d ${packed} -o ${path.join(place, 'a.db3')}`);
    // What the command does, by the library of Python, since zstd may not be installed.
    const unpack =
      'import sys, zstandard\nzstandard.ZstdDecompressor().copy_stream(open(sys.argv[1], "rb"), open(sys.argv[2], "wb"))';
    execFileSync(sourcePeersPython(), ['-c', unpack, packed, path.join(place, 'a.db3')]);
    expect((await replay(folder.replayOf(place))).texts).toEqual(texts(0, 10));
  });
});

describe('a damaged SQLite bag', () => {
  it.each([0.95, 0.1])(
    'of which only %f is there gives what can be reached, and says that the rest is not known',
    async (share) => {
      const file = database('a', '--messages', '2000');
      truncateSync(file, Math.floor(statSync(file).size * share));
      const source = folder.replayOf(file);
      const heard = await replay(source);
      // The way to the first messages may lead over a page that is gone.
      if (share > 0.5) expect(heard.logs.length).toBeGreaterThan(1000);
      expect(heard.logs.length).toBeLessThan(2000);
      expect(heard.texts).toEqual(texts(0, heard.logs.length));
      expect(heard.gaps).toHaveLength(1);
      expect(source.status()).toMatchObject({ state: 'failed' });
      expect(source.status().reason).toContain('cannot be read to its end');
      expect(source.status().nextStep).toContain('.recover');
    },
  );

  it('says where rows are missing, and how many messages that are where the recorder has counted them', async () => {
    const file = database('a', '--messages', '300');
    sqlite(file, 'delete from messages where id between 41 and 90; delete from messages where id = 7; vacuum');
    const heard = await replay(folder.replayOf(file));
    expect(heard.gaps).toEqual([
      `row 7 is missing in ${file}: damaged, or taken out`,
      `rows 41 to 90 are missing in ${file}: damaged, or taken out`,
    ]);
    expect(heard.losses).toEqual([]);
    rmSync(folder.at('bookmark.json'));
    // With its metadata.yaml: 300 lines, and 30 messages of two metrics each.
    const source = folder.replayOf(path.dirname(file));
    const counted = await replay(source);
    const missing = 330 - counted.logs.length - counted.metrics.length / 2;
    expect(missing).toBeGreaterThan(0);
    expect(counted.losses).toMatchObject([{ count: missing, stage: 'decode' }]);
    expect(counted.losses[0]?.reason).toContain('metadata.yaml');
    expect(source.status().reason).toBe(
      `${missing} messages of the bag could not be read, the ${330 - missing} others are on disk`,
    );
    // Connected again, nothing is told a second time.
    const again = await replay(folder.replayOf(path.dirname(file)));
    expect([again.logs, again.losses, again.gaps]).toEqual([[], [], []]);
  });

  it('says where rows are missing that a damaged page does not name any more', async () => {
    const file = database('a', '--messages', '300');
    const bytes = readFileSync(file);
    const pageBytes = 4096;
    const leaves = Array.from({ length: bytes.length / pageBytes }, (_, page) => page * pageBytes).filter(
      (at) => at > 0 && bytes[at] === 13 && bytes.readUInt16BE(at + 3) > 4,
    );
    const leaf = leaves[Math.floor(leaves.length / 2)] ?? 0;
    bytes.writeUInt16BE(bytes.readUInt16BE(leaf + 3) - 3, leaf + 3);
    writeFileSync(file, bytes);
    const heard = await replay(folder.replayOf(file));
    expect(heard.gaps).toHaveLength(1);
    expect(heard.gaps[0]).toMatch(/^rows \d+ to \d+ are missing in /);
    const [from = 0, to = 0] = (heard.gaps[0]?.match(/\d+/g) ?? []).map(Number);
    expect(to - from + 1).toBe(3);
  });

  it('gives no row twice and ends, wherever it is damaged', async () => {
    const file = database('a', '--messages', '120');
    const whole = readFileSync(file);
    const orderly = (all: readonly string[]): boolean =>
      new Set(all).size === all.length && [...all].sort(byNumber).every((text, index) => text === all[index]);
    for (let damage = 0; damage < 40; damage += 1) {
      const bytes = Buffer.from(whole);
      // Spread over the pages: their headers, pointers of cells, and rows.
      const page = 1 + ((damage * 37) % (bytes.length / 4096));
      bytes.fill(
        (damage * 89) % 256,
        Math.min(page * 4096 + (damage % 4) * 5, bytes.length - 8),
        page * 4096 + 12 + (damage % 4) * 9,
      );
      writeFileSync(file, bytes);
      const heard: string[] = [];
      const bookmark = { read: () => Promise.resolve(0), write: () => Promise.resolve() };
      const source = folder.replayOf(file, { bookmark });
      // What is damaged may be no message: its bytes are looked at, not decoded.
      await source.start((event) => {
        for (const { data } of event.type === 'messages' ? event.messages : []) {
          heard.push(...(/message \d+/.exec(Buffer.from(data).toString('latin1')) ?? []));
        }
      });
      await untilOver(source);
      await source.stop();
      expect(orderly(heard)).toBe(true);
    }
  });

  it.each([
    ['of another program', 'create table planets(name text)', 'no tables of messages and topics'],
    [
      'with other columns',
      'create table messages(id integer primary key, words text); create table topics(id integer)',
      'no tables',
    ],
  ])('%s is a problem with a next step', async (_, sql, words) => {
    const file = folder.at('other.db3');
    sqlite(file, sql);
    const source = folder.replayOf(file);
    await replay(source);
    expect(source.status()).toMatchObject({ state: 'failed' });
    expect(source.status().reason).toContain(words);
    expect(source.status().nextStep).toContain('.db3');
  });

  it('that is garbage after its first words, or ends there, is a problem with a next step', async () => {
    for (const rest of [Buffer.alloc(9000, 0x5a), Buffer.alloc(0), Buffer.alloc(9000)]) {
      const file = folder.at('garbage.db3');
      writeFileSync(file, Buffer.concat([Buffer.from('SQLite format 3\0'), rest]));
      const source = folder.replayOf(file);
      await replay(source);
      expect(source.status()).toMatchObject({ state: 'failed' });
      expect(source.status().reason).toContain('is a damaged SQLite bag');
      expect(source.status().nextStep).toContain('.recover');
    }
  });

  it('that was left in the middle of a change is not read before SQLite has set it right', async () => {
    const file = database('a', '--messages', '30');
    sqlite(file, 'pragma cache_size=1; begin; update messages set timestamp = 0');
    const source = folder.replayOf(file);
    await replay(source);
    expect(source.status().reason).toContain('in the middle of a change');
    execFileSync(sourcePeersPython(), [
      '-c',
      'import sqlite3, sys\nsqlite3.connect(sys.argv[1]).execute("pragma quick_check")',
      file,
    ]);
    expect((await replay(folder.replayOf(file))).texts).toEqual(texts(0, 30));
  });
});

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
