import { createHash, createHmac, webcrypto } from 'node:crypto';
import type { Checksum, SourceData } from '@smithy/types';

/** Less is done sooner than another thread has begun with it. */
const pooledBytesMin = 65_536;

/**
 * SHA-256 as AWS's SDK signs with it. The hash of a whole request of a megabyte is made in a thread of Node's pool: here it would
 * hold up for a millisecond all that is between two requests.
 */
export class PoolSha256 implements Checksum {
  private readonly parts: Uint8Array[] = [];

  /** With a secret it is an HMAC. */
  constructor(private readonly secret?: SourceData) {}

  update(part: Uint8Array): void {
    this.parts.push(part);
  }

  async digest(): Promise<Uint8Array> {
    const { secret, parts } = this;
    const [only] = parts;
    if (secret === undefined && parts.length === 1 && only !== undefined && only.byteLength >= pooledBytesMin) {
      return new Uint8Array(await webcrypto.subtle.digest('SHA-256', only));
    }
    const hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
    for (const part of parts) hash.update(part);
    return hash.digest();
  }

  reset(): void {
    this.parts.length = 0;
  }
}

function bytesOf(data: SourceData): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
