import type { Finding } from '../../model/Finding.js';
import type { Problem } from '../../model/Problem.js';
import { findLastMessage, type LastHeard } from './findLastMessage.js';
import { findTopics } from './findTopics.js';
import type { ProbeReport } from './probeReport.js';
import type { Firewall } from './readFirewalls.js';
import type { ReceiveBuffers } from './receiveBuffers.js';
import type { DomainScan } from './scanDomains.js';

/** What the doctor looked at, before anything is made of it. */
export interface DoctorFacts {
  readonly domainId: number;
  readonly interfaces: readonly InterfaceFact[];
  readonly scan: DomainScan;
  /** Participants of other programs on this laptop, by domain. */
  readonly local: ReadonlyMap<number, number>;
  readonly ros: RosFacts | null;
  readonly rosProblem: Problem | null;
  readonly firewalls: readonly Firewall[];
  /** Before the domain was listened to and after it; null where the kernel does not say. */
  readonly receiveBuffers: { readonly before: ReceiveBuffers; readonly after: ReceiveBuffers } | null;
  readonly lastHeard: LastHeard | null;
  /** What the probe saw, or why it could not look. */
  readonly probe: ProbeReport | Problem;
}

export interface InterfaceFact {
  readonly name: string;
  readonly address: string;
  readonly isLoopback: boolean;
  /** A datagram to a multicast group came back. */
  readonly hearsMulticast: boolean;
}

export interface RosFacts {
  readonly distro: string;
  readonly kind: string;
  /** What the robot file asks for; empty for the distribution's own. */
  readonly rmwAsked: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly packages: readonly { readonly name: string; readonly found: boolean }[];
}

/** From facts to findings: in the order in which a message comes, so that the first that is not well is the one to mend. */
export function diagnose(facts: DoctorFacts): readonly Finding[] {
  const { probe } = facts;
  return [
    findInterfaces(facts),
    findMulticast(facts),
    findFirewall(facts),
    ...findReceiveBuffers(facts),
    findRos(facts),
    ...findPackages(facts),
    findDomains(facts),
    findLastMessage(facts.lastHeard, probe),
    ...('code' in probe ? [findProbeProblem(probe)] : [findNodes(facts, probe), ...findTopics(probe)]),
  ];
}

function findInterfaces({ interfaces }: DoctorFacts): Finding {
  const base = { id: 'interfaces', title: 'Network interfaces' };
  const outside = interfaces.filter(({ isLoopback }) => !isLoopback);
  const details = interfaces.map(({ name, address }) => `${name}: ${address}`);
  if (outside.length === 0) {
    return {
      ...base,
      ...{ state: 'failed', words: 'This laptop is on no network: only what runs on it can be heard.', details },
      nextStep: "Plug in the tether, or join the robot's Wi-Fi.",
    };
  }
  const names = [...new Set(outside.map(({ name }) => name))];
  const wireless = names.filter((name) => name.startsWith('wl'));
  const wired = names.filter((name) => /^(en|eth|usb)/.test(name));
  if (wireless.length > 0 && wired.length > 0) {
    return {
      ...base,
      ...{
        state: 'note',
        words: `Wi-Fi (${wireless.join(', ')}) and cable (${wired.join(', ')}) are both up.`,
        details,
      },
      nextStep: 'If nothing comes, switch off the one that does not lead to the robot: DDS may choose the wrong one.',
    };
  }
  return { ...base, state: 'ok', words: `Up: ${names.join(', ')}.`, nextStep: '', details };
}

function findMulticast({ interfaces }: DoctorFacts): Finding {
  const base = { id: 'multicast', title: 'Multicast' };
  const outside = interfaces.filter(({ isLoopback }) => !isLoopback);
  const details = interfaces.map(
    ({ name, address, hearsMulticast }) => `${name} ${address}: ${hearsMulticast ? 'yes' : 'no'}`,
  );
  const deaf = outside.filter(({ hearsMulticast }) => !hearsMulticast).map(({ name }) => name);
  if (deaf.length === 0) {
    return { ...base, state: 'ok', words: 'Works on every interface of this laptop.', nextStep: '', details };
  }
  const all = deaf.length === outside.length;
  return {
    ...base,
    state: all ? 'failed' : 'warning',
    words: `Does not work on ${deaf.join(', ')}: robots cannot be found there by themselves.`,
    nextStep: `Allow it (ip link set ${deaf[0] ?? ''} multicast on, and the firewall), or name the robot's address: static_peers in the robot file.`,
    details,
  };
}

