import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../seams/Clock.js';
import { freePort } from '../freePort.test-support.js';
import { until } from '../realRos.test-support.js';
import { robotSourceContract } from '../robotSourceContract.test-support.js';
import { SourceRecorder } from '../SourceRecorder.test-support.js';
import { Roscore, type Ros1Node } from './Ros1Robot.test-support.js';
import { Ros1Source, type Ros1SourceOptions } from './Ros1Source.js';

const core = await Roscore.start();
afterAll(async () => {
  await core.stop();
});

function sourceAt(masterUri: string, changes: Partial<Ros1SourceOptions> = {}): Ros1Source {
  return new Ros1Source({
    ...{ masterUri, ip: '', rosout: true, logTopics: [], metricTopics: ['metrics'], clock: systemClock },
    ...changes,
  });
}

robotSourceContract('a real roscore with a rospy node', () => {
  const source = sourceAt(core.uri);
  const node = core.node();
  return {
    source,
    logs: { topic: '/rosout_agg', schemaName: 'rosgraph_msgs/Log' },
    log: (first, count) => node.log(source.callerId, first, count),
    sendMetrics: (count) => node.measure(source.callerId, count),
    end: () => node.stop(),
  };
});

describe('a ROS 1 source', () => {
  const open: (() => Promise<unknown>)[] = [];
  let heard = new SourceRecorder();
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    heard = new SourceRecorder();
  });

  async function start(source: Ros1Source): Promise<Ros1Source> {
    open.push(() => source.stop());
    await source.start(heard.listen);
    return source;
  }

  function nodeOf(roscore: Roscore, ...args: string[]): Ros1Node {
    const node = roscore.node(args);
    open.push(() => node.stop());
    return node;
  }

  it("hears rospy's own logging in its five levels, with the node's topics", async () => {
    const source = await start(sourceAt(core.uri));
    await nodeOf(core, '--own-rosout', '--name', 'talker').say(source.callerId);
    const said = () => heard.logs.filter(({ message }) => message === 'talker says so');
    await until(() => said().length === 5);
    expect(said().map(({ severity }) => severity)).toEqual(['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);
    expect(said()[0]).toMatchObject({ node: '/talker', topic: '/rosout_agg' });
    expect(said()[0]?.nodeTopics).toContain('/rosout');
    expect(said()[0]?.file).toContain('ros1_robot.py');
  });

  it('has every field of logs and metrics', async () => {
    const source = await start(sourceAt(core.uri));
    const node = nodeOf(core);
    await node.log(source.callerId, 3, 1);
    await node.measure(source.callerId, 2);
    await until(() => heard.logs.length === 1 && heard.metrics.length === 2);
    expect(heard.logs[0]).toMatchObject({
      ...{ stampNs: 1_800_000_003_000_000_005n, severity: 'ERROR', node: '/node', message: 'message 3' },
      ...{ file: 'a.py', function: 'f', line: 7, nodeTopics: ['/rosout', '/b'] },
    });
    expect(heard.metrics[1]).toMatchObject({
      ...{ name: 'm1', value: 1, unit: 'percent', stampNs: 1_800_000_000_000_000_005n },
      dimensions: [{ name: 'robot_id', value: 'r' }],
    });
  });

  it('takes /rosout from each node where there is no rosout node', async () => {
    const master = await Roscore.start({ rosout: false });
    open.push(() => master.stop());
    const source = await start(sourceAt(master.uri));
    await nodeOf(master).log(source.callerId, 0, 5);
    await until(() => heard.logs.length === 5);
    expect(heard.logs[0]?.topic).toBe('/rosout');
    expect(source.status().topics.map(({ topic }) => topic)).toEqual(['/rosout', '/metrics']);
  });

  it('counts exactly what a publisher with a short queue dropped since its first message was heard', async () => {
    const source = await start(sourceAt(core.uri, { rosout: false, logTopics: ['/busy'], metricTopics: [] }));
    const sent = 10_000;
    const node = nodeOf(core, '--log-topic', '/busy', '--queue', '1');
    // Whether messages before the first one were sent to us at all, its number would not say.
    await node.log(source.callerId, 0, 1);
    await until(() => heard.logs.length === 1);
    await node.log(source.callerId, 1, sent - 1);
    const lost = () => heard.losses.reduce((sum, { count }) => sum + count, 0);
    // The newest message is never among the dropped.
    await until(() => heard.texts.at(-1) === `message ${sent - 1}`);
    expect(heard.texts[0]).toBe('message 0');
    expect(heard.logs.length + lost()).toBe(sent);
    expect(new Set(heard.losses.map(({ stage }) => stage)).size).toBeLessThanOrEqual(1);
  });

  it('counts a gap in the numbers once, with its size', async () => {
    const source = await start(sourceAt(core.uri, { rosout: false, logTopics: ['/mine'], metricTopics: [] }));
    const node = nodeOf(core, '--log-topic', '/mine');
    await node.log(source.callerId, 0, 5);
    await node.log(source.callerId, 5, 5, 41);
    await until(() => heard.logs.length === 10);
    expect(heard.losses).toMatchObject([{ stage: 'link', count: 41 }]);
    expect(source.status().topics).toMatchObject([{ topic: '/mine', lost: 41 }]);
  });

  it('is there again when the master is gone and back, and says so', async () => {
    const port = await freePort();
    const first = await Roscore.start({ port });
    const source = await start(sourceAt(first.uri));
    const node = nodeOf(first);
    await node.log(source.callerId, 0, 3);
    await until(() => heard.logs.length === 3);
    await first.stop();
    // The node's own connections do not need the master: that to /metrics and, once the rosout node has gone, to /rosout.
    await until(() => source.status().reason.endsWith('still heard'));
    expect(source.status()).toMatchObject({ state: 'receiving', restarts: 1 });
    await node.stop();
    await until(() => source.status().state === 'starting');
    const second = await Roscore.start({ port });
    open.push(() => second.stop());
    await nodeOf(second).log(source.callerId, 3, 3);
    await until(() => heard.logs.length === 6);
    expect(heard.texts).toEqual([0, 1, 2, 3, 4, 5].map((number) => `message ${number}`));
    expect(heard.gaps[0]).toMatch(/^the ROS master was gone for \d+\.\d s; /);
    expect([...heard.channels.values()].filter(({ topic }) => topic === '/rosout_agg')).toHaveLength(1);
  });

  it('follows nodes that come and go', async () => {
    const source = await start(sourceAt(core.uri, { rosout: false, logTopics: ['/mine'], metricTopics: [] }));
    for (const round of [0, 1]) {
      const node = core.node(['--log-topic', '/mine', '--name', 'comes_and_goes']);
      open.push(() => node.stop());
      await node.log(source.callerId, round, 1);
      await until(() => heard.logs.length === round + 1);
      await node.stop();
    }
    expect(heard.texts).toEqual(['message 0', 'message 1']);
    expect(heard.losses).toEqual([]);
  });

  it('names a type that it cannot read', async () => {
    const source = await start(sourceAt(core.uri));
    await nodeOf(core, '--odd-topic').ready();
    await until(() => source.status().reason.includes('std_msgs/Header'));
    expect(source.status().reason).toBe('/metrics has the type std_msgs/Header, which is neither logs nor metrics');
  });

  it('says what is wrong when nothing listens', async () => {
    const source = await start(sourceAt(`127.0.0.1:${await freePort()}`));
    await until(() => source.status().reason.includes('trying again'));
    expect(source.status().reason).toMatch(/^no ROS master listens at http:\/\/127\.0\.0\.1:\d+\/; /);
    expect(source.status().nextStep).toContain('roscore');
  });

  it('says what is wrong when something else answers', async () => {
    const server = createHttpServer((_, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => server.close(resolve)));
    const source = await start(sourceAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    await until(() => source.status().reason.includes('trying again'));
    expect(source.status().reason).toContain('is no ROS master');
  });

  it('fails at once, without trying, on an address that is none', async () => {
    for (const masterUri of ['', 'ws://robot:11311', 'http://']) {
      const source = sourceAt(masterUri);
      await source.start(() => undefined);
      expect(source.status()).toMatchObject({ state: 'failed' });
      expect(source.status().nextStep).toContain('ros_master_uri');
      await source.stop();
    }
  });
});
