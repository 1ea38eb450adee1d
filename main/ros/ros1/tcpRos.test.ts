import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LengthFrames, readHeader, writeHeader } from './tcpRos.js';

const framesMax = 1_000;

function framed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

describe('TCPROS', () => {
  it('gives every frame once, in order, however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 10 }), cuts, (messages, sizes) => {
        const stream = Buffer.concat(messages.map(framed));
        const frames = new LengthFrames(framesMax);
        const got: Buffer[] = [];
        for (let at = 0, cut = 0; at < stream.length; cut += 1) {
          const end = at + (sizes[cut % sizes.length] ?? 1);
          got.push(...(frames.push(stream.subarray(at, end)) ?? []));
          at = end;
        }
        expect(got.map((frame) => [...frame])).toEqual(messages.map((message) => [...message]));
      }),
    );
  });

  it('refuses a frame that is longer than allowed before it is there', () => {
    expect(new LengthFrames(framesMax).push(Buffer.from([0xff, 0xff, 0xff, 0x7f]))).toBeNull();
  });

  it('reads the header that it writes, and no garbage', () => {
    const header = writeHeader({ callerid: '/t', message_definition: 'a=1\nb', md5sum: '*' });
    expect(header.readUInt32LE(0)).toBe(header.length - 4);
    expect(Object.fromEntries(readHeader(header.subarray(4)) ?? [])).toEqual({
      ...{ callerid: '/t', message_definition: 'a=1\nb', md5sum: '*' },
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        readHeader(Buffer.from(bytes));
      }),
    );
    expect(readHeader(Buffer.from('GET / HTTP/1.1\r\n'))).toBeNull();
  });
});
