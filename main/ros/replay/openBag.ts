import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isRos2SchemaName } from '../../codec/schemas.js';
import type { NumericRule } from '../../model/NumericRule.js';
import { fail, type Problem, type Result, succeed } from '../../model/Problem.js';
import { type BagFile, type BagPart, withSlash } from './BagPart.js';
import { isZstd } from './decompress.js';
import { openBagFile } from './openBagFile.js';
import { openMcapPart } from './openMcapPart.js';
import { type BagMetadata, readBagMetadata } from './readBagMetadata.js';
import type { RecordedItem, Recording } from './Recording.js';
import { openRosbag1Part } from './rosbag1/openRosbag1Part.js';
import { openSqlitePart } from './sqlite/openSqlitePart.js';

export interface BagOptions {
  /** A file of MCAP, of rosbag2's SQLite or of ROS 1's rosbag, or a folder of files of one of these kinds. */
  readonly place: string;
  /** Topics that are wanted, with or without the slash in front. */
  readonly topics: readonly string[];
  /** Topics of plain numbers, from the root on: of ROS 2 types. */
  readonly numericRules?: readonly NumericRule[];
}

/** The first bytes of what people take for a bag: each is read in another way, or has another next step. */
const mcapMagic = Buffer.from([0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a]);
const rosbag1Magic = Buffer.from('#ROSBAG V2.0\n');
const oldRosbagMagic = Buffer.from('#ROS');
const sqliteMagic = Buffer.from('SQLite format 3\0');
/** By these a folder's files are known; those of the first kind that is there are taken. */
const endings = ['.mcap', '.db3', '.bag', '.bag.active'] as const;

/**
 * A bag: one file, or a folder of its parts, in the order that rosbag2's metadata.yaml or else their names say. Problems: `no-such-file`,
 * `unreadable`, `no-bag`, `other-bag`, `missing-part`, `compressed-part`, `unfinished`, `damaged`.
 */
export async function openBag({ place, topics, numericRules = [] }: BagOptions): Promise<Result<Recording>> {
  const found = await partsOf(place);
  if (!found.ok) return found;
  const { files, metadata } = found.value;
  const parts: BagPart[] = [];
  for (const file of files) {
    const part = await openPart(file, numericRules);
    if (!part.ok) {
      await closeAll(parts);
      return part;
    }
    parts.push(part.value);
  }
  const wanted = new Set([...topics, ...numericRules.map(({ topic }) => topic)].map(withSlash));
  const types = numericRules.map(({ topic, schemaName }) => `${topic} ${schemaName}`).sort();
  const identity = JSON.stringify([
    ...[place, [...wanted].sort(), parts.map(({ file, facts }) => [file, facts])],
    // A bookmark counts the messages that are read: which these are changes with the types.
    ...(types.length === 0 ? [] : [types]),
  ]);
  const told = metadata === null ? null : toldOf(metadata, wanted, numericRules);
  return succeed({
    identity,
    messages: countOf(parts, wanted) ?? (told === null ? null : sumOf(told)),
    read: () => readAll(parts, wanted, told),
    close: () => closeAll(parts),
  });
}

interface Parts {
  readonly files: readonly string[];
  /** Null for a single file, and where there is none. */
  readonly metadata: BagMetadata | null;
}

async function partsOf(place: string): Promise<Result<Parts>> {
  try {
    if (!(await stat(place)).isDirectory()) return succeed({ files: [place], metadata: null });
    const names = (await readdir(place)).sort(byNumber);
    const metadata = await readBagMetadata(place);
    const wanted = metadata?.names ?? namesOf(names);
    const files: string[] = [];
    for (const name of wanted) {
      // Whoever unpacked a file that was compressed has it without the last ending.
      const unpacked = name.replace(/\.zstd$/, '');
      const there = [unpacked, name].find((candidate) => names.includes(candidate));
      if (there === undefined) return missingPart(place, name);
      files.push(path.join(place, there));
    }
    if (files.length > 0) return succeed({ files, metadata });
    const nextStep = 'Choose a .mcap, .db3 or .bag file, the folder of a ROS 2 bag, or a folder of cwlog files.';
    return fail('no-bag', `${place} has no .mcap, .db3 or .bag file in it`, nextStep);
  } catch (error) {
    return cannotRead(place, error);
  }
}

function namesOf(names: readonly string[]): readonly string[] {
  for (const ending of endings) {
    const ofKind = names.filter((name) => name.endsWith(ending) || name.endsWith(`${ending}.zstd`));
    const unpacked = new Set(ofKind.filter((name) => name.endsWith(ending)));
    if (ofKind.length > 0)
      return ofKind.filter((name) => !unpacked.has(name.replace(/\.zstd$/, '')) || unpacked.has(name));
  }
  return [];
}

