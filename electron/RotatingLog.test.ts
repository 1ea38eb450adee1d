import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RotatingLog, waitingLinesMax } from './RotatingLog.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tether-log-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a rotating log', () => {
  it('writes lines in order, each with its time, and goes on in a file that is there', async () => {
    const file = path.join(folder, 'logs', 'app.log');
    const first = new RotatingLog(file);
    first.write('one');
    first.write('two');
    await first.flush();
    const second = new RotatingLog(file);
    second.write('three');
    await second.flush();
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[1])).toEqual(['one', 'two', 'three']);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z one$/);
  });

  it('keeps its limit: so many files, of about such a size', async () => {
    const log = new RotatingLog(path.join(folder, 'app.log'), { fileBytesMax: 1000, olderFilesMax: 2 });
    for (let index = 0; index < 200; index += 1) {
      log.write(`line ${index} ${'x'.repeat(50)}`);
      await log.flush();
    }
    expect((await readdir(folder)).sort()).toEqual(['app.1.log', 'app.2.log', 'app.log']);
    const newest = await readFile(path.join(folder, 'app.log'), 'utf8');
    const older = await readFile(path.join(folder, 'app.1.log'), 'utf8');
    expect(`${older}${newest}`).toContain('line 199 ');
    expect(older.length).toBeLessThan(1100);
  });

  it('counts what a burst had to leave out', async () => {
    const file = path.join(folder, 'app.log');
    const log = new RotatingLog(file);
    for (let index = 0; index < waitingLinesMax + 7; index += 1) log.write('burst');
    await log.flush();
    expect(await readFile(file, 'utf8')).toContain('[log] 7 lines were left out');
  });

  it('lets the app live when it cannot write', async () => {
    await writeFile(path.join(folder, 'logs'), 'a file where the folder should be');
    const log = new RotatingLog(path.join(folder, 'logs', 'app.log'));
    log.write('nowhere to go');
    await expect(log.flush()).resolves.toBeUndefined();
  });
});
