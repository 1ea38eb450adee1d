import { appendFileSync, copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeLog } from '../../codec/logMessage.js';
import { encodeMetricList } from '../../codec/metricMessage.js';
import { ros2LogChannel, ros2MetricListChannel } from '../../codec/schemas.js';
import { succeed } from '../../model/Problem.js';
import { until } from '../realRos.test-support.js';
import { robotSourceContract } from '../robotSourceContract.test-support.js';
import { SourceRecorder } from '../SourceRecorder.test-support.js';
import { BagFolder, replay, texts } from './BagFolder.test-support.js';
import { openBag } from './openBag.js';
import type { RecordedMessage } from './Recording.js';

const folder = new BagFolder();

robotSourceContract('a recording that grows', () => {
  const messages: RecordedMessage[] = [];
  let wake = (): void => undefined;
  let closed = false;
  const isOver = (): boolean => closed;
  const source = folder.sourceOf(() =>
    Promise.resolve(
      succeed({
        ...{ identity: 'growing', messages: null },
        read: async function* () {
          for (let at = 0; !isOver();) {
            const message = messages[at];
            if (message !== undefined) yield message;
            else await new Promise<void>((resolve) => (wake = resolve));
            if (message !== undefined) at += 1;
          }
        },
        close: () => Promise.resolve(),
      }),
    ),
  );
  const start = source.start.bind(source);
  source.start = (listener) => {
    closed = false;
    return start(listener);
  };
  const stop = source.stop.bind(source);
  source.stop = () => {
    closed = true;
    wake();
    return stop();
  };
  const give = (message: RecordedMessage): Promise<void> => {
    messages.push(message);
    wake();
    return Promise.resolve();
  };
  return {
    source,
    log: async (first, count) => {
      for (const message of texts(first, count)) {
        const data = encodeLog({ stampNs: 1n, severity: 'INFO', node: 'node', message });
        await give({ channel: ros2LogChannel('/rosout'), loggedNs: 1n, data });
      }
    },
    sendMetrics: (count) => {
      const list = texts(0, count).map((name) => ({ stampNs: 1n, name, unit: '', value: 1, dimensions: [] }));
      return give({ channel: ros2MetricListChannel('/metrics'), loggedNs: 1n, data: encodeMetricList(list) });
    },
    end: () => Promise.resolve(),
  };
});

describe('a bag', () => {
  it.each(['none', 'lz4', 'zstd'])(
    'of the Python mcap library is read whole, compressed by %s',
    async (compression) => {
      const place = folder.mcap('a.mcap', '--messages', '250', '--compression', compression, '--chunk-bytes', '4000');
      const source = folder.replayOf(place);
      const heard = await replay(source);
      await source.stop();
      expect(heard.texts).toEqual(texts(0, 250));
      expect(heard.metrics).toHaveLength(50);
      expect(heard.logs[4]).toMatchObject({ severity: 'FATAL', stampNs: 1_700_000_000_400_000_000n, file: 'a.py' });
      expect([...heard.channels.values()].map(({ topic }) => topic)).toEqual(['/rosout', '/metrics']);
    },
  );

  it('that is a folder of ROS 2 is read in the order of its parts', async () => {
    folder.mcap('bag_10.mcap', '--first', '20', '--messages', '10');
    folder.mcap('bag_2.mcap', '--first', '10', '--messages', '10');
    folder.mcap('bag_0.mcap', '--messages', '10');
    const heard = await replay(folder.replayOf(folder.path));
    expect(heard.texts).toEqual(texts(0, 30));
  });

  it('of MCAP by the rosbags library is read, also with each message compressed by itself', async () => {
    for (const compress of ['none', 'message']) {
      const heard = await replay(
        folder.replayOf(folder.rosbag2(compress, '--storage', 'mcap', '--compress', compress)),
      );
      expect(heard.texts).toEqual(texts(0, 10));
      expect(heard.metrics).toHaveLength(2);
      expect(heard.losses).toEqual([]);
    }
  });

  it('that ends in the middle gives its whole chunks, and says that the rest is not known', async () => {
    const place = folder.mcap('a.mcap', '--messages', '2000', '--chunk-bytes', '4000');
    const whole = folder.at('whole.mcap');
    copyFileSync(place, whole);
    truncateSync(place, 20_000);
    const source = folder.replayOf(place);
    const heard = await replay(source);
    expect(heard.logs.length).toBeGreaterThan(100);
    expect(heard.texts).toEqual(texts(0, heard.logs.length));
    expect(heard.gaps).toHaveLength(1);
    expect(source.status()).toMatchObject({ state: 'failed' });
    expect(source.status().reason).toContain('it ends in the middle');
  });

  it('that was damaged in the middle gives what comes before, and says where it ends', async () => {
    const place = folder.mcap('a.mcap', '--messages', '2000', '--chunk-bytes', '4000', '--compression', 'none');
    const bytes = readFileSync(place);
    bytes.fill(0xff, bytes.indexOf('message 700'), bytes.indexOf('message 700') + 4);
    writeFileSync(place, bytes);
    const source = folder.replayOf(place);
    const heard = await replay(source);
    expect(heard.texts).toEqual(texts(0, heard.logs.length));
    expect(heard.logs.length).toBeGreaterThan(600);
    expect(heard.logs.length).toBeLessThan(701);
    expect(source.status().reason).toContain('cannot be read to its end');
  });

  it.each([
    ['that is not there', 'nowhere.mcap', null, 'there is no'],
    ['that is another file', 'a.txt', 'hello', 'is no bag'],
    ['that is empty', 'a.mcap', '', 'is empty'],
    ['of an older ROS 1', 'a.bag', '#ROSRECORD V1.1\n', 'of an older version'],
  ])('%s is a problem with a next step', async (_, name, content, words) => {
    const place = folder.at(name);
    if (content !== null) writeFileSync(place, content);
    const source = folder.replayOf(place);
    await replay(source);
    expect(source.status()).toMatchObject({ state: 'failed' });
    expect(source.status().reason).toContain(words);
    expect(source.status().nextStep).not.toBe('');
  });

  it('without a wanted topic says so', async () => {
    const place = folder.mcap('a.mcap', '--messages', '3');
    const source = folder.replayOf(place, { open: () => openBag({ place, topics: ['/other'] }) });
    await replay(source);
    expect(source.status().reason).toContain('has no logs or metrics');
  });
});

