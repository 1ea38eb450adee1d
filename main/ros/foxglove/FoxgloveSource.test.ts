import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Clock, systemClock } from '../../seams/Clock.js';
import { freePort } from '../freePort.test-support.js';
import { until } from '../realRos.test-support.js';
import { robotSourceContract, type SourceUnderTest } from '../robotSourceContract.test-support.js';
import { SourceRecorder } from '../SourceRecorder.test-support.js';
import { type FoxgloveEncoding, FoxgloveServer } from './FoxgloveServer.test-support.js';
import { FoxgloveSource, type FoxgloveSourceOptions } from './FoxgloveSource.js';

function sourceAt(
  address: string,
  clock: Clock = systemClock,
  more: Pick<FoxgloveSourceOptions, 'numericRules'> = {},
): FoxgloveSource {
  return new FoxgloveSource({ address, logTopics: ['/rosout'], metricTopics: ['metrics'], clock, ...more });
}

const tenTimesFaster: Clock = {
  nowNs: () => systemClock.nowNs(),
  monotonicMs: () => systemClock.monotonicMs() * 10,
  after: (delayMs, callback) => systemClock.after(delayMs / 10, callback),
};

const schemaNames: Readonly<Record<FoxgloveEncoding, string>> = {
  cdr: 'rcl_interfaces/msg/Log',
  ros1: 'rosgraph_msgs/Log',
  json: 'foxglove.Log',
  protobuf: 'foxglove.Log',
};

/** The port has to be known before the server runs: the source is made at once. */
function underTest(encoding: FoxgloveEncoding, port: number): SourceUnderTest {
  const server = new FoxgloveServer(encoding, ['--port', String(port)]);
  const source = sourceAt(`ws://127.0.0.1:${port}`);
  let starts = 0;
  const begin = source.start.bind(source);
  source.start = (listener) => {
    starts += 1;
    return begin(listener);
  };
  return {
    source,
    logs: { topic: '/rosout', schemaName: schemaNames[encoding] },
    log: async (first, count) => {
      // The server may still count the subscription before the last stop.
      await until(() => server.subscriptions('/rosout') >= starts);
      await server.log(first, count);
    },
    sendMetrics: (count) => server.measure(count),
    end: () => server.stop(),
  };
}

const [cdrPort, ros1Port] = [await freePort(), await freePort()];
robotSourceContract('a Foxglove server with ROS 2', () => underTest('cdr', cdrPort));
robotSourceContract('a Foxglove server with ROS 1', () => underTest('ros1', ros1Port));

