import type { IncomingMessage } from 'node:http';
import { isUtf8 } from 'node:buffer';
import { gunzip } from 'node:zlib';
import { ApiError, serializationError } from './ApiError.js';

/**
 * Largest request body taken, before and after gunzip. Ours, not AWS's: 10,000 events of together 1 MiB, each character
 * written as a six-byte JSON escape, stay under 8 MiB. Anything larger cannot be a request that the API would accept.
 */
export const REQUEST_BODY_BYTES_MAX = 16 * 1024 * 1024;

export interface RequestBody {
  /** The text as sent, after gunzip. Checked to be UTF-8. */
  readonly bytes: Buffer;
  /** What crossed the wire, before gunzip. */
  readonly wireBytes: number;
}

/** Reads, bounds and (where the client compressed it) gunzips a request's body. Throws ApiError. */
export async function readRequestBody(
  request: IncomingMessage,
  bytesMax = REQUEST_BODY_BYTES_MAX,
): Promise<RequestBody> {
  const wire = await collect(request, bytesMax);
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const bytes = await decode(wire, encoding, bytesMax);
  if (!isUtf8(bytes)) throw serializationError('The request body is not valid UTF-8.');
  return { bytes, wireBytes: wire.length };
}

/** The 413 that CloudWatch answers, in its own words. */
export function requestTooLargeError(bytes: number, bytesMax: number): ApiError {
  return new ApiError({
    code: 'RequestEntityTooLarge',
    queryCode: 'RequestEntityTooLarge',
    status: 413,
    message: `Request size ${String(bytes)} exceeded ${String(bytesMax)} bytes`,
  });
}

async function collect(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    // The rest of an over-long body is read and thrown away: closing early would reset the connection, and the client
    // would see a network failure in place of the 413.
    const buffer = chunk as Buffer;
    bytes += buffer.length;
    if (bytes <= bytesMax) chunks.push(buffer);
    else if (bytes > bytesMax * BODY_DRAIN_FACTOR_MAX) break;
  }
  if (bytes > bytesMax) throw requestTooLargeError(bytes, bytesMax);
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes);
}

/** An over-long body is drained up to this multiple of the limit; beyond it the connection is closed. */
const BODY_DRAIN_FACTOR_MAX = 4;

function decode(wire: Buffer, encoding: string, bytesMax: number): Promise<Buffer> {
  if (encoding === 'identity' || encoding === '') return Promise.resolve(wire);
  if (encoding !== 'gzip') {
    return Promise.reject(serializationError(`Content-Encoding ${encoding} is not supported: only gzip is.`));
  }
  return new Promise((resolve, reject) => {
    gunzip(wire, { maxOutputLength: bytesMax }, (error, result) => {
      if (error === null) resolve(result);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
        reject(requestTooLargeError(bytesMax + 1, bytesMax));
      } else reject(serializationError(`The gzip body could not be read: ${error.message}`));
    });
  });
}
