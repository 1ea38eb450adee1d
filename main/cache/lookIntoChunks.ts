import type { ByteSearch } from './index/ByteSearch.js';
import { passingRecords } from './segmentBytes.js';

/**
 * A byte for each chunk, 0 when what is sought is surely not in it. `chunks` has two numbers for each: where it begins in `bytes`,
 * and its length.
 */
export function lookIntoChunks(search: ByteSearch, bytes: Uint8Array, chunks: Uint32Array): Uint8Array {
  const answers = new Uint8Array(chunks.length / 2);
  for (let number = 0; number < answers.length; number += 1) {
    const [start, length] = [chunks[2 * number] ?? 0, chunks[2 * number + 1] ?? 0];
    const records = passingRecords(bytes.subarray(start, start + length));
    // What cannot be read is left to the one who reads, who counts it.
    answers[number] = records === null || search.mayHold(records) ? 1 : 0;
  }
  return answers;
}
