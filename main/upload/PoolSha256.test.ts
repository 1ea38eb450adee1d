import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { PoolSha256 } from './PoolSha256.js';

test.each([0, 1, 65_535, 65_536, 1_100_000])('hashes %i bytes as Node does, wherever it does it', async (length) => {
  const body = Uint8Array.from({ length }, (_, place) => (place * 31) % 251);
  const checksum = new PoolSha256();
  checksum.update(body);
  expect(Buffer.from(await checksum.digest())).toEqual(createHash('sha256').update(body).digest());
});

test('hashes what came in parts, and begins anew', async () => {
  const checksum = new PoolSha256();
  const [first, second] = [Buffer.alloc(70_000, 'a'), Buffer.alloc(70_000, 'b')];
  checksum.update(first);
  checksum.update(second);
  expect(Buffer.from(await checksum.digest())).toEqual(createHash('sha256').update(first).update(second).digest());
  checksum.reset();
  checksum.update(second);
  expect(Buffer.from(await checksum.digest())).toEqual(createHash('sha256').update(second).digest());
});

test.each(['a secret', Buffer.from('a secret'), Uint8Array.from(Buffer.from('a secret')).buffer])(
  'makes an HMAC with a secret',
  async (secret) => {
    const checksum = new PoolSha256(secret);
    checksum.update(Buffer.from('what is signed'));
    const expected = createHmac('sha256', 'a secret').update('what is signed').digest();
    expect(Buffer.from(await checksum.digest())).toEqual(expected);
  },
);

test('hashes a part of larger memory, and no more', async () => {
  const memory = Buffer.alloc(200_000, 'x');
  memory.fill('y', 10, 100_010);
  const checksum = new PoolSha256();
  checksum.update(memory.subarray(10, 100_010));
  expect(Buffer.from(await checksum.digest())).toEqual(createHash('sha256').update('y'.repeat(100_000)).digest());
});
