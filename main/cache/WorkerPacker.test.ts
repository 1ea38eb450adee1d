import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { type ChunkToPack, InlinePacker } from './ChunkPacker.js';
import { encodeCommit, encodeDefinitions } from './encodeSegment.js';
import { Segment } from './Segment.js';
import { recordHeadBytes, chunkHeadBytes } from './segmentBytes.js';
import { testLog } from './testRecords.js';
import { WorkerPacker } from './WorkerPacker.js';

let folder = '';
let script = '';

beforeAll(async () => {
  // Inside the project, so that the thread finds its packages.
  folder = join(import.meta.dirname, '..', '..', 'build', `pack-test-${process.pid}`);
  await mkdir(folder, { recursive: true });
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: join(import.meta.dirname, 'packWorker.ts'),
      outDir: folder,
      rolldownOptions: { output: { entryFileNames: 'packWorker.mjs' } },
    },
  });
  script = join(folder, 'packWorker.mjs');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function chunk(count: number): ChunkToPack {
  const records = Array.from({ length: count }, (_, number) => testLog({ message: `line ${number} ist da` }));
  const segment = new Segment({ path: '', file: '', sequence: 1, generation: 0 }, true);
  const [first] = records;
  if (first === undefined) throw new Error('no records');
  segment.addGroup({ ...first }, 1, 1);
  const definitions = encodeDefinitions(segment.groups, segment.groups, 'rover');
  const ids = records.map(() => 1);
  const { bytes, chunkLength } = encodeCommit(new Uint8Array(0), definitions, 0, records, ids);
  const { channel, destination, kind, severity, origin } = first;
  const groups = new Map([[1, { channel, destination, kind, severity, origin }]]);
  return { records: Uint8Array.from(bytes.subarray(recordHeadBytes + chunkHeadBytes, chunkLength)), groups };
}

describe('the packing thread', () => {
  it('makes of chunks what packing inline makes of them', async () => {
    const packer = new WorkerPacker(pathToFileURL(script));
    const inline = new InlinePacker();
    const chunks = [1, 10, 300, 1000].map(chunk);
    const packed = await Promise.all(chunks.map((one) => packer.pack(one)));
    for (const [place, one] of chunks.entries()) {
      const expected = await inline.pack(one);
      const found = packed[place];
      expect(Buffer.compare(found?.compressed ?? Buffer.alloc(0), expected.compressed)).toBe(0);
      expect({ crc: found?.crc, content: found?.content }).toEqual({ crc: expected.crc, content: expected.content });
    }
    await packer.close();
  });

  it('begins again after it was closed for being idle', async () => {
    const packer = new WorkerPacker(pathToFileURL(script));
    await packer.pack(chunk(5));
    await packer.close();
    expect((await packer.pack(chunk(5))).content.records).toBe(5);
    await packer.close();
  });

  it('goes on inline when the thread cannot begin', async () => {
    const packer = new WorkerPacker(pathToFileURL(join(folder, 'not-there.mjs')));
    expect((await packer.pack(chunk(7))).content.records).toBe(7);
    expect((await packer.pack(chunk(8))).content.records).toBe(8);
    await packer.close();
  });

  it('goes on inline when the thread dies in the middle', async () => {
    const dying = join(folder, 'dying.mjs');
    await writeFile(
      dying,
      `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', () => { throw new Error('no more'); });\n`,
    );
    const packer = new WorkerPacker(pathToFileURL(dying));
    const [first, second] = await Promise.all([packer.pack(chunk(3)), packer.pack(chunk(4))]);
    expect([first.content.records, second.content.records]).toEqual([3, 4]);
    await packer.close();
  });
});
