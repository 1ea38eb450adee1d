import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const metadataSchema = z.object({
  rosbag2_bagfile_information: z.object({
    relative_file_paths: z.array(z.string()),
    topics_with_message_count: z.array(
      z.object({
        topic_metadata: z.object({ name: z.string(), type: z.string() }),
        message_count: z.number().int().min(0),
      }),
    ),
  }),
});

/** What Tether wants of the metadata.yaml that rosbag2 writes beside a bag's files when it closes the bag. */
export interface BagMetadata {
  /** Names of the files, in their order. */
  readonly names: readonly string[];
  readonly topics: readonly { readonly name: string; readonly type: string; readonly messages: number }[];
}

/** Null when there is none that can be read, as after a crash of the recorder: then the files speak for themselves. */
export async function readBagMetadata(folder: string): Promise<BagMetadata | null> {
  try {
    const text = await readFile(path.join(folder, 'metadata.yaml'), 'utf8');
    const { rosbag2_bagfile_information: told } = metadataSchema.parse(parse(text));
    return {
      // Before Foxy the paths began with the bag's own folder.
      names: told.relative_file_paths.map((file) => path.basename(file)),
      topics: told.topics_with_message_count.map(({ topic_metadata: { name, type }, message_count: messages }) => ({
        ...{ name, type, messages },
      })),
    };
  } catch {
    return null;
  }
}
