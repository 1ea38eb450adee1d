import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { StreamOutput } from './Output.js';

function terminal(): PassThrough & { isTTY: boolean } {
  return Object.assign(new PassThrough(), { isTTY: true });
}

test('results and notes go their own ways', async () => {
  const [out, error] = [new PassThrough(), new PassThrough()];
  const output = new StreamOutput(out, error, {});
  expect(await output.line('result')).toBe(true);
  output.note('note');
  output.progress('not on a pipe');
  await output.flush();
  out.end();
  error.end();
  expect(await text(out)).toBe('result\n');
  expect(await text(error)).toBe('note\n');
});

test.each([
  [{}, true],
  [{ NO_COLOR: '1' }, false],
  [{ NO_COLOR: '' }, true],
  [{ TERM: 'dumb' }, false],
])('colour on a terminal with %j: %s', (environment, colour) => {
  expect(new StreamOutput(terminal(), new PassThrough(), environment).colour).toBe(colour);
  expect(new StreamOutput(new PassThrough(), new PassThrough(), environment).colour).toBe(false);
});

test('a note does not mix with the progress line', async () => {
  const error = terminal();
  const output = new StreamOutput(new PassThrough(), error, {});
  output.progress('1 s');
  output.note('note');
  await output.flush();
  error.end();
  expect(await text(error)).toBe('\r\u001b[K1 s\r\u001b[Knote\n');
});

test('a reader that goes away ends it quietly, also while it waits for room', async () => {
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  const out = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      setImmediate(done, broken);
    },
  });
  const output = new StreamOutput(out, new PassThrough(), {});
  expect(await output.line('one')).toBe(false);
  expect(await output.line('two')).toBe(false);
  await output.flush();
});
