import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { caSourcesOf } from './caSourcesOf.js';

const connection = { connectTimeoutMs: 1, requestTimeoutMs: 1, connectionsMax: 1 };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tether-ca-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ['ca_bundle = /etc/site.pem # of the site', '/etc/site.pem'],
  ['ca_bundle=/etc/site.pem\t; of the site', '/etc/site.pem'],
  ['ca_bundle = /etc/site#2.pem', '/etc/site#2.pem'],
  ['ca_bundle = /etc/site 2.pem', '/etc/site 2.pem'],
  ['ca_bundle = ~/site.pem # of the site', '/home/somebody/site.pem'],
  ['# ca_bundle = /etc/old.pem', null],
  ['  ; ca_bundle = /etc/old.pem', null],
  ['ca_bundle = # none', null],
])('%s', async (line, place) => {
  const file = path.join(folder, 'config');
  await writeFile(
    file,
    `[default]\nca_bundle = /of/another\n[profile field] # on the road\n${line}\nregion = eu-west-1\n`,
  );
  const sources = await caSourcesOf(connection, 'field', { AWS_CONFIG_FILE: file, HOME: '/home/somebody' });
  expect(sources.map((source) => source.path)).toEqual(place === null ? [] : [place]);
});
