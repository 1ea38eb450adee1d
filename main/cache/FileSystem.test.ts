import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultyFiles } from './FaultyFiles.js';
import { type FileSystem, nodeFileSystem } from './FileSystem.js';
import { fileSystemContract, type FileSystemUnderTest } from './fileSystemContract.test-support.js';
import { SimulatedDisk } from './SimulatedDisk.test-support.js';

async function onRealDisk(files: FileSystem): Promise<FileSystemUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'tether-files-'));
  return { files, folder, dispose: () => rm(folder, { recursive: true }) };
}

fileSystemContract('the real one', () => onRealDisk(nodeFileSystem));
fileSystemContract('the real one with faults that are switched off', () => onRealDisk(new FaultyFiles()));
fileSystemContract('the simulated disk', async () => {
  const files = new SimulatedDisk();
  await files.makeFolder('/cache', false);
  return { files, folder: '/cache', dispose: () => Promise.resolve() };
});
