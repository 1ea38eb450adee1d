import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BagFolder, replay, texts } from '../BagFolder.test-support.js';

const folder = new BagFolder();

describe('a ROS 1 bag of the rosbags library', () => {
  it.each(['none', 'bz2', 'lz4'])('is read whole, its chunks compressed: %s', async (compression) => {
    const file = folder.rosbag1('a.bag', '--messages', '300', '--chunk-bytes', '20000', '--compression', compression);
    const listeners = process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
    const source = folder.replayOf(file);
    const heard = await replay(source);
    expect(heard.texts).toEqual(texts(0, 300));
    expect(heard.metrics).toHaveLength(60);
    expect(heard.losses).toEqual([]);
    expect(heard.logs[4]).toMatchObject({ severity: 'FATAL', stampNs: 1_700_000_004_000_000_000n, file: 'a.py' });
    expect([...heard.channels.values()]).toMatchObject([
      { topic: '/rosout', messageEncoding: 'ros1', schemaName: 'rosgraph_msgs/Log' },
      { topic: '/metrics', messageEncoding: 'ros1', schemaName: 'ros_monitoring_msgs/MetricList' },
    ]);
    expect(source.status().reason).toBe('all 330 messages of the bag are on disk');
    expect(process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection')).toBe(listeners);
  });

  it('that is a folder of parts is read in the order of their numbers', async () => {
    folder.rosbag1('a_10.bag', '--first', '20');
    folder.rosbag1('a_2.bag', '--first', '10');
    folder.rosbag1('a_0.bag');
    expect((await replay(folder.replayOf(folder.path))).texts).toEqual(texts(0, 30));
  });

  it('goes on where it was ended, with nothing twice', async () => {
    const file = folder.rosbag1('a.bag', '--messages', '50', '--period-ms', '10', '--chunk-bytes', '5000');
    const { first, rest } = await folder.replayInTwo(file);
    expect([...first.texts, ...rest.texts]).toEqual(texts(0, 50));
    expect((await replay(folder.replayOf(file))).logs).toEqual([]);
  });
});

describe('a damaged ROS 1 bag', () => {
  it('that was never closed gives all its chunks, and says so', async () => {
    const source = folder.replayOf(
      folder.rosbag1('a.bag.active', '--messages', '300', '--chunk-bytes', '9000', '--unclosed'),
    );
    const heard = await replay(source);
    expect(heard.logs.length).toBeGreaterThan(290);
    expect(heard.texts).toEqual(texts(0, heard.logs.length));
    expect(heard.gaps).toHaveLength(1);
    expect(source.status()).toMatchObject({ state: 'failed' });
    expect(source.status().reason).toContain('was not closed');
    expect(source.status().nextStep).toContain('rosbag reindex');
  });

  it('whose last chunk was being written gives the messages of that one too', async () => {
    // roscpp's recorder writes the messages of a chunk into the file as they come, after a chunk of no bytes, and sets its length right
    // when it is full: here the first chunk, whose length is set back to that.
    const file = folder.rosbag1('a.bag', '--messages', '20', '--unclosed', '--chunk-bytes', '20000');
    const bytes = readFileSync(file);
    const chunk = 13 + 4096;
    const lengthAt = chunk + 4 + bytes.readUInt32LE(chunk);
    const length = bytes.readUInt32LE(lengthAt);
    bytes.writeUInt32LE(0, lengthAt);
    writeFileSync(file, bytes.subarray(0, lengthAt + 4 + length));
    const heard = await replay(folder.replayOf(file));
    expect(heard.logs.length).toBeGreaterThan(5);
    expect(heard.texts).toEqual(texts(0, heard.logs.length));
  });

  it('that is cut short gives its whole chunks', async () => {
    const file = folder.rosbag1('a.bag', '--messages', '300', '--chunk-bytes', '9000', '--compression', 'lz4');
    truncateSync(file, 20_000);
    const source = folder.replayOf(file);
    const heard = await replay(source);
    expect(heard.logs.length).toBeGreaterThan(10);
    expect(heard.texts).toEqual(texts(0, heard.logs.length));
    expect(source.status().reason).toContain('cannot be read to its end: the file ends');
  });

  it.each(['bz2', 'lz4'])('whose chunk is damaged (%s) gives what comes before', async (compression) => {
    const file = folder.rosbag1('a.bag', '--messages', '300', '--chunk-bytes', '9000', '--compression', compression);
    const bytes = readFileSync(file);
    bytes.fill(0x55, 30_000, 30_400);
    writeFileSync(file, bytes);
    const source = folder.replayOf(file);
    const heard = await replay(source);
    expect(heard.logs.length).toBeGreaterThan(10);
    expect(heard.texts).toEqual(texts(0, heard.logs.length));
    expect(source.status()).toMatchObject({ state: 'failed' });
  });

  it.each([
    ['that is garbage after its first words', Buffer.alloc(9000, 0x5a)],
    ['that ends after its first words', Buffer.alloc(0)],
  ])('%s is a problem with a next step', async (_, rest) => {
    const file = folder.at('a.bag');
    writeFileSync(file, Buffer.concat([Buffer.from('#ROSBAG V2.0\n'), rest]));
    const source = folder.replayOf(file);
    await replay(source);
    expect(source.status().reason).toContain('is a damaged ROS 1 bag');
    expect(source.status().nextStep).toContain('rosbag reindex');
  });

  it('that is encrypted is named', async () => {
    const file = folder.rosbag1('a.bag');
    const bytes = readFileSync(file);
    // The header of the bag with one field more, its padding shorter by as much.
    const fields = bytes.readUInt32LE(13);
    const more = Buffer.from('....encryptor=rosbag/AesCbcEncryptor');
    more.writeUInt32LE(more.length - 4);
    const header = Buffer.concat([bytes.subarray(17, 17 + fields), more]);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    const padding = Buffer.from(bytes.subarray(17 + fields, 21 + fields));
    padding.writeUInt32LE(padding.readUInt32LE(0) - more.length);
    const after = bytes.subarray(21 + fields + more.length);
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 13), length, header, padding, after]));
    const source = folder.replayOf(file);
    await replay(source);
    expect(source.status().reason).toContain('is encrypted (rosbag/AesCbcEncryptor)');
    expect(source.status().nextStep).toContain('rosbag decrypt');
  });
});
