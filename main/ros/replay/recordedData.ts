import type { ReadableChannel } from '../foxglove/channelOf.js';
import { isZstd, unzstd } from './decompress.js';

/** What is handed on of a recorded message's bytes. Bytes that cannot be converted go on as they are: whoever decodes them counts them. */
export function recordedData({ convert }: ReadableChannel, data: Uint8Array, loggedNs: bigint): Uint8Array {
  if (convert === null) return data;
  try {
    // `ros2 bag record --compression-mode message`.
    return convert(isZstd(data) ? unzstd(data) : data, loggedNs) ?? data;
  } catch {
    return data;
  }
}
