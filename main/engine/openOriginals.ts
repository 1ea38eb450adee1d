import { open, stat } from 'node:fs/promises';
import { findOriginalFiles, type OriginalFile } from '../originals/findOriginalFiles.js';
import { parseOriginalLine } from '../originals/parseOriginalLine.js';
import { readLines } from '../originals/readLines.js';
import { recordOfLine } from '../originals/recordOfLine.js';
import { destinationsOf, type Destinations } from '../model/destinationsOf.js';
import { type Problem, type Result, succeed } from '../model/Problem.js';
import type { RobotConfig } from '../model/RobotConfig.js';
import type { RecordedItem, Recording } from '../ros/replay/Recording.js';

/**
 * A folder of the original nodes' cache files as a recording: oldest file first, each line as the message that a ROS 2 robot would
 * have sent. Problems: see findOriginalFiles.
 */
export async function openOriginals(folder: string, config: RobotConfig): Promise<Result<Recording>> {
  const { logFiles, metricFiles } = config.originals;
  const found = await findOriginalFiles(folder, [logFiles, metricFiles]);
  if (!found.ok) return found;
  const { files } = found.value;
  const facts = await Promise.all(
    files.map(async ({ name, path }) => {
      const { size, mtimeMs } = await stat(path);
      return [name, size, mtimeMs];
    }),
  );
  return succeed({
    identity: JSON.stringify([folder, facts]),
    messages: null,
    read: () => readFiles(files, destinationsOf(config)),
    close: () => Promise.resolve(),
  });
}

async function* readFiles(
  files: readonly OriginalFile[],
  destinations: Destinations,
): AsyncGenerator<RecordedItem | Problem, void, void> {
  for (const { name, path } of files) {
    try {
      const file = await open(path, 'r');
      try {
        for await (const line of readLines(file)) {
          const parsed = parseOriginalLine(line);
          if (parsed.type === 'bad') {
            yield { lost: `${name}, line ${line.number}: ${parsed.reason}` };
            continue;
          }
          const { channel, receivedNs, data } = recordOfLine(parsed, destinations, name);
          yield { channel, loggedNs: receivedNs, data };
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      yield { code: 'unreadable', message: `${path} cannot be read on (${String(error)})`, nextStep: '' };
      return;
    }
  }
}
