// @ts-check
/**
 * `npm run bench`: the benchmarks of `scripts/bench`, each against named peers in the same run. `npm run bench -- cache` runs
 * one; what follows a name and begins with `--` is for the benchmark itself (`npm run bench -- cache --quick`), but for
 * `--shipped-node`: then `cache` and `upload`, their peers too, run on a Node as the packaged app has it (`bench/shippedNode.mjs`).
 * They judge nothing: the figures are for people.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { onShippedNode, provideShippedNode } from './bench/shippedNode.mjs';
import { build } from './build.mjs';
import { Reporter } from './setup/Reporter.mjs';
import { rootDir } from './setup/paths.mjs';
import { setup } from './setup.mjs';

const folder = path.join(rootDir, 'scripts', 'bench');
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => path.basename(file, '.mjs'));
const given = process.argv.slice(2);
const firstOption = given.findIndex((word) => word.startsWith('--'));
const asked = firstOption === -1 ? given : given.slice(0, firstOption);
const words = firstOption === -1 ? [] : given.slice(firstOption);
const options = words.filter((word) => word !== '--shipped-node');
const wantsShippedNode = options.length < words.length;
const possible = wantsShippedNode ? onShippedNode : known;
const unknown = asked.filter((name) => !possible.includes(name));
if (unknown.length > 0) {
  const where = wantsShippedNode ? ' on a Node of its own' : '';
  process.stderr.write(`There is no benchmark ${unknown.join(', ')}${where}. There are: ${possible.join(', ')}.\n`);
  process.exit(2);
}
const reporter = new Reporter({ stream: process.stderr });
await setup({ reporter });
await build({ reporter });
const node = wantsShippedNode ? await provideShippedNode() : process.execPath;
let failed = 0;
for (const name of asked.length > 0 ? asked : possible) {
  process.stdout.write(`\n== ${name}\n`);
  const child = spawn(node, [path.join(folder, `${name}.mjs`), ...options], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
