// @ts-check
/** Plain MCAP with `@mcap/core`: one uncompressed chunk with its CRC a commit, `fdatasync` after each, and nothing else. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { McapChunkBuilder, McapRecordBuilder } from '@mcap/core';
import { channel } from '../records.mjs';

/** @typedef {import('../records.mjs').RecordToCache} RecordToCache */

/** @param {string} folder */
export async function openEngine(folder) {
  const file = await open(path.join(folder, 'raw.mcap'), 'w');
  const head = new McapRecordBuilder();
  head.writeMagic();
  head.writeHeader({ profile: 'ros2', library: 'bench' });
  head.writeSchema({ id: 1, name: channel.schemaName, encoding: 'ros2msg', data: Buffer.from(channel.schemaText) });
  head.writeChannel({ id: 1, schemaId: 1, topic: channel.topic, messageEncoding: 'cdr', metadata: new Map() });
  await file.write(head.buffer, 0, head.length, 0);
  let position = head.length;
  let sequence = 0;
  return {
    /** @param {{ records: readonly RecordToCache[] }} batch */
    prepare: ({ records }) => records,
    /** @param {readonly RecordToCache[]} records */
    async commit(records) {
      const chunk = new McapChunkBuilder({ useMessageIndex: false });
      for (const { receivedNs, stampNs, data } of records) {
        chunk.addMessage({ channelId: 1, sequence: sequence++, logTime: receivedNs, publishTime: stampNs, data });
      }
      const builder = new McapRecordBuilder();
      builder.writeChunk({
        messageStartTime: chunk.messageStartTime,
        messageEndTime: chunk.messageEndTime,
        uncompressedSize: BigInt(chunk.buffer.byteLength),
        uncompressedCrc: crc32(chunk.buffer),
        compression: '',
        records: chunk.buffer,
      });
      await file.write(builder.buffer, 0, builder.length, position);
      await file.datasync();
      position += builder.length;
    },
    close: () => file.close(),
  };
}
