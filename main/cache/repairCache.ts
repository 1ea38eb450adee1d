import type { Result } from '../model/Problem.js';
import { checkFolder, isDraft } from './check/checkFolder.js';
import { nodeFileSystem, removeIfThere } from './FileSystem.js';
import { openDiskCache, type OpenDiskCacheOptions } from './openDiskCache.js';

/**
 * Mends a cache as its owner: damaged bytes of segments and ledger go into aside/, the files are made whole, what was lost
 * is counted in the ledger, and left-overs of a crash go. Refused with `owned` while somebody has the cache open. What
 * Tether did not write stays where it is.
 */
export async function repairCache(options: Omit<OpenDiskCacheOptions, 'repair'>): Promise<Result<void>> {
  const { folder, files = nodeFileSystem } = options;
  const opened = await openDiskCache({ ...options, repair: true });
  if (!opened.ok) return opened;
  const { findings } = await checkFolder(files, folder, null);
  for (const { code, file } of findings) {
    if (code === 'left-over' && isDraft(file)) await removeIfThere(files, `${folder}/${file}`);
  }
  return opened.value.close();
}
