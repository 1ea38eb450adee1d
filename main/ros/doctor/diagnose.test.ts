import { expect, it } from 'vitest';
import type { Finding } from '../../model/Finding.js';
import { diagnose, type DoctorFacts } from './diagnose.js';
import type { ProbeReport } from './probeReport.js';
import { droppedIn } from './receiveBuffers.js';

const log = 'rcl_interfaces/msg/Log';
const publisher = { node: 'nav', type: log, reliable: true, keepsMessages: true };
const rosout: ProbeReport['topics'][number] = {
  ...{ topic: '/rosout', schemaName: log, problem: null, publishers: [publisher], messages: 12 },
  ...{ clockDifferenceMs: 3, numbered: true },
};
const probe: ProbeReport = {
  rmw: 'rmw_fastrtps_cpp',
  nodes: ['/nav'],
  ours: ['bb'],
  topics: [rosout],
  listenedMs: 3_600,
};
const ethernet = { name: 'eth0', address: '192.168.1.2', isLoopback: false, hearsMulticast: true };
const well: DoctorFacts = {
  domainId: 7,
  interfaces: [{ name: 'lo', address: '127.0.0.1', isLoopback: true, hearsMulticast: false }, ethernet],
  local: new Map(),
  scan: { domains: [{ domainId: 7, participants: ['aa', 'bb'], from: ['192.168.1.5'] }], notHeard: 0 },
  ros: {
    ...{ distro: 'jazzy', kind: 'opt', rmwAsked: '', variables: { ROS_DOMAIN_ID: '7' } },
    packages: [{ name: 'rcl_interfaces', found: true }],
  },
  ...{ rosProblem: null, lastHeard: null },
  firewalls: [],
  receiveBuffers: { before: { dropped: 214, bytes: 212_992 }, after: { dropped: 214, bytes: 212_992 } },
  probe,
};

function find(id: string, change: Partial<DoctorFacts>): Finding {
  const finding = diagnose({ ...well, ...change }).find((each) => each.id === id);
  if (finding === undefined) throw new Error(`nothing about ${id}`);
  return finding;
}

function withTopic(change: Partial<typeof rosout>): Partial<DoctorFacts> {
  return { probe: { ...probe, topics: [{ ...rosout, ...change }] } };
}

it('says of a robot that is well that all is well, without a next step', () => {
  const findings = diagnose(well);
  expect(findings.map(({ state }) => state)).toEqual(findings.map(() => 'ok'));
  expect(findings.filter(({ nextStep }) => nextStep !== '')).toEqual([]);
  expect(find('domains', {}).words).toBe('Domain 7, as in the robot file: 1 participant at 192.168.1.5.');
  expect(find('topic /rosout', {}).details).toEqual(['nav: rcl_interfaces/msg/Log, reliable, transient local']);
});

