import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFirewalls } from './readFirewalls.js';

/** A laptop's folders, and its commands as scripts that say what the real ones said. */
let laptop: string;
beforeEach(() => {
  laptop = mkdtempSync(path.join(tmpdir(), 'tether-firewall-'));
});
afterEach(() => {
  rmSync(laptop, { recursive: true });
});

function has(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(laptop, file)), { recursive: true });
  writeFileSync(path.join(laptop, file), text);
}

function says(command: string, output: string, code = 0): void {
  has(`bin/${command}`, `#!/bin/sh\n/bin/cat <<'END'\n${output}\nEND\nexit ${code}\n`);
  chmodSync(path.join(laptop, 'bin', command), 0o755);
}

/** A service that loads rules is active, and no other. */
function loads(service: string): void {
  has('bin/systemctl', `#!/bin/sh\n[ "$2" = ${service} ]\n`);
  chmodSync(path.join(laptop, 'bin/systemctl'), 0o755);
}

const find = async (): Promise<readonly string[]> => {
  const places = { etc: path.join(laptop, 'etc'), proc: path.join(laptop, 'proc'), commands: path.join(laptop, 'bin') };
  const found = await readFirewalls(places);
  return found.map(({ kind, chain, isRead }) => [kind, chain ?? '', isRead ? '' : 'unread'].join(' ').trim());
};

/** nftables 1.0.6, `nft list ruleset`, of what `keepsOut` below loads. */
const listed = `table inet filter {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iif "lo" accept
		tcp dport { 22, 80 } accept
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}`;
const keepsOut = `#!/usr/sbin/nft -f
flush ruleset
table inet filter { # { of the laptop
  chain input { type filter hook input priority 0; policy drop; ct state established,related accept
    iif lo accept
    tcp dport { 22, 80 } accept
  }
  chain forward { type filter hook forward priority 0; policy drop; }
}`;

it('finds nothing on a laptop without one', async () => {
  expect(await find()).toEqual([]);
});

it('finds ufw where it is switched on, and not where it is off', async () => {
  has('etc/ufw/ufw.conf', 'ENABLED=no\nLOGLEVEL=low\n');
  expect(await find()).toEqual([]);
  has('etc/ufw/ufw.conf', 'ENABLED=yes\nLOGLEVEL=low\n');
  expect(await find()).toEqual(['ufw']);
});

it('finds firewalld where it runs, and does not name its rules as well', async () => {
  has('proc/812/comm', 'firewalld\n');
  has('proc/1/comm', 'systemd\n');
  says('nft', listed);
  expect(await find()).toEqual(['firewalld']);
});

it('reads the rules of nftables that are in force', async () => {
  says('nft', listed);
  expect(await find()).toEqual(['nftables inet filter input']);
});

it.each([
  ['lets in what it does not name', 'policy accept; tcp dport 23 drop; ip saddr { 10.0.0.1, 10.0.0.2 } drop', 'inet'],
  ['is for IPv6 alone', 'policy drop;', 'ip6'],
])('does not name a chain that %s', async (_, rules, family) => {
  says(
    'nft',
    `table ${family} filter {\n\tchain input {\n\t\ttype filter hook input priority filter; ${rules}\n\t}\n}`,
  );
  expect(await find()).toEqual([]);
});

it('takes a rule without a condition for the end of what is let in', async () => {
  const rules =
    'policy accept;\n\t\tudp dport 53 accept\n\t\tcounter packets 3 bytes 180 reject with icmp port-unreachable';
  says('nft', `table ip own {\n\tchain in {\n\t\ttype filter hook input priority 0; ${rules}\n\t}\n}`);
  expect(await find()).toEqual(['nftables ip own in']);
});

it('reads without root the file that the service of nftables loaded, and says where it cannot', async () => {
  says('nft', 'Operation not permitted (you must be root)', 1);
  has('etc/nftables.conf', keepsOut);
  expect(await find()).toEqual([]);
  loads('nftables');
  expect(await find()).toEqual(['nftables inet filter input']);
  has('etc/nftables.conf', 'include "/etc/nftables.d/*.nft"\n');
  expect(await find()).toEqual(['nftables  unread']);
});

it('reads the rules of iptables', async () => {
  says('nft', '');
  says('iptables', '-P INPUT ACCEPT\n-A INPUT -p tcp -m tcp --dport 23 -j DROP');
  expect(await find()).toEqual([]);
  says('iptables', '-P INPUT DROP\n-A INPUT -i lo -j ACCEPT');
  expect(await find()).toEqual(['iptables']);
  says('iptables', '-P INPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j REJECT --reject-with icmp-host-prohibited');
  expect(await find()).toEqual(['iptables']);
});

it('reads without root the file of iptables, and says where it cannot', async () => {
  says('iptables', 'iptables v1.8.9: Could not fetch rule set generation id: Permission denied', 4);
  loads('netfilter-persistent');
  expect(await find()).toEqual(['iptables  unread']);
  has('etc/iptables/rules.v4', '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n');
  expect(await find()).toEqual(['iptables']);
});
