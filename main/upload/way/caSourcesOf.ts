import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CloudConnection } from '../../model/RobotConfig.js';

/** A file, or a folder of files, with certificates of authorities. */
export interface CaSource {
  readonly path: string;
  readonly isFolder: boolean;
  /** Who named it, for a sentence. */
  readonly namedBy: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The authorities that are trusted beside Node's own: those of the robot file, and the AWS CLI's (AWS_CA_BUNDLE, else the
 * profile's `ca_bundle` in AWS's config file). `profile` empty: AWS_PROFILE, else `default`.
 */
export async function caSourcesOf(
  { caFile = '', caPath = '' }: CloudConnection,
  profile: string,
  environment: Environment,
): Promise<readonly CaSource[]> {
  const sources: CaSource[] = [];
  if (caFile !== '') sources.push({ path: caFile, isFolder: false, namedBy: 'ca_file in the robot file' });
  if (caPath !== '') sources.push({ path: caPath, isFolder: true, namedBy: 'ca_path in the robot file' });
  const bundle = environment['AWS_CA_BUNDLE'] || '';
  if (bundle !== '') return [...sources, { path: bundle, isFolder: false, namedBy: 'AWS_CA_BUNDLE' }];
  const name = profile || environment['AWS_PROFILE'] || 'default';
  const ofProfile = await bundleOfProfile(name, environment);
  if (ofProfile === null) return sources;
  return [...sources, { path: ofProfile, isFolder: false, namedBy: `ca_bundle of the AWS profile "${name}"` }];
}

async function bundleOfProfile(name: string, environment: Environment): Promise<string | null> {
  const home = environment['HOME'] || os.homedir();
  const file = environment['AWS_CONFIG_FILE'] || path.join(home, '.aws', 'config');
  const text = await readFile(file, 'utf8').catch(() => '');
  let isInside = false;
  for (const written of text.split(/\r?\n/)) {
    // As the SDK reads it: a comment begins at the line's start or behind a space.
    const line = written.split(/(?:^|\s)[;#]/)[0] ?? '';
    const section = /^\s*\[\s*(?:profile\s+)?["']?(.+?)["']?\s*\]/.exec(line);
    if (section !== null) isInside = section[1] === name;
    const value = isInside ? /^\s*ca_bundle\s*=\s*(.+?)\s*$/.exec(line)?.[1] : undefined;
    if (value !== undefined) return value.replace(/^~(?=\/)/, home);
  }
  return null;
}