it.each<[string, string, Partial<DoctorFacts>, Finding['state'], string, string]>([
  [
    'packets dropped meanwhile',
    'receive-buffers',
    { receiveBuffers: { before: { dropped: 214, bytes: 212_992 }, after: { dropped: 217, bytes: 212_992 } } },
    ...(['warning', '3 packets were dropped', 'net.core.rmem_default=8388608'] as const),
  ],
  ['no network', 'interfaces', { interfaces: [] }, 'failed', 'on no network', 'Plug in'],
  [
    'Wi-Fi and cable',
    'interfaces',
    { interfaces: [ethernet, { ...ethernet, name: 'wlp2s0' }] },
    ...(['note', 'wlp2s0) and cable (eth0) are both up', 'switch off'] as const),
  ],
  [
    'no multicast',
    'multicast',
    { interfaces: [{ ...ethernet, hearsMulticast: false }] },
    ...(['failed', 'Does not work on eth0', 'static_peers'] as const),
  ],
  [
    'ufw',
    'firewall',
    { firewalls: [{ kind: 'ufw', chain: null, isRead: true }] },
    ...(['note', 'ufw is on', 'sudo ufw allow'] as const),
  ],
  [
    'firewalld',
    'firewall',
    { firewalls: [{ kind: 'firewalld', chain: null, isRead: true }] },
    ...(['note', 'firewalld is on', 'firewall-cmd --add-port=7400-65535/udp'] as const),
  ],
  [
    'rules of nftables',
    'firewall',
    { firewalls: [{ kind: 'nftables', chain: 'inet filter input', isRead: true }] },
    ...(['note', '(inet filter input)', 'nft insert rule inet filter input udp dport 7400-65535 accept'] as const),
  ],
  [
    'rules that only root can read',
    'firewall',
    { firewalls: [{ kind: 'nftables', chain: null, isRead: false }] },
    ...(['note', 'only root can read', 'nft list ruleset'] as const),
  ],
  [
    'rules of iptables',
    'firewall',
    { firewalls: [{ kind: 'iptables', chain: null, isRead: true }] },
    ...(['note', 'iptables keep out', 'iptables -I INPUT -p udp --dport 7400:65535'] as const),
  ],
  [
    'no ROS',
    'ros',
    { ros: null, rosProblem: { code: 'no-ros', message: 'none here', nextStep: 'set up' } },
    ...(['failed', 'none here', 'set up'] as const),
  ],
  [
    'another RMW than the file asks for',
    'ros',
    { ros: well.ros && { ...well.ros, rmwAsked: 'rmw_cyclonedds_cpp' } },
    ...([
      'warning',
      'asks for rmw_cyclonedds_cpp, and rmw_fastrtps_cpp was loaded',
      'Install rmw_cyclonedds_cpp',
    ] as const),
  ],
  [
    'a missing package',
    'packages',
    { ros: well.ros && { ...well.ros, packages: [{ name: 'ros_monitoring_msgs', found: false }] } },
    ...(['failed', 'Missing: ros_monitoring_msgs', 'npm run setup'] as const),
  ],
  [
    'a robot on another domain',
    'domains',
    { scan: { domains: [{ domainId: 42, participants: ['cc'], from: ['192.168.1.5'] }], notHeard: 0 } },
    ...(['warning', 'Nobody on domain 7, but on domain 42', 'domain_id: 42'] as const),
  ],
  [
    'a robot that keeps to this laptop',
    'domains',
    { scan: { domains: [], notHeard: 0 }, local: new Map([[7, 2]]) },
    ...(['ok', 'Domain 7, as in the robot file: 2 participants on this laptop', ''] as const),
  ],
  [
    'nobody but ourselves',
    'domains',
    { scan: { domains: [{ domainId: 7, participants: ['bb'], from: ['192.168.1.2'] }], notHeard: 1 } },
    ...(['warning', 'Nobody announces itself', 'whether the robot is on'] as const),
  ],
  [
    'a probe that could not start',
    'probe',
    { probe: { code: 'probe-died', message: 'ROS 2 did not start', nextStep: 'Check it' } },
    ...(['failed', 'did not start', 'Check it'] as const),
  ],
  ['no node', 'nodes', { probe: { ...probe, nodes: [] } }, 'failed', 'None is discovered', 'ROS_DOMAIN_ID'],
  [
    'a topic without publishers',
    'topic /rosout',
    withTopic({ publishers: [] }),
    'warning',
    'Nobody publishes',
    'namespace',
  ],
  [
    'another type',
    'topic /rosout',
    withTopic({ publishers: [{ ...publisher, type: 'std_msgs/msg/String' }] }),
    ...(['failed', 'nav publishes it as std_msgs/msg/String', 'Have the node publish that type'] as const),
  ],
  [
    'best effort',
    'topic /rosout',
    withTopic({ publishers: [{ ...publisher, reliable: false }] }),
    ...(['note', 'nav sends best effort', 'publish reliably'] as const),
  ],
  [
    'one publisher that lowers the topic for all: best effort',
    'topic /rosout',
    withTopic({ publishers: [publisher, { ...publisher, node: 'odd', reliable: false }] }),
    ...(['warning', 'odd publishes best effort, so all nodes on it', 'Have odd publish as the others do'] as const),
  ],
  [
    'one publisher that lowers the topic for all: volatile',
    'topic /rosout',
    withTopic({ publishers: [publisher, { ...publisher, node: 'odd', keepsMessages: false }] }),
    ...(['warning', 'odd publishes without keeping anything (volatile)', 'reliable, transient local'] as const),
  ],
  [
    'a robot that has been silent for a while',
    'last-message',
    { ...withTopic({ messages: 0 }), lastHeard: { agoMs: 200_000, from: 'session' } },
    ...(['warning', '3 min: nothing came since', 'still runs'] as const),
  ],
  [
    'a robot that was heard a moment ago',
    'last-message',
    { ...withTopic({ messages: 0 }), lastHeard: { agoMs: 4_000, from: 'session' } },
    ...(['ok', '4 s.', ''] as const),
  ],
  [
    'a robot of which only the disk is known',
    'last-message',
    { ...withTopic({ messages: 0 }), lastHeard: { agoMs: 7_300_000, from: 'disk' } },
    ...(['note', 'on this disk came 2 h ago', ''] as const),
  ],
  [
    'a robot that was never heard',
    'last-message',
    { ...withTopic({ messages: 0 }), lastHeard: { agoMs: null, from: 'session' } },
    ...(['note', 'Nothing has come since', ''] as const),
  ],
  ['no numbers', 'topic /rosout', withTopic({ numbered: false }), 'note', 'losses in DDS are not counted', ''],
  ['a clock behind', 'clock', withTopic({ clockDifferenceMs: 3_600_000 }), 'warning', 'It is 60 min behind', 'Set it'],
  ['a clock of 1970', 'clock', withTopic({ clockDifferenceMs: 1.7e12 }), 'warning', 'days behind', '14 days'],
  ['a clock ahead', 'clock', withTopic({ clockDifferenceMs: -30_000 }), 'warning', '30 s ahead of', 'Set it'],
  ['a silent robot', 'clock', withTopic({ clockDifferenceMs: null }), 'note', 'Not known', ''],
])('says what is wrong and what to do: %s', (_, id, change, state, words, nextStep) => {
  const finding = find(id, change);
  expect(finding.state).toBe(state);
  expect(finding.words).toContain(words);
  expect(finding.nextStep).toContain(nextStep);
});

it('reads how many packets were dropped where the kernel says it, and nothing where it does not', () => {
  const names = 'Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors';
  expect(
    droppedIn(`Ip: Forwarding\nIp: 1\n${names}\nUdp: 37875 337828 214 376521 213 0\nUdpLite: a\nUdpLite: 0\n`),
  ).toBe(213);
  expect(droppedIn('Udp: InDatagrams\nUdp: 12\n')).toBeNull();
  expect(droppedIn('')).toBeNull();
});