function findFirewall({ firewalls }: DoctorFacts): Finding {
  const base = { id: 'firewall', title: 'Firewall of this laptop' };
  const [first] = firewalls;
  if (first === undefined) {
    const details = ['Looked for: ufw, firewalld, rules of nftables and iptables.'];
    return { ...base, state: 'ok', words: 'None was found that is switched on.', nextStep: '', details };
  }
  return {
    ...base,
    state: 'note',
    words: `${firewalls.map(firewallWords).join(' ')} UDP from 7400 upwards must get through.`,
    nextStep: `${firewallSteps[first.kind](first)}, while the robot is tethered.`,
    details: firewalls.flatMap(({ kind, chain }) => (chain === null ? [] : [`${kind}: ${chain}`])),
  };
}

function firewallWords({ kind, chain, isRead }: Firewall): string {
  if (!isRead) return `Rules of ${kind} are loaded, which only root can read.`;
  if (kind === 'nftables') return `Rules of nftables keep out what they do not name (${chain ?? ''}).`;
  return kind === 'iptables' ? 'Rules of iptables keep out what they do not name.' : `${kind} is on.`;
}

const firewallSteps: Readonly<Record<Firewall['kind'], (firewall: Firewall) => string>> = {
  ufw: () => 'sudo ufw allow proto udp from any to any port 7400:65535',
  firewalld: () =>
    'sudo firewall-cmd --add-port=7400-65535/udp (with --zone=NAME where the interface has its own zone)',
  nftables: ({ chain }) =>
    chain === null
      ? 'See them with sudo nft list ruleset, and let udp dport 7400-65535 in'
      : `sudo nft insert rule ${chain} udp dport 7400-65535 accept`,
  iptables: () => 'sudo iptables -I INPUT -p udp --dport 7400:65535 -j ACCEPT',
};

function findReceiveBuffers({ receiveBuffers }: DoctorFacts): readonly Finding[] {
  if (receiveBuffers === null) return [];
  const { before, after } = receiveBuffers;
  const details = [
    `net.core.rmem_default: ${after.bytes} bytes a socket`,
    `UDP packets dropped since this laptop was started, of all programs: ${after.dropped}`,
  ];
  const base = { id: 'receive-buffers', title: 'Receive buffers of this laptop', details };
  const now = after.dropped - before.dropped;
  if (now === 0) return [{ ...base, state: 'ok', words: 'None overflowed while this was looked at.', nextStep: '' }];
  return [
    {
      ...base,
      state: 'warning',
      words: `${now === 1 ? '1 packet was' : `${now} packets were`} dropped meanwhile: a program did not read them soon enough.`,
      nextStep:
        'If "DDS history" is among the losses: sudo sysctl -w net.core.rmem_max=8388608 net.core.rmem_default=8388608, then connect anew.',
    },
  ];
}

function findRos({ ros, rosProblem, probe }: DoctorFacts): Finding {
  const base = { id: 'ros', title: 'ROS 2 on this laptop' };
  if (ros === null) {
    const { message, nextStep } = rosProblem ?? { message: 'ROS 2 is not set up here', nextStep: '' };
    return { ...base, state: 'failed', words: message, nextStep, details: [] };
  }
  const details = Object.entries(ros.variables).map(([name, value]) => `${name}=${value}`);
  const rmw = 'code' in probe ? '' : probe.rmw;
  if (rmw !== '' && ros.rmwAsked !== '' && ros.rmwAsked !== rmw) {
    return {
      ...base,
      ...{ state: 'warning', words: `The robot file asks for ${ros.rmwAsked}, and ${rmw} was loaded.`, details },
      nextStep: `Install ${ros.rmwAsked} for ${ros.distro}, or take rmw_implementation out of the robot file.`,
    };
  }
  const words = `${ros.distro} (${ros.kind})${rmw === '' ? '' : `, ${rmw}`}. The robot should use the same RMW.`;
  return { ...base, state: 'ok', words, nextStep: '', details };
}

