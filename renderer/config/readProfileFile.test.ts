import { expect, test } from 'vitest';
import { readProfileFile } from './readProfileFile.js';

const fileOf = (bytes: Uint8Array<ArrayBuffer>): Blob => new Blob([bytes]);

test('a text is given as it is', async () => {
  expect(await readProfileFile(fileOf(new TextEncoder().encode('name: "Größe"\n')))).toEqual({
    text: 'name: "Größe"\n',
    issue: null,
  });
});

test('what is no UTF-8 has its place', async () => {
  const bytes = new Uint8Array([...new TextEncoder().encode('a: b\nname: "Gr'), 0xf6, 0x22]);
  expect(await readProfileFile(fileOf(bytes))).toMatchObject({ issue: { line: 2, column: 10, severity: 'error' } });
});

test('a file that is too large is not read', async () => {
  const never = { size: 100_000_000, text: () => Promise.reject(new Error('read')) };
  expect(await readProfileFile(never)).toMatchObject({ text: '', issue: { line: 1, column: 1 } });
});