/** rosbag2 numbers the parts of a bag without leading zeros: bag_2 comes before bag_10. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

async function openPart(name: string, rules: readonly NumericRule[]): Promise<Result<BagPart>> {
  let file: BagFile;
  try {
    file = await openBagFile(name);
  } catch (error) {
    return cannotRead(name, error);
  }
  const part = await openKind(file, rules).catch((error: unknown) => cannotRead(name, error));
  if (!part.ok) await file.close();
  return part;
}

async function openKind(file: BagFile, rules: readonly NumericRule[]): Promise<Result<BagPart>> {
  const start = await file.read(0, Math.min(file.bytes, sqliteMagic.length));
  const begins = (magic: Buffer): boolean => start.subarray(0, magic.length).equals(magic);
  if (begins(mcapMagic)) return succeed(await openMcapPart(file, rules));
  if (begins(rosbag1Magic)) return await openRosbag1Part(file, rosbag1Magic.length);
  if (begins(sqliteMagic)) return await openDatabase(file, rules);
  if (isZstd(start)) {
    const unpacked = file.file.replace(/\.zst(d)?$/, '');
    const nextStep = `Unpack it: \`zstd -d ${file.file} -o ${unpacked}\`; then open the bag again.`;
    return fail('compressed-part', `${file.file} is compressed as a whole, which is not read directly`, nextStep);
  }
  if (begins(oldRosbagMagic)) {
    const nextStep = 'Bring it to version 2.0 on a machine with ROS 1: `rosbag fix OLD.bag NEW.bag`.';
    return fail('other-bag', `${file.file} is a ROS 1 bag of an older version than 2.0`, nextStep);
  }
  if (file.bytes === 0)
    return fail('no-bag', `${file.file} is empty`, 'Choose another file: its recorder wrote nothing.');
  const nextStep = 'Choose a .mcap, .db3 or .bag file, or the folder of a ROS 2 bag.';
  return fail('no-bag', `${file.file} is no bag: neither MCAP, nor SQLite, nor of ROS 1`, nextStep);
}

/** With what SQLite keeps beside a database while it is written. */
async function openDatabase(file: BagFile, rules: readonly NumericRule[]): Promise<Result<BagPart>> {
  const journal = await stat(`${file.file}-journal`).catch(() => null);
  if (journal !== null && journal.size > 0) {
    return fail(
      'unfinished',
      `${file.file} was left in the middle of a change, as after a crash of the recorder`,
      `Have SQLite set it right, on a copy: \`sqlite3 ${file.file} "pragma quick_check"\`; then open it again.`,
    );
  }
  const log = await openBagFile(`${file.file}-wal`).catch(() => null);
  const part = await openSqlitePart(file, log, rules);
  if (!part.ok) await log?.close();
  return part;
}

async function closeAll(parts: readonly BagPart[]): Promise<void> {
  await Promise.all(parts.map((part) => part.close()));
}

/** Null when not every part knows. */
function countOf(parts: readonly BagPart[], wanted: ReadonlySet<string>): number | null {
  let count = 0;
  for (const part of parts) {
    const inPart = part.count(wanted);
    if (inPart === null) return null;
    count += inPart;
  }
  return count;
}

/** By topic, with the slash in front, of those whose messages are taken in. */
function toldOf(
  metadata: BagMetadata,
  wanted: ReadonlySet<string>,
  rules: readonly NumericRule[],
): ReadonlyMap<string, number> {
  const isRead = (topic: string, type: string): boolean =>
    (wanted.has(topic) && isRos2SchemaName(type)) ||
    rules.some((rule) => rule.topic === topic && rule.schemaName === type);
  const readable = metadata.topics.filter(({ name, type }) => isRead(withSlash(name), type));
  return new Map(readable.map(({ name, messages }) => [withSlash(name), messages]));
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** What the recorder counted and the files do not give any more is said last, before why they end where they do. */
async function* readAll(
  parts: readonly BagPart[],
  wanted: ReadonlySet<string>,
  told: ReadonlyMap<string, number> | null,
): AsyncGenerator<RecordedItem | Problem, void, void> {
  const missing = new Map(told ?? []);
  let end: Problem | null = null;
  let counted = 0;
  for await (const item of readParts(parts, wanted)) {
    if ('code' in item) {
      end = item;
      break;
    }
    if ('data' in item) {
      const topic = withSlash(item.channel.topic);
      missing.set(topic, (missing.get(topic) ?? 0) - 1);
    } else if ('lost' in item) counted += item.count ?? 1;
    yield item;
  }
  const count = [...missing.values()].reduce((sum, left) => sum + Math.max(0, left), 0) - counted;
  if (count > 0) yield { lost: 'counted by the recorder in metadata.yaml, and not in the bag', count };
  if (end !== null) yield end;
}

async function* readParts(
  parts: readonly BagPart[],
  wanted: ReadonlySet<string>,
): AsyncGenerator<RecordedItem | Problem, void, void> {
  for (const part of parts) {
    for await (const message of part.read(wanted)) {
      yield message;
      if ('code' in message) return;
    }
  }
}

function cannotRead(place: string, error: unknown): Result<never> {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'ENOENT') return fail('no-such-file', `there is no ${place}`, 'Check `replay_path` in the robot file.');
  return fail('unreadable', `${place} cannot be read (${String(error)})`, 'Give yourself the right to read it.');
}

function missingPart(folder: string, name: string): Result<never> {
  return fail(
    'missing-part',
    `${folder} lacks ${name}, which its metadata.yaml names`,
    'Copy it there too, or open the files that are there one by one.',
  );
}