function findPackages({ ros }: DoctorFacts): readonly Finding[] {
  if (ros === null) return [];
  const missing = ros.packages.filter(({ found }) => !found).map(({ name }) => name);
  const base = { id: 'packages', title: 'Message packages' };
  const details = ros.packages.map(({ name, found }) => `${name}: ${found ? 'here' : 'missing'}`);
  if (missing.length === 0) {
    return [{ ...base, state: 'ok', words: 'All that is listened to can be read.', nextStep: '', details }];
  }
  const nextStep = `Run \`npm run setup\`, or source a workspace that has ${missing.join(', ')}.`;
  return [{ ...base, state: 'failed', words: `Missing: ${missing.join(', ')}.`, nextStep, details }];
}

function findDomains({ domainId, scan, local, probe }: DoctorFacts): Finding {
  const base = { id: 'domains', title: 'ROS domains with somebody on them' };
  const ours = new Set('code' in probe ? [] : probe.ours);
  const announced = scan.domains.flatMap(({ domainId: id, participants: all, from }) => {
    const count = all.filter((participant) => !ours.has(participant)).length;
    return count === 0 ? [] : [{ id, words: `${participants(count)} at ${from.join(', ')}` }];
  });
  const here = [...local].map(([id, count]) => ({ id, words: `${participants(count)} on this laptop` }));
  const ids = [...new Set([...announced, ...here].map(({ id }) => id))].sort((left, right) => left - right);
  const wordsOf = (id: number): string =>
    [...announced, ...here].flatMap((each) => (each.id === id ? [each.words] : [])).join('; ');
  const others = ids.filter((id) => id !== domainId);
  const details = [
    ...ids.map((id) => `domain ${id}: ${wordsOf(id)}`),
    ...(scan.notHeard > 0 ? [`${scan.notHeard} domains could not be listened to: their port is taken`] : []),
  ];
  const otherWords = others.map((id) => `domain ${id}`).join(', ');
  if (ids.includes(domainId)) {
    const also = others.length === 0 ? '' : ` Also: ${otherWords}.`;
    const words = `Domain ${domainId}, as in the robot file: ${wordsOf(domainId)}.${also}`;
    return { ...base, state: 'ok', words, nextStep: '', details };
  }
  const [first] = others;
  if (first === undefined) {
    const words = 'Nobody announces itself by multicast on any domain.';
    return { ...base, state: 'warning', words, nextStep: 'See whether the robot is on and on this network.', details };
  }
  const words = `Nobody on domain ${domainId}, but on ${otherWords}.`;
  const nextStep = `If that is the robot, write domain_id: ${first} into the robot file.`;
  return { ...base, state: 'warning', words, nextStep, details };
}

function participants(count: number): string {
  return count === 1 ? '1 participant' : `${count} participants`;
}

function findProbeProblem({ message, nextStep }: Problem): Finding {
  return { id: 'probe', title: 'Joining the domain', state: 'failed', words: message, nextStep, details: [] };
}

function findNodes({ domainId }: DoctorFacts, { nodes }: ProbeReport): Finding {
  const base = { id: 'nodes', title: `Nodes on domain ${domainId}`, details: [...nodes].sort() };
  if (nodes.length > 0) return { ...base, state: 'ok', words: `${nodes.length} are discovered.`, nextStep: '' };
  return {
    ...base,
    state: 'failed',
    words: 'None is discovered.',
    nextStep:
      'Compare ROS_DOMAIN_ID, RMW_IMPLEMENTATION and ROS_AUTOMATIC_DISCOVERY_RANGE on the robot with the robot file.',
  };
}
