import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Far above what a person writes by hand. */
const profilesMax = 200;

/** The names of the AWS profiles on this laptop; nothing else of those files is read or kept. */
export async function awsProfiles(environment: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const folder = path.join(environment['HOME'] || os.homedir(), '.aws');
  const files = [
    environment['AWS_CONFIG_FILE'] || path.join(folder, 'config'),
    environment['AWS_SHARED_CREDENTIALS_FILE'] || path.join(folder, 'credentials'),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const [config = '', credentials = ''] = texts;
  const names = [
    ...[...config.matchAll(/^\s*\[\s*(?:profile\s+)([^\]]+?)\s*\]/gm)].map(([, name]) => name ?? ''),
    ...[...config.matchAll(/^\s*\[\s*(default)\s*\]/gm)].map(([, name]) => name ?? ''),
    ...[...credentials.matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gm)].map(([, name]) => name ?? ''),
  ];
  return [...new Set(names)].sort().slice(0, profilesMax);
}