describe('a Foxglove source', () => {
  const heard = { now: new SourceRecorder() };
  const open: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
    heard.now = new SourceRecorder();
  });

  async function serve(encoding: FoxgloveEncoding, args: readonly string[] = []): Promise<[FoxgloveServer, number]> {
    const server = new FoxgloveServer(encoding, args);
    open.push(() => server.stop());
    return [server, await server.port()];
  }

  async function start(source: FoxgloveSource): Promise<FoxgloveSource> {
    open.push(() => source.stop());
    await source.start(heard.now.listen);
    return source;
  }

  /** What a source says of a server that is none. */
  async function wordsAt(server: Server): Promise<string> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(() => new Promise((resolve) => server.close(resolve)));
    const source = await start(sourceAt(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`));
    await until(() => source.status().reason.includes('trying again'));
    return source.status().reason;
  }

  it.each(['json', 'protobuf'] as const)(
    'reads foxglove.Log in %s with all its fields, and metrics in JSON',
    async (encoding) => {
      const [server, port] = await serve(encoding);
      const source = await start(sourceAt(`127.0.0.1:${port}`));
      await server.log(0, 5);
      await server.measure(2);
      await until(() => heard.now.logs.length === 5 && heard.now.metrics.length === 2);
      // Nothing in it has numbers: what is lost cannot be counted, which is not 0.
      expect(source.status().topics.some((topic) => 'lost' in topic)).toBe(false);
      expect(heard.now.logs.map(({ severity }) => severity)).toEqual(['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);
      expect(heard.now.logs[3]).toMatchObject({
        stampNs: 1_800_000_003_000_000_005n,
        node: 'node',
        message: 'message 3',
        file: 'a.py',
        line: 7,
        topic: '/rosout',
      });
      expect(heard.now.metrics[1]).toMatchObject({
        name: 'm1',
        value: 1,
        unit: 'percent',
        stampNs: 1_800_000_000_000_000_005n,
        dimensions: [{ name: 'robot_id', value: 'r' }],
      });
    },
  );

  it('reads the five levels and the topics of ROS 1 nodes, and counts what their sequence numbers miss', async () => {
    const [server, port] = await serve('ros1');
    const source = await start(sourceAt(`127.0.0.1:${port}`));
    await server.log(0, 5);
    await until(() => heard.now.logs.length === 5);
    expect(source.status().topics[0]).toMatchObject({ topic: '/rosout', lost: 0 });
    await server.log(5, 5, 3);
    await until(() => heard.now.logs.length === 10);
    expect(heard.now.logs.slice(0, 5).map(({ severity }) => severity)).toEqual([
      'DEBUG',
      'INFO',
      'WARN',
      'ERROR',
      'FATAL',
    ]);
    expect(heard.now.logs[0]).toMatchObject({ nodeTopics: ['/a', '/b'], function: 'f', line: 7 });
    expect(heard.now.losses.map(({ stage, count }) => ({ stage, count }))).toEqual([{ stage: 'link', count: 3 }]);
    expect(source.status().topics.map(({ lost }) => lost)).toEqual([3, undefined]);
  });

  it('comes back by itself when the robot is gone and back, and says that messages may be missing', async () => {
    const [server, port] = await serve('cdr', ['--port', String(await freePort())]);
    const source = await start(sourceAt(`ws://127.0.0.1:${port}`));
    await server.log(0, 3);
    await until(() => heard.now.logs.length === 3);
    await server.stop();
    await until(() => source.status().state === 'starting' && source.status().reason.includes('trying again in'));
    expect(source.status()).toMatchObject({ restarts: 1, hostless: true });
    const [again] = await serve('cdr', ['--port', String(port)]);
    await again.log(3, 3);
    await until(() => heard.now.logs.length === 6);
    expect(heard.now.texts).toEqual([0, 1, 2, 3, 4, 5].map((number) => `message ${number}`));
    expect(heard.now.gaps).toHaveLength(1);
    expect(heard.now.gaps[0]).toMatch(/^the connection to the robot was gone for \d+\.\d s$/);
    expect(heard.now.losses).toEqual([]);
    expect(heard.now.channels.size).toBe(2);
    expect(source.status().state).toBe('receiving');
  });

  it('leaves out what a bridge hands on a second time after a broken connection', async () => {
    const [server, port] = await serve('cdr', ['--port', String(await freePort())]);
    const source = await start(sourceAt(`ws://127.0.0.1:${port}`));
    await server.log(0, 3);
    await until(() => heard.now.logs.length === 3);
    await server.stop();
    const [again] = await serve('cdr', ['--port', String(port)]);
    await again.log(0, 4);
    await until(() => heard.now.logs.length === 4);
    expect(heard.now.texts).toEqual([0, 1, 2, 3].map((number) => `message ${number}`));
    expect(source.replayDuplicates).toBe(3);
  });

  it('makes metrics of plain numbers by the rules of the robot file, and names what a rule does not fit', async () => {
    const [server, port] = await serve('cdr', ['--speed-topic', '/speed']);
    const rule = {
      topic: '/speed',
      schemaName: 'std_msgs/msg/Float64',
      field: 'data',
      unit: 'none',
      scale: 2,
    } as const;
    const numericRules = [
      { ...rule, name: 'speed' },
      { ...rule, name: 'slower', scale: 1 },
    ];
    await start(sourceAt(`127.0.0.1:${port}`, systemClock, { numericRules }));
    await server.measure(1);
    await until(() => heard.now.metrics.length === 3);
    expect(heard.now.metrics.map(({ name, value, topic }) => [name, value, topic])).toEqual(
      expect.arrayContaining([
        ['m0', 0, '/metrics'],
        ['speed', 3, '/speed'],
        ['slower', 1.5, '/speed'],
      ]),
    );
    const wrong = [{ ...rule, name: 'speed', schemaName: 'std_msgs/msg/Int32' as const }];
    const other = sourceAt(`127.0.0.1:${port}`, systemClock, { numericRules: wrong });
    open.push(() => other.stop());
    await other.start(() => undefined);
    await until(() => other.status().reason.includes('where numeric_topics reads std_msgs/msg/Int32'));
    expect(other.status().nextStep).toContain('numeric_topics');
  });

  it('names what is offered when nothing of it is wanted', async () => {
    const [, port] = await serve('cdr', ['--log-topic', '/other_log', '--metric-topic', '/other_metrics']);
    const source = await start(sourceAt(`ws://127.0.0.1:${port}`));
    await until(() => source.status().nextStep.includes('/other_log'));
    const { state, reason, nextStep } = source.status();
    expect(state).toBe('waiting');
    expect(reason).toContain('offers 2 topics, but none of /rosout, /metrics');
    expect(nextStep).toContain('/other_metrics');
  });

  it('names a type that it cannot read', async () => {
    const [, port] = await serve('cdr', ['--odd-topic']);
    const source = await start(sourceAt(`ws://127.0.0.1:${port}`));
    await until(() => source.status().reason.includes('std_msgs/msg/String'));
    expect(source.status().reason).toBe('/rosout has the type std_msgs/msg/String, which is neither logs nor metrics');
    expect(source.status().nextStep).not.toBe('');
  });

  it('notices a robot that says nothing more without closing anything, as when the cable is pulled', async () => {
    const [server, port] = await serve('cdr');
    const source = await start(sourceAt(`ws://127.0.0.1:${port}`, tenTimesFaster));
    await server.log(0, 1);
    await until(() => heard.now.logs.length === 1);
    // So impatient a source may have called a busy machine's server silent before.
    const { restarts } = source.status();
    server.hang();
    await until(() => source.status().reason.includes('does not answer'));
    expect(source.status()).toMatchObject({ state: 'starting', restarts: restarts + 1 });
    expect(source.status().nextStep).toContain('cable');
  });

  it('says what is wrong when nothing listens', async () => {
    const source = await start(sourceAt(`127.0.0.1:${await freePort()}`));
    await until(() => source.status().reason.includes('trying again in 0.5 s'));
    expect(source.status().reason).toMatch(/^no Foxglove bridge listens at ws:\/\/127\.0\.0\.1:\d+\/; /);
    expect(source.status().nextStep).toContain('foxglove_bridge');
    expect(source.status().restarts).toBe(0);
  });

  it('says what is wrong when something else answers: a web server', async () => {
    const server = createHttpServer((_, response) => response.writeHead(404).end());
    expect(await wordsAt(server)).toContain('is answered by a web server (HTTP 404), not by a Foxglove bridge');
  });

  it('says what is wrong when something else answers: no HTTP at all', async () => {
    expect(
      await wordsAt(
        createServer((socket) =>
          socket
            .on('error', () => undefined)
            .resume()
            .end('SSH-2.0-OpenSSH\r\n'),
        ),
      ),
    ).toContain('is no Foxglove bridge');
  });

  it('says what is wrong when something else answers: a WebSocket of another protocol', async () => {
    const http = createHttpServer();
    // As rosbridge does: it takes the connection without choosing a subprotocol.
    const sockets = new WebSocketServer({ server: http, handleProtocols: () => false });
    open.push(
      () =>
        new Promise((resolve) => {
          sockets.close(resolve);
        }),
    );
    expect(await wordsAt(http)).toContain('speaks neither foxglove.sdk.v1 nor foxglove.websocket.v1');
  });

  it('says that messages may be missing when a bridge sends what is none of its protocol, once a connection', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'foxglove.sdk.v1' });
    open.push(
      () =>
        new Promise((resolve) => {
          for (const client of sockets.clients) client.terminate();
          sockets.close(resolve);
        }),
    );
    await once(sockets, 'listening');
    sockets.on('connection', (socket) => {
      socket.send(JSON.stringify({ op: 'serverInfo', name: 'odd' }));
      for (const text of ['nonsense', '{"op": "advertise"}', '{"op": "of another version"}']) socket.send(text);
      socket.send(Uint8Array.of(1, 2, 3));
    });
    const source = await start(sourceAt(`127.0.0.1:${(sockets.address() as AddressInfo).port}`));
    await until(() => source.garbageFrames === 3);
    expect(heard.now.gaps).toEqual(['the bridge sent something that is not of its protocol']);
  });

  it('fails at once, without trying, on an address that is none', async () => {
    for (const address of ['', 'http://robot:8765', 'ws://']) {
      const source = sourceAt(address);
      await source.start(() => undefined);
      expect(source.status()).toMatchObject({ state: 'failed' });
      expect(source.status().nextStep).toContain('foxglove_url');
      await source.stop();
    }
  });
});
