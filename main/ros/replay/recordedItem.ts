import type { ReadableChannel } from '../foxglove/channelOf.js';
import { whyOf } from './BagPart.js';
import { isZstd, unzstd } from './decompress.js';
import type { RecordedItem } from './Recording.js';

/**
 * A recorded message as it is handed on: unpacked, and converted where its topic is. Bytes that cannot be converted go on as they are:
 * whoever decodes them counts them. Those that cannot be unpacked are a message that is lost.
 */
export function recordedItem({ channel, convert }: ReadableChannel, data: Uint8Array, loggedNs: bigint): RecordedItem {
  // `ros2 bag record --compression-mode message` compresses each message by itself; no message in CDR begins like that.
  const isPacked = (convert !== null || channel.messageEncoding === 'cdr') && isZstd(data);
  try {
    const message = { channel, loggedNs, data: isPacked ? unzstd(data) : data };
    return convert === null ? message : { ...message, data: converted(convert, message.data, loggedNs) };
  } catch (error) {
    return { lost: `a compressed message of ${channel.topic} cannot be unpacked: ${whyOf(error)}` };
  }
}

function converted(convert: NonNullable<ReadableChannel['convert']>, data: Uint8Array, loggedNs: bigint): Uint8Array {
  try {
    return convert(data, loggedNs) ?? data;
  } catch {
    return data;
  }
}
