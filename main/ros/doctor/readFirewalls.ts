import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A firewall of this laptop that is on, or rules of one. */
export interface Firewall {
  readonly kind: 'ufw' | 'firewalld' | 'nftables' | 'iptables';
  /** Of nftables' rules: the chain that keeps out what it does not name, as `inet filter input`; null where it is not known. */
  readonly chain: string | null;
  /** False: rules are loaded, and what they keep out only root can read. */
  readonly isRead: boolean;
}

export interface FirewallPlaces {
  readonly etc: string;
  readonly proc: string;
  /** Where commands are looked for, as in PATH. */
  readonly commands: string;
}

const usualPlaces: FirewallPlaces = {
  etc: '/etc',
  proc: '/proc',
  // A person's own PATH leaves out where these are on Debian.
  commands: [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(':'),
};

const commandMsMax = 2_000;
const commandOutputBytesMax = 4 * 1024 * 1024;

/**
 * Firewalls that may keep DDS from being heard. Nobody but root may read the rules that are in force: without root it is the service
 * that loads them, and the file that it loads them from. Rules of somebody else's chains that a rule jumps to are not followed.
 */
export async function readFirewalls(places = usualPlaces): Promise<readonly Firewall[]> {
  const isUfwOn = /^ENABLED=yes/im.test((await textOf(path.join(places.etc, 'ufw/ufw.conf'))) ?? '');
  const isFirewalldOn = await runs('firewalld', places.proc);
  const managed: Firewall[] = [
    ...(isUfwOn ? [{ kind: 'ufw', chain: null, isRead: true } as const] : []),
    ...(isFirewalldOn ? [{ kind: 'firewalld', chain: null, isRead: true } as const] : []),
  ];
  // The rules in force are theirs.
  if (managed.length > 0) return managed;
  const nftables = await readNftables(places);
  return nftables.length > 0 ? nftables : await readIptables(places);
}

async function readNftables(places: FirewallPlaces): Promise<readonly Firewall[]> {
  const unread: Firewall = { kind: 'nftables', chain: null, isRead: false };
  const inForce = await outputOf(places, 'nft', ['list', 'ruleset']);
  if (inForce !== null) return chainsThatKeepOut(inForce);
  if (!(await isActive(places, 'nftables'))) return [];
  const loaded = await firstTextOf([
    path.join(places.etc, 'nftables.conf'),
    path.join(places.etc, 'sysconfig/nftables.conf'),
  ]);
  return loaded === null || /^\s*include\b/m.test(loaded) ? [unread] : chainsThatKeepOut(loaded);
}

/** Of a text in nft's language: base chains of what comes in by IPv4 whose policy, or a rule without a condition, is to drop. */
function chainsThatKeepOut(text: string): readonly Firewall[] {
  // Sets in the middle of a rule: a base chain has a semicolon in it, they have none.
  const plain = text.replaceAll(/#.*$/gm, '').replaceAll(/\{[^{};]*\}/g, '(set)');
  return [...plain.matchAll(/\bchain\s+(\S+)\s*\{([^{}]*)\}/g)].flatMap(({ index, 1: name = '', 2: body = '' }) => {
    const table = [...plain.slice(0, index).matchAll(/\btable\s+([^{]+?)\s*\{/g)].at(-1)?.[1] ?? '';
    const rules = body.split(/[;\n]/).map((rule) => rule.trim());
    const isOfInput = rules.some((rule) => /\bhook\s+input\b/.test(rule)) && !table.startsWith('ip6 ');
    if (!isOfInput || !rules.some(keepsAllOut)) return [];
    return [{ kind: 'nftables', chain: `${table} ${name}`, isRead: true } as const];
  });
}

function keepsAllOut(rule: string): boolean {
  return /^policy\s+drop\b/.test(rule) || /^(counter\b(\s+packets \d+ bytes \d+)?\s+)?(drop|reject)\b/.test(rule);
}

async function readIptables(places: FirewallPlaces): Promise<readonly Firewall[]> {
  const inForce = await outputOf(places, 'iptables', ['-S', 'INPUT']);
  if (inForce !== null) return inputThatKeepsOut(inForce);
  const isLoaded = (await isActive(places, 'iptables')) || (await isActive(places, 'netfilter-persistent'));
  if (!isLoaded) return [];
  const loaded = await firstTextOf([
    path.join(places.etc, 'iptables/rules.v4'),
    path.join(places.etc, 'sysconfig/iptables'),
  ]);
  return loaded === null ? [{ kind: 'iptables', chain: null, isRead: false }] : inputThatKeepsOut(loaded);
}

/** Of rules as `iptables -S` and iptables-save write them. */
function inputThatKeepsOut(text: string): readonly Firewall[] {
  const keepsOut =
    /^(-P |:)INPUT (DROP|REJECT)\b/m.test(text) ||
    /^(\[\d+:\d+\] )?-A INPUT (-m comment --comment ("[^"]*"|\S+) )?-j (DROP|REJECT)\b/m.test(text);
  return keepsOut ? [{ kind: 'iptables', chain: null, isRead: true }] : [];
}

/** Whether a program of this name runs, whosever it is. */
async function runs(name: string, proc: string): Promise<boolean> {
  const ids = (await readdir(proc).catch(() => [])).filter((id) => /^\d+$/.test(id));
  const names = await Promise.all(ids.map((id) => textOf(path.join(proc, id, 'comm'))));
  return names.some((each) => each?.trim() === name);
}

async function isActive(places: FirewallPlaces, service: string): Promise<boolean> {
  return (await outputOf(places, 'systemctl', ['is-active', service])) !== null;
}

/** Null when it is not there, fails, or may not. */
async function outputOf(places: FirewallPlaces, command: string, args: readonly string[]): Promise<string | null> {
  return await new Promise((resolve) => {
    const limits = { timeout: commandMsMax, maxBuffer: commandOutputBytesMax };
    const env = { ...process.env, PATH: places.commands, LC_ALL: 'C' };
    execFile(command, args, { ...limits, env }, (error, stdout) => {
      resolve(error === null ? stdout : null);
    });
  });
}

async function firstTextOf(files: readonly string[]): Promise<string | null> {
  for (const file of files) {
    const text = await textOf(file);
    if (text !== null) return text;
  }
  return null;
}

async function textOf(file: string): Promise<string | null> {
  return await readFile(file, 'utf8').catch(() => null);
}
