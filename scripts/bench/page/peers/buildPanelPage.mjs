// @ts-check
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { installPackages } from '../../cache/peers/installPackages.mjs';
import { heldMax, studioVersions } from './panelPackages.mjs';

const inPage = path.join(import.meta.dirname, 'inPage');
const entry = path.join(inPage, 'showLogPanel.mjs');
const studio = '@foxglove/studio-base';

/** What is asked for, and what is given for it. @type {Readonly<Record<string, string>>} */
const standIns = {
  // Three packages of its own repository, of which the panel uses four small functions; and the style sheets of its fonts.
  '@foxglove/den/async': path.join(inPage, 'foxgloveDen.mjs'),
  '@foxglove/den/collection': path.join(inPage, 'foxgloveDen.mjs'),
  '@foxglove/hooks': path.join(inPage, 'foxgloveHooks.mjs'),
  '@foxglove/log': path.join(inPage, 'foxgloveLog.mjs'),
  [`${studio}/styles/assets/inter.css`]: '@fontsource/inter/variable.css',
  [`${studio}/styles/assets/plex-mono.css`]: '@fontsource/ibm-plex-mono/index.css',
  // Its other form does not name all that it imports.
  'react-virtualized': 'react-virtualized/dist/commonjs/index.js',
};

/**
 * Bundles the panel of Foxglove Studio's last open release, from the npm registry, by its own files, with the little that feeds it. How
 * much it holds is asked of the page, so that it can also be seen with more than it was made for.
 * @returns {Promise<string>} the page's file. @throws {PeerMissing}
 */
export async function buildStudioPage() {
  // Some of them ask for an older React than they run with.
  const packages = await installPackages('studio', studioVersions, ['--legacy-peer-deps']);
  const folder = path.join(packages, 'page');
  await build({
    configFile: false,
    root: inPage,
    logLevel: 'error',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    tsconfig: path.join(import.meta.dirname, 'panelPage.tsconfig.json'),
    plugins: [resolves(packages), holdsAsMuchAsAsked()],
    build: {
      target: 'chrome130',
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: { shimMissingExports: true },
      lib: { entry, formats: ['iife'], name: 'page', fileName: () => 'page.js', cssFileName: 'page' },
    },
  });
  const page = path.join(folder, 'index.html');
  copyFileSync(path.join(import.meta.dirname, 'panel.html'), page);
  return page;
}

/**
 * Packages come from the peer's folder, those that our own files here name too: never from this repository's node_modules.
 * @param {string} packages the folder above the peer's node_modules
 * @returns {import('vite').Plugin}
 */
function resolves(packages) {
  return {
    name: 'resolves',
    enforce: 'pre',
    async resolveId(asked, importer, options) {
      const given = standIns[asked] ?? asked;
      const isOutside = importer?.startsWith(inPage) === true;
      if (given === asked && (!isOutside || /^[./]/.test(asked))) return null;
      const from = path.isAbsolute(given) ? importer : path.join(packages, 'package.json');
      return await this.resolve(given, from, { ...options, skipSelf: true });
    },
  };
}

/** @returns {import('vite').Plugin} */
function holdsAsMuchAsAsked() {
  const own = `historySize: ${heldMax}`;
  return {
    name: 'holds-as-much-as-asked',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(`${studio}/src/panels/Log/index.js`)) return null;
      if (!code.includes(own)) throw new Error(`The panel no longer says ${own}.`);
      return { code: code.replace(own, 'historySize: globalThis.panelAsked.held'), map: null };
    },
  };
}
