import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { CaSource } from './caSourcesOf.js';
import { dataStay, wayError, type WayError } from './WayError.js';

/** Far above all authorities of an operating system together. */
const caBytesMax = 8 * 1_048_576;
const caFilesMax = 1_000;

/**
 * The authorities whose certificates are trusted: Node's own, those of NODE_EXTRA_CA_CERTS, and those that files name. Files
 * are looked at for each new connection and read again when they changed.
 */
export class TrustedRoots {
  private read: { readonly stamp: string; readonly context: SecureContext } | null = null;

  constructor(private readonly sources: () => Promise<readonly CaSource[]>) {}

  /** Null: nothing is added to what Node trusts. Throws a WayError for a file that is not there or holds no certificate. */
  async secureContext(): Promise<SecureContext | null> {
    const sources = await this.sources();
    if (sources.length === 0) return null;
    const stamp = (await Promise.all(sources.map(stampOf))).join('\n');
    if (this.read?.stamp === stamp) return this.read.context;
    const context = createSecureContext({ ca: [...(await trustedCertificates(sources))] });
    this.read = { stamp, context };
    return context;
  }
}

/** In PEM form. */
export async function trustedCertificates(sources: readonly CaSource[]): Promise<readonly string[]> {
  const added = (await Promise.all(sources.map(certificatesOf))).flat();
  return [...rootCertificates, ...(await extraCertificates()), ...added];
}

/** Changes whenever the files do. */
async function stampOf(source: CaSource): Promise<string> {
  const stamps = await Promise.all(
    (await filesOf(source)).map(async (file) => {
      const { mtimeMs, size, ino } = await stat(file).catch((error: unknown) => {
        throw unreadable(source, error);
      });
      return `${file} ${mtimeMs} ${size} ${ino}`;
    }),
  );
  return stamps.join('\n');
}

async function filesOf(source: CaSource): Promise<readonly string[]> {
  if (!source.isFolder) return [source.path];
  try {
    const names = await readdir(source.path);
    return names
      .filter((name) => /\.(?:pem|crt|cer|\d+)$/i.test(name))
      .sort()
      .slice(0, caFilesMax)
      .map((name) => path.join(source.path, name));
  } catch (error) {
    throw unreadable(source, error);
  }
}

async function certificatesOf(source: CaSource): Promise<readonly string[]> {
  const texts = await Promise.all(
    (await filesOf(source)).map(async (file) => {
      try {
        const { size } = await stat(file);
        return size > caBytesMax ? '' : await readFile(file, 'latin1');
      } catch (error) {
        throw unreadable(source, error);
      }
    }),
  );
  const certificates = texts.flatMap(pemCertificates);
  if (certificates.length === 0) {
    const what = source.isFolder ? 'has no file with a certificate' : 'holds no certificate';
    throw wayError(
      'ca-file',
      `${source.path} (${source.namedBy}) ${what} in PEM form.`,
      `Put the authority's certificate there as text (-----BEGIN CERTIFICATE-----; of a .der file: openssl x509 -inform der -in FILE -out ca.pem). ${dataStay}`,
    );
  }
  return certificates;
}

function pemCertificates(text: string): readonly string[] {
  const blocks = text.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g);
  return (blocks ?? []).filter((block) => {
    try {
      return new X509Certificate(block).raw.length > 0;
    } catch {
      return false;
    }
  });
}

/** Node reads this file itself, but not where it is given a list. */
async function extraCertificates(): Promise<readonly string[]> {
  const file = process.env['NODE_EXTRA_CA_CERTS'] ?? '';
  return file === '' ? [] : pemCertificates(await readFile(file, 'latin1').catch(() => ''));
}

function unreadable({ path: place, namedBy }: CaSource, error: unknown): WayError {
  const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return wayError(
    'ca-file',
    isAbsent
      ? `${place} (${namedBy}) is not on this laptop.`
      : `${place} (${namedBy}) cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    `Put the authority's certificate there, or take ${namedBy} out. ${dataStay}`,
  );
}
