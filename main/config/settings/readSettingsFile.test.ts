import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settingsSchema } from '../../contract/bridge.js';
import { appSettingsSchema, migrations, settingsVersion } from './AppSettingsContent.js';
import { parseAppSettings } from './parseAppSettings.js';
import { readSettingsFile } from './readSettingsFile.js';

let folder: string;
const nowMs = Date.UTC(2026, 10, 30, 12);
const defaults = appSettingsSchema.parse({});
const window = { x: 10, y: 20, width: 1200, height: 800, maximized: false };

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-settings-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: unknown): Promise<string> {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  await writeFile(path.join(folder, name), text);
  return text;
}

async function asideTexts(): Promise<string[]> {
  const names = await readdir(path.join(folder, 'aside')).catch(() => []);
  return await Promise.all(names.map((name) => readFile(path.join(folder, 'aside', name), 'utf8')));
}

test('no file: the defaults, and nothing to tell', () => {
  expect(readSettingsFile(folder, nowMs)).toEqual({ content: defaults, problems: [], mayWrite: true });
});

test('what was written is read back whole', async () => {
  const settings = settingsSchema.parse({
    ...{ theme: 'sunlight', robot: 'rover', recentRobots: ['rover', 'arm'] },
    limits: { cachesBytesMax: 2 ** 33, diskFreeBytesMin: 0 },
    denseLines: true,
    savedFilters: [{ name: 'a', expression: '/x/', severityMask: 3 }],
    metrics: { robots: { rover: { 'cpu ': { pinned: true } } } },
  });
  const folders = { export: '/media/usb' };
  await put('app.json', { version: settingsVersion, settings, window, folders });
  expect(readSettingsFile(folder, nowMs)).toEqual({
    content: { settings, window, folders },
    problems: [],
    mayWrite: true,
  });
});

test('the file of the first versions, without a version: taken over, with the robot as the one looked at last', async () => {
  await put('window.json', { settings: { theme: 'light', robot: 'rover', desk: 'cache' }, window });
  const { content, problems } = readSettingsFile(folder, nowMs);
  expect(problems).toEqual([]);
  expect(content).toMatchObject({ settings: { theme: 'light', desk: 'cache', recentRobots: ['rover'] }, window });
  await put('app.json', { version: settingsVersion, settings: { theme: 'dark' } });
  expect(readSettingsFile(folder, nowMs).content.settings.theme).toBe('dark');
});

test('there is a step from each version to the next', () => {
  const steps = Array.from({ length: settingsVersion - 1 }, (_, index) => String(index + 1));
  expect(Object.keys(migrations)).toEqual(steps);
});

test('a newer version: refused with a reason, kept aside, and free to be written over', async () => {
  const text = await put('app.json', { version: settingsVersion + 7, settings: { theme: 'hologram' } });
  const { content, problems, mayWrite } = readSettingsFile(folder, nowMs);
  expect([content, mayWrite]).toEqual([defaults, true]);
  expect(problems).toMatchObject([
    { code: 'newer-settings', message: expect.stringMatching(/newer Tether \(version 9/) as string },
  ]);
  expect(problems[0]?.nextStep).toContain(path.join(folder, 'aside', 'app-2026-11-30T12-00-00.000Z.json'));
  expect(await asideTexts()).toEqual([text]);
});

test.each([
  '{"version": 2, "settings": {',
  '[1]',
  '',
  '"text"',
  '{"version": "two"}',
  '{"version": 0}',
  '\u0000\u0001',
])('what is no settings file (%j) is set aside and told', async (text) => {
  await put('app.json', text);
  const { content, problems, mayWrite } = readSettingsFile(folder, nowMs);
  expect([content, mayWrite]).toEqual([defaults, true]);
  expect(problems).toMatchObject([{ code: 'broken-settings', nextStep: expect.stringContaining('is kept') as string }]);
  expect(await asideTexts()).toEqual([text]);
});

test('each wrong or unknown value falls back alone, is told by its place, and the file is kept', async () => {
  const text = await put('app.json', {
    version: settingsVersion,
    window: { ...window, width: -5 },
    plugins: ['x'],
    settings: {
      ...{ theme: 'purple', desk: 'metrics', robot: 7, recentRobots: ['rover', '../etc', 3] },
      limits: { cachesBytesMax: 5, diskFreeBytesMin: 4096, turbo: true },
      savedFilters: [{ name: 'good', expression: '', severityMask: 1 }, { name: 'bad' }],
      metrics: { windowS: 'long', groupBy: 'core', robots: { rover: { a: { pinned: 'yes', above: 3 }, b: 5 } } },
    },
  });
  const { content, problems } = readSettingsFile(folder, nowMs);
  expect(content).toEqual({
    window: null,
    folders: {},
    settings: settingsSchema.parse({
      ...{ desk: 'metrics', recentRobots: ['rover'], limits: { diskFreeBytesMin: 4096 } },
      savedFilters: [{ name: 'good', expression: '', severityMask: 1 }],
      metrics: { groupBy: 'core', robots: { rover: { a: { above: 3 } } } },
    }),
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toMatch(/window\.width.*plugins \(is not known.*and \d+ more/);
  expect(await asideTexts()).toEqual([text]);
  const places = parseAppSettings(text).findings.map(({ place }) => place);
  expect(places).toEqual(
    expect.arrayContaining([
      ...['window.width', 'plugins', 'settings.theme', 'settings.robot', 'settings.recentRobots[1]'],
      ...['settings.recentRobots[2]', 'settings.limits.cachesBytesMax', 'settings.limits.turbo'],
      ...['settings.savedFilters[1].expression', 'settings.metrics.windowS', 'settings.metrics.robots.rover.a.pinned'],
      'settings.metrics.robots.rover.b',
    ]),
  );
});

test('keys that JavaScript gives a meaning to are keys like any other', async () => {
  await put('app.json', '{"version":2,"settings":{"__proto__":{"theme":"light"},"constructor":1}}');
  const { content } = readSettingsFile(folder, nowMs);
  expect(content).toEqual(defaults);
  expect(Object.hasOwn(Object.prototype, 'theme')).toBe(false);
});

test('lists longer than their limit keep their beginning', async () => {
  const recentRobots = Array.from({ length: 30 }, (_, index) => `r${index}`);
  await put('app.json', { version: settingsVersion, settings: { recentRobots } });
  expect(readSettingsFile(folder, nowMs).content.settings.recentRobots).toEqual(recentRobots.slice(0, 10));
});

describe('a disk that refuses', () => {
  test('a folder in the place of the file: the defaults, told, and nothing is written', async () => {
    await mkdir(path.join(folder, 'app.json'));
    expect(readSettingsFile(folder, nowMs)).toMatchObject({
      ...{ content: defaults, mayWrite: false },
      problems: [{ code: 'unreadable-settings' }],
    });
  });

  test('no copy can be made: the file stays as it is', async () => {
    await put('app.json', 'no json');
    await put('aside', 'a file where the folder would be');
    const { problems, mayWrite } = readSettingsFile(folder, nowMs);
    expect(mayWrite).toBe(false);
    expect(problems[0]?.nextStep).toMatch(/Nothing is written/);
  });

  test('no more copies than the newest twenty', async () => {
    await put('app.json', 'no json');
    for (let minute = 0; minute < 25; minute += 1) readSettingsFile(folder, nowMs + minute * 60_000);
    const names = (await readdir(path.join(folder, 'aside'))).sort();
    expect(names).toHaveLength(20);
    expect(names.at(-1)).toBe('app-2026-11-30T12-24-00.000Z.json');
  });
});
