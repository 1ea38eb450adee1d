import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { appHost, appSchemeName } from './appOrigin.js';

/**
 * Reads a file of the built page for a URL of the app's own scheme. Only files under the root are ever read: the path is
 * decoded once, resolved, and compared with the root afterwards, so that no spelling of `..` leads out. A file of a kind
 * that the page does not consist of is not served.
 */
const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

export type PageFile =
  | { readonly status: 200; readonly mimeType: string; readonly body: Uint8Array<ArrayBuffer> }
  | { readonly status: 400 | 404 };

export async function readPageFile(root: string, url: string): Promise<PageFile> {
  const file = pageFilePath(root, url);
  if (file === null) return { status: 400 };
  const mimeType = mimeTypes[path.extname(file).toLowerCase()];
  if (mimeType === undefined) return { status: 404 };
  try {
    return { status: 200, mimeType, body: new Uint8Array(await readFile(file)) };
  } catch {
    return { status: 404 };
  }
}

/** The absolute path that a URL names, or null when it is not one of ours. */
export function pageFilePath(root: string, url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== `${appSchemeName}:` || parsed.host !== appHost) return null;
  const decoded = decodePath(parsed.pathname);
  // A NUL ends a path for the system; a backslash is a separator on Windows only, so it has no business in a URL of ours.
  if (decoded === null || decoded.includes('\0') || decoded.includes('\\')) return null;
  const wanted = decoded === '/' ? '/index.html' : decoded;
  const file = path.resolve(root, `.${wanted}`);
  return file.startsWith(path.resolve(root) + path.sep) ? file : null;
}

function decodePath(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return null;
  }
}
