import { beforeAll, describe, expect, it } from 'vitest';
import { hurriedClock } from './CacheHistory.test-support.js';
import type { DiskCache } from './DiskCache.js';
import { openDiskCache } from './openDiskCache.js';
import { SimulatedDisk } from './SimulatedDisk.test-support.js';
import { testLog, testStartNs } from './testRecords.js';

/**
 * A small cache of each shape, cut off at every byte and with a bit flipped in every byte: it opens, says what is lost,
 * loses no more than the damage can explain, and another opening finds the same.
 */
const folder = '/data/robots/rover';
/** Each byte in the long run: TETHER_CACHE_EVERY_BYTE=1 npx vitest run main/cache/everyByte.test.ts */
const stride = process.env['TETHER_CACHE_EVERY_BYTE'] === undefined ? 7 : 1;
const commits = 4;
const recordsEach = 2;
const all = Array.from({ length: commits * recordsEach }, (_, index) => `line ${index}`);

async function open(files: SimulatedDisk): Promise<DiskCache> {
  const opened = await openDiskCache({
    files,
    folder,
    robot: 'rover',
    owner: { kind: 'test', controlSocket: null },
    limits: { bytesMax: 100_000_000, segmentBytesMax: 1_000_000 },
    clock: hurriedClock,
    commitIntervalMs: 0,
    packBytesMin: 1,
    markGaps: false,
    diskFreeBytesMin: 0,
  });
  if (!opened.ok) throw new Error(opened.problem.message);
  return opened.value;
}

/** Makes a commit as large as a packed chunk, so that a packed segment has several; compressed it is nothing. */
const filler = ' '.repeat(40_000);

async function fill(cache: DiskCache, after = ''): Promise<void> {
  for (let commit = 0; commit < commits; commit += 1) {
    const names = all.slice(commit * recordsEach, (commit + 1) * recordsEach);
    await cache.append(names.map((name) => testLog({ message: name + after })));
  }
}

/** As a killed owner leaves it: the segment is open. */
async function openShape(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const cache = await open(disk);
  await fill(cache);
  const left = disk.afterProcessCrash();
  left.discard(`${folder}/owner.json`);
  await cache.close();
  return left;
}

/** As a clean end leaves it, before the next start packs it. */
async function closedShape(after = ''): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const cache = await open(disk);
  await fill(cache, after);
  await cache.close();
  return disk;
}

async function packedShape(): Promise<SimulatedDisk> {
  const disk = await closedShape(filler);
  const cache = await open(disk);
  await cache.settled();
  await cache.close();
  return disk;
}

const shapes = { open: openShape, closed: () => closedShape(), packed: packedShape };

interface Found {
  readonly messages: readonly string[];
  readonly torn: number;
  readonly findings: readonly string[];
}

async function look(disk: SimulatedDisk): Promise<Found> {
  const cache = await open(disk);
  const messages: string[] = [];
  for await (const { record } of cache.read({}, 'oldest')) {
    messages.push(record.kind === 'log' ? record.message.trimEnd() : '');
  }
  const { lost } = await cache.usage();
  const findings = cache.findings();
  await cache.settled();
  await cache.close();
  return { messages, torn: lost.torn ?? 0, findings };
}

/** The disk with another content in one file. */
function withContent(disk: SimulatedDisk, path: string, content: Uint8Array): SimulatedDisk {
  const changed = disk.afterProcessCrash();
  changed.place(path, content);
  return changed;
}

function flipped(content: Uint8Array, place: number): Uint8Array {
  const changed = Uint8Array.from(content);
  changed[place] = (content[place] ?? 0) ^ (1 << ((place * 5) % 8));
  return changed;
}

function segmentOf(disk: SimulatedDisk): string {
  const [name = ''] = disk.namesIn(`${folder}/segments`);
  return `${folder}/segments/${name}`;
}

function isOrdered(messages: readonly string[]): boolean {
  const places = messages.map((message) => all.indexOf(message));
  return places.every((place, index) => place > (places[index - 1] ?? -1));
}

