import { Readable } from 'node:stream';
import type { WireGate } from './RobotWire.js';

/** The part of a request that the SDK's handler writes. */
export interface WrittenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  body?: unknown;
}

/** A request as its gate lets it through: counted, and in pieces where there is a limit. */
export class PacedBody {
  /** Was the last byte handed on? Before that the service cannot have carried the request out. */
  wholeWritten = true;

  private static readonly bySignal = new WeakMap<object, PacedBody>();

  private constructor(private readonly gate: WireGate) {}

  /** Resolves when the request may begin; its body is then written at the pace of the limit. */
  static async begin(gate: WireGate, request: WrittenRequest, signal?: object): Promise<PacedBody> {
    const paced = new PacedBody(gate);
    if (signal !== undefined) PacedBody.bySignal.set(signal, paced);
    const bytes = bytesOf(request.body);
    const chunkBytes = gate.chunkBytes();
    if (chunkBytes === null) gate.wrote(headBytes(request) + bytes.byteLength);
    else await paced.pace(request, bytes, chunkBytes);
    return paced;
  }

  /** The last request that this signal gives up. */
  static of(signal: object): PacedBody | undefined {
    return PacedBody.bySignal.get(signal);
  }

  private async pace(request: WrittenRequest, bytes: Uint8Array, chunkBytes: number): Promise<void> {
    const first = bytes.subarray(0, chunkBytes);
    // Before a connection is taken: a service closes one on which nothing comes.
    const begun = headBytes(request) + first.byteLength;
    await this.gate.take(begun);
    this.gate.wrote(begun);
    if (first.byteLength === bytes.byteLength) return;
    this.wholeWritten = false;
    request.body = Readable.from(this.pieces(bytes, chunkBytes), { objectMode: false });
  }

  private async *pieces(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, chunkBytes);
    for (let from = chunkBytes; from < bytes.byteLength; from += chunkBytes) {
      const piece = bytes.subarray(from, from + chunkBytes);
      await this.gate.take(piece.byteLength);
      this.gate.wrote(piece.byteLength);
      if (from + chunkBytes >= bytes.byteLength) this.wholeWritten = true;
      yield piece;
    }
  }
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : '');
}

/** `POST / HTTP/1.1` and the headers, as they are written. */
function headBytes({ method, path, headers }: WrittenRequest): number {
  let bytes = method.length + path.length + 14;
  for (const [name, value] of Object.entries(headers)) bytes += name.length + value.length + 4;
  return bytes;
}
