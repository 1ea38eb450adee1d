import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';

/**
 * Fast DDS keeps half a megabyte of shared memory for each participant, as a file with a lock beside it. It is removed when the
 * participant leaves, but by nobody when its process was killed: a host that crashes again and again would fill the laptop's memory.
 *
 * Source of the names: Fast DDS 2.14, SharedMemSegment.hpp and SharedMemManager.hpp; `fastdds shm clean` removes the same ones.
 */
const folder = '/dev/shm';
const lockName = /^\/dev\/shm\/(fast(?:rtps|dds)_[0-9a-f]{16})_el(?: \(deleted\))?$/;

/** Names of the segments that this process has locked as its own. Empty where the system does not tell. */
export function sharedSegmentsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
      try {
        return lockName.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** Of a process that has ended. Whoever still reads them may go on: the memory goes with its last reader. */
export function removeSharedSegments(names: readonly string[]): void {
  for (const name of names) {
    for (const file of [name, `${name}_el`]) rmSync(path.join(folder, file), { force: true });
  }
}
