import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { succeed } from '../../model/Problem.js';
import { systemClock } from '../../seams/Clock.js';
import { Cable, onTheCable } from '../Cable.test-support.js';
import { ownHostRuntime } from '../HostRuntime.js';
import { compiledHostScript, Publisher, realRos, testDomain, until } from '../realRos.test-support.js';
import { Ros2Source, type Ros2SourceOptions } from '../Ros2Source.js';
import { SourceRecorder } from '../SourceRecorder.test-support.js';
import { fastDdsProfile } from './networkProfile.js';

/** A laptop with two ways to its robot, Wi-Fi and tether: each line is heard once; what DDS sends goes through a chosen one alone. */
const root = path.resolve(import.meta.dirname, '../../..');
const domainId = testDomain(40);
const [laptop, robot] = ['laptop', 'robot'].map((side) => `tether-${process.pid}-two-${side}`) as [string, string];
const cables = ['wifi', 'tether'] as const;

function ip(...args: readonly string[]): string {
  return execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
}

describe.skipIf(!Cable.canBeMade())('with two cables', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tether-interface-'));
  let counter: Counter | null = null;
  beforeAll(async () => {
    for (const namespace of [laptop, robot]) {
      ip('netns', 'add', namespace);
      // Without IPv6 nothing but what is sent on purpose goes over a cable.
      execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1']);
      execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1']);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    cables.forEach((cable, index) => {
      ip('-n', laptop, 'link', 'add', cable, 'type', 'veth', 'peer', 'name', cable, 'netns', robot);
      ip('-n', laptop, 'addr', 'add', `10.78.${index}.1/24`, 'dev', cable);
      ip('-n', robot, 'addr', 'add', `10.78.${index}.2/24`, 'dev', cable);
      for (const namespace of [laptop, robot]) ip('-n', namespace, 'link', 'set', cable, 'up', 'multicast', 'on');
    });
    for (const namespace of [laptop, robot]) ip('-n', namespace, 'route', 'add', '224.0.0.0/4', 'dev', 'wifi');
    // The kernel says so only a while after: a node that starts before keeps to what was up by then.
    const isUp = (namespace: string, cable: string): boolean =>
      ip('-n', namespace, '-o', 'link', 'show', cable).includes('state UP');
    await until(() => [laptop, robot].every((namespace) => cables.every((cable) => isUp(namespace, cable))));
    counter = new Counter();
    await counter.ready();
  });
  afterAll(async () => {
    await counter?.end();
    for (const namespace of [laptop, robot]) ip('netns', 'del', namespace);
    rmSync(folder, { recursive: true });
  });

  interface Listening {
    readonly source: Ros2Source;
    readonly heard: SourceRecorder;
    readonly stop: () => Promise<void>;
  }

  /** Hears a robot that writes `rate` lines a second, `count` of them; 0: on and on. */
  async function listen(
    variables: Readonly<Record<string, string>>,
    domain: number,
    {
      count = 0,
      rate = 200,
      ...options
    }: { readonly count?: number; readonly rate?: number } & Partial<Ros2SourceOptions> = {},
  ): Promise<Listening> {
    const own = ownHostRuntime();
    const source = new Ros2Source({
      robot: `robot-${domain}`,
      config: { domainId: domain, environment: onTheCable },
      ...{ logTopics: ['/rosout'], metricTopics: [] },
      ros: () => Promise.resolve(succeed({ ...realRos(), variables: { ...realRos().variables, ...variables } })),
      runtime: { ...own, execPath: 'ip', args: ['netns', 'exec', laptop, own.execPath, ...own.args] },
      ...{ hostScript: compiledHostScript(), clock: systemClock },
      ...options,
    });
    const heard = new SourceRecorder();
    await source.start(heard.listen);
    const place = { prefix: ['ip', 'netns', 'exec', robot], environment: onTheCable };
    // It keeps more than it sends in the longest time that DDS may need to find the other way.
    const args = ['--wait-for-subscribers', '1', '--count', String(count), '--rate', String(rate), '--depth', '10000'];
    const publisher = new Publisher(domain, args, place);
    const stop = async (): Promise<void> => {
      await source.stop();
      await publisher.stop();
    };
    return { source, heard, stop };
  }

  /** Hears a robot until its last line, each once, and gives how many datagrams went out through each cable. */
  async function hear(variables: Readonly<Record<string, string>>, domain: number): Promise<number[]> {
    const before = (await counter?.sent()) ?? [];
    const { heard, stop } = await listen(variables, domain, { count: 50 });
    try {
      await until(() => heard.texts.includes('message 49 of the test'));
      // Fast DDS sends through both: a line that came twice is taken once, and none is missing.
      expect(heard.texts).toEqual(Array.from({ length: 50 }, (_, number) => `message ${number} of the test`));
      expect(heard.losses).toEqual([]);
    } finally {
      await stop();
    }
    const after = (await counter?.sent()) ?? [];
    return after.map((count, index) => count - (before[index] ?? 0));
  }

  test('chosen, the lines go on when it has got another address, and none is lost', async () => {
    const profileFile = path.join(folder, 'moving.xml');
    const addresses = (): string[] =>
      [...ip('-n', laptop, '-4', '-o', 'addr', 'show', 'tether').matchAll(/inet ([\d.]+)/g)].map(
        ([, address = '']) => address,
      );
    // The old one first: a second one of the same network would go with it.
    const move = (from: string, to: string): void => {
      ip('-n', laptop, 'addr', 'del', `${from}/24`, 'dev', 'tether');
      ip('-n', laptop, 'addr', 'add', `${to}/24`, 'dev', 'tether');
    };
    const { variables } = realRos();
    const { heard, source, stop } = await listen({}, domainId + 27, {
      // It may take as long as its lease of 20 s until the robot sends to the new address.
      rate: 20,
      interfaceAddresses: addresses,
      ros: () => {
        writeFileSync(profileFile, fastDdsProfile(addresses(), true));
        const profile = { FASTDDS_DEFAULT_PROFILES_FILE: profileFile, FASTRTPS_DEFAULT_PROFILES_FILE: profileFile };
        return Promise.resolve(succeed({ ...realRos(), variables: { ...variables, ...profile } }));
      },
    });
    try {
      await until(() => heard.logs.length > 50);
      move('10.78.1.1', '10.78.1.7');
      await until(() => source.status().restarts === 1 && source.status().state === 'receiving');
      const before = heard.logs.length;
      await until(() => heard.logs.length > before + 50);
      expect(heard.texts).toEqual(heard.texts.map((_, number) => `message ${number} of the test`));
      expect(heard.losses).toEqual([]);
      expect(source.status().restarts).toBe(1);
    } finally {
      await stop();
      if (addresses().includes('10.78.1.7')) move('10.78.1.7', '10.78.1.1');
    }
  });

  test('one of which is pulled, the lines go on over the other', async () => {
    const { heard, source, stop } = await listen({}, domainId + 18);
    try {
      await until(() => heard.logs.length > 50);
      for (const [pulled, plugged] of [
        ['wifi', 'tether'],
        ['tether', 'wifi'],
      ] as const) {
        ip('-n', robot, 'link', 'set', pulled, 'down');
        const before = heard.logs.length;
        await until(() => heard.logs.length > before + 300);
        ip('-n', robot, 'link', 'set', pulled, 'up');
        ip('-n', robot, 'route', 'replace', '224.0.0.0/4', 'dev', plugged);
      }
      expect(heard.texts).toEqual(heard.texts.map((_, number) => `message ${number} of the test`));
      expect(heard.losses).toEqual([]);
      expect(source.status()).toMatchObject({ state: 'receiving', restarts: 0 });
    } finally {
      await stop();
    }
  });

  test('the generated profile keeps Fast DDS to the one, where it uses both by itself', async () => {
    const profileFile = path.join(folder, 'tether.xml');
    writeFileSync(profileFile, fastDdsProfile(['10.78.1.1'], true));
    const [wifiBySelf = 0, tetherBySelf = 0] = await hear({}, domainId);
    expect(wifiBySelf).toBeGreaterThan(0);
    expect(tetherBySelf).toBeGreaterThan(0);
    const variables = { FASTDDS_DEFAULT_PROFILES_FILE: profileFile, FASTRTPS_DEFAULT_PROFILES_FILE: profileFile };
    const [wifi, tether] = await hear(variables, domainId + 9);
    expect(wifi).toBe(0);
    expect(tether).toBeGreaterThan(0);
  });
});

/** A running `e2e/peers/count_udp.py` on the laptop. */
class Counter {
  readonly #child = spawn(
    'ip',
    ['netns', 'exec', laptop, realRos().python, path.join(root, 'e2e/peers/count_udp.py'), ...cables],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  readonly #events: Record<string, unknown>[] = [];

  constructor() {
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#events.push(JSON.parse(line) as Record<string, unknown>);
    });
  }

  async ready(): Promise<void> {
    await until(() => this.#events.length > 0);
  }

  /** Datagrams through each cable so far. */
  async sent(): Promise<number[]> {
    const before = this.#events.length;
    this.#child.stdin.write('\n');
    await until(() => this.#events.length > before);
    const { sent } = this.#events.at(-1) as { readonly sent: Readonly<Record<string, number>> };
    return cables.map((cable) => sent[cable] ?? 0);
  }

  async end(): Promise<void> {
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    await closed;
  }
}