describe.each(['open', 'closed', 'packed'] as const)('a segment that is %s', (shape) => {
  let disk = new SimulatedDisk();
  let path = '';
  let whole = new Uint8Array(0);
  // The smallest piece with a checksum of its own: a commit's chunk, or a packed one, which are as large here.
  const lostMax = recordsEach;

  beforeAll(async () => {
    disk = await shapes[shape]();
    path = segmentOf(disk);
    whole = Uint8Array.from(disk.contentOf(path));
  });

  it('keeps all but one piece when a bit flips in any byte, and counts what is lost', async () => {
    const wrong: string[] = [];
    let untouched = 0;
    for (let place = 0; place < whole.byteLength; place += stride) {
      const changed = withContent(disk, path, flipped(whole, place));
      const found = await look(changed);
      const lost = all.length - found.messages.length;
      if (lost === 0) untouched += 1;
      if (!isOrdered(found.messages)) wrong.push(`byte ${place}: ${found.messages.join(', ')}`);
      if (lost > lostMax) wrong.push(`byte ${place}: ${lost} records are lost`);
      // How much was in a torn tail can only be made out as far as it holds together: then it is said in words.
      const isSaid = found.torn === lost || (shape === 'open' && found.findings.length > 0);
      if (!isSaid) wrong.push(`byte ${place}: ${lost} records are lost, and ${found.torn} are counted`);
      const again = await look(changed);
      if (again.messages.join() !== found.messages.join() || again.torn !== found.torn) {
        wrong.push(`byte ${place}: another opening finds ${again.messages.length} records, ${again.torn} lost`);
      }
    }
    expect(summaryOf(wrong)).toEqual([]);
    // Heads, tails and indexes can be made again.
    expect(untouched).toBeGreaterThan(0);
  }, 600_000);

  it('keeps what is before the cut when it ends at any byte, and sets the rest aside', async () => {
    const wrong: string[] = [];
    const seen = new Set<number>();
    for (let length = 0; length <= whole.byteLength; length += stride) {
      const changed = withContent(disk, path, whole.slice(0, length));
      const found = await look(changed);
      const { messages } = found;
      seen.add(messages.length);
      if (messages.join() !== all.slice(0, messages.length).join())
        wrong.push(`${length} bytes: ${messages.join(', ')}`);
      // A segment that was closed says in its summary only how much was in it; cut off, it has none.
      if (messages.length + found.torn > all.length) wrong.push(`${length} bytes: ${found.torn} are counted as lost`);
      const again = await look(changed);
      if (again.messages.join() !== messages.join() || again.torn !== found.torn) {
        wrong.push(`${length} bytes: another opening finds ${again.messages.length} records, ${again.torn} lost`);
      }
    }
    expect(summaryOf(wrong)).toEqual([]);
    expect(seen.has(0) && seen.has(all.length)).toBe(true);
    // A cut takes whole pieces.
    expect([...seen].sort((a, b) => a - b)).toEqual([0, 2, 4, 6, 8]);
  }, 600_000);
});

/** The first few, and how many there are. */
function summaryOf(wrong: readonly string[]): string[] {
  return wrong.length === 0 ? [] : [`${wrong.length} in all`, ...wrong.slice(0, 12)];
}

describe('the ledger', () => {
  let disk = new SimulatedDisk();
  const path = `${folder}/ledger.jsonl`;
  let whole = new Uint8Array(0);

  /** Acknowledged: 0 and 1; held: 5. */
  beforeAll(async () => {
    const first = new SimulatedDisk();
    const cache = await open(first);
    await fill(cache);
    const limits = { recordsMax: 2, bytesMax: 1_000_000, oldestStampNs: 0n, newestStampNs: testStartNs };
    const batch = await cache.take({ kind: 'log', ...limits });
    if (batch === null) throw new Error('nothing to take');
    await cache.acknowledge(batch, []);
    await cache.hold({ text: 'line 5' });
    disk = first.afterProcessCrash();
    disk.discard(`${folder}/owner.json`);
    await cache.close();
    whole = Uint8Array.from(disk.contentOf(path));
  });

  it('is believed line by line, when it is cut off or a bit flips at any byte, and nothing is lost with it', async () => {
    const wrong: string[] = [];
    for (let place = 0; place < whole.byteLength; place += stride) {
      for (const [kind, content] of [
        ['cut', whole.slice(0, place)],
        ['flip', flipped(whole, place)],
      ] as const) {
        const changed = withContent(disk, path, content);
        const { messages, torn, findings } = await look(changed);
        const rest = all.filter((message) => !messages.includes(message)).join();
        // The acknowledgement either counts or does not.
        if (rest !== '' && rest !== 'line 0,line 1') wrong.push(`${kind} at ${place}: ${rest} are gone`);
        if (torn > 0) wrong.push(`${kind} at ${place}: ${torn} are counted as lost`);
        const isBetweenLines = kind === 'cut' && (place === 0 || whole[place - 1] === 10);
        if (!isBetweenLines && findings.length === 0) wrong.push(`${kind} at ${place}: nothing is said of it`);
        const again = await look(changed);
        if (again.messages.join() !== messages.join())
          wrong.push(`${kind} at ${place}: another opening finds otherwise`);
      }
    }
    expect(summaryOf(wrong)).toEqual([]);
  }, 600_000);
});
