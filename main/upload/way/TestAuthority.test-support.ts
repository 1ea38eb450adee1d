import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority of a test's own, made with the system's openssl when the test runs. */
export class TestAuthority {
  private issued = 0;

  private constructor(
    private readonly folder: string,
    /** Its certificate, in PEM form. */
    readonly caFile: string,
  ) {}

  static async make(): Promise<TestAuthority> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'tether-ca-'));
    const authority = new TestAuthority(folder, path.join(folder, 'ca.pem'));
    await authority.openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'],
      ...['-subj', '/CN=Authority of a test', '-keyout', 'ca.key', '-out', 'ca.pem'],
    );
    await writeFile(path.join(folder, 'index.txt'), '');
    return authority;
  }

  /** For a name (`*.eu-west-1.amazonaws.com`), valid between these times; a week about now when they are left out. */
  async issue(name: string, fromMs = Date.now() - 3 * dayMs, toMs = Date.now() + 4 * dayMs): Promise<TestCertificate> {
    this.issued += 1;
    const [key, csr, cert, config] = ['key', 'csr', 'pem', 'cnf'].map((ending) => `leaf${this.issued}.${ending}`);
    if (key === undefined || csr === undefined || cert === undefined || config === undefined)
      throw new Error('no name');
    await writeFile(path.join(this.folder, config), configFor(name));
    await this.openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=leaf', '-keyout', key, '-out', csr],
    );
    await this.openssl(
      ...['ca', '-batch', '-config', config, '-in', csr, '-out', cert, '-extensions', 'leaf', '-notext'],
      ...['-startdate', asn1Time(fromMs), '-enddate', asn1Time(toMs)],
    );
    const read = (file: string): Promise<string> => readFile(path.join(this.folder, file), 'utf8');
    return { key: await read(key), cert: await read(cert) };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async openssl(...args: readonly string[]): Promise<void> {
    await run('openssl', [...args], { cwd: this.folder });
  }
}

const dayMs = 86_400_000;

function configFor(name: string): string {
  return [
    '[ca]',
    'default_ca = ours',
    '[ours]',
    'new_certs_dir = .',
    'database = index.txt',
    'rand_serial = yes',
    'unique_subject = no',
    'certificate = ca.pem',
    'private_key = ca.key',
    'default_md = sha256',
    'policy = any',
    '[any]',
    'commonName = supplied',
    '[leaf]',
    `subjectAltName = DNS:${name}`,
    '',
  ].join('\n');
}

/** `20260101000000Z`. */
function asn1Time(ms: number): string {
  return `${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