describe('a replay', () => {
  it('goes on where it was ended, and is not begun anew when it was whole', async () => {
    const place = folder.mcap('a.mcap', '--messages', '50', '--period-ms', '10');
    const { first, rest } = await folder.replayInTwo(place);
    expect(first.logs.length).toBeLessThan(50);
    expect([...first.texts, ...rest.texts]).toEqual(texts(0, 50));
    const again = folder.replayOf(place);
    expect((await replay(again)).logs).toEqual([]);
    expect(again.status().reason).toBe('all 55 messages of the bag are on disk');
  });

  it('has its bookmark never ahead of the disk', async () => {
    const place = folder.mcap('a.mcap', '--messages', '50');
    // The disk never has it: as when the process is killed before.
    let release = (): void => undefined;
    const first = folder.replayOf(place, { drain: () => new Promise((resolve) => (release = resolve)) });
    const heard = new SourceRecorder();
    await first.start(heard.listen);
    await until(() => heard.logs.length === 50);
    expect((await replay(folder.replayOf(place))).texts).toEqual(texts(0, 50));
    release();
    await first.stop();
  });

  it('begins anew with another file at the same place', async () => {
    const place = folder.mcap('a.mcap', '--messages', '5');
    await replay(folder.replayOf(place));
    appendFileSync(place, '');
    folder.mcap('a.mcap', '--messages', '7');
    expect((await replay(folder.replayOf(place))).texts).toEqual(texts(0, 7));
  });

  it('keeps the pace of the recording, times the speed', async () => {
    const place = folder.mcap('a.mcap', '--messages', '11', '--period-ms', '1000');
    let nowMs = 0;
    const waits: { readonly atMs: number; readonly go: () => void }[] = [];
    const clock = {
      nowNs: () => 1n,
      monotonicMs: () => nowMs,
      after: (delayMs: number, go: () => void) => {
        waits.push({ atMs: nowMs + delayMs, go });
        return () => undefined;
      },
    };
    const source = folder.replayOf(place, { speed: 4, clock });
    const heard = new SourceRecorder();
    await source.start(heard.listen);
    const arrivals: number[] = [];
    for (let count = 1; count <= 11; count += 1) {
      await until(() => heard.logs.length >= count || waits.length > 0);
      const wait = waits.shift();
      if (wait !== undefined && heard.logs.length < count) {
        nowMs = wait.atMs;
        wait.go();
      }
      await until(() => heard.logs.length >= count);
      arrivals.push(nowMs);
      if (wait !== undefined && nowMs < wait.atMs) waits.unshift(wait);
    }
    expect(arrivals).toEqual([0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000, 2250, 2500]);
    await source.stop();
  });
});
