import path from 'node:path';
import { rootDir, toolchainPath } from '../../scripts/setup/paths.mjs';

export const appMainFile = path.join(rootDir, 'build', 'electron', 'main.js');
export const commandLineFile = path.join(rootDir, 'build', 'main', 'cli', 'tether.js');
export const publisherFile = path.join(rootDir, 'e2e', 'peers', 'rosout_publisher.py');
export const asNobodyFile = path.join(rootDir, 'e2e', 'bench', 'as-nobody.sh');
export const toolchainFile = toolchainPath;
