import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * How many DDS participants of other programs this machine has on each domain, by the UDP ports that are open (RTPS 2.5, 9.6.2.3:
 * 7410 + 250 a domain + 2 a participant). A robot that keeps to its own machine (ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST) announces
 * itself by no multicast and is seen in no other way. Empty where the system does not tell.
 */
const unicastBase = 7_410;
const portsPerDomain = 250;
const unicastOffsetMax = 240;
/** From the next domain on, the ports are among those that Linux gives to any program. */
export const localDomainMax = 100;
/** Our own processes that join domains: nobody looks for these. */
const ourScripts = /robotHost\.js|probeProcess\.js/;

export function localDomains(): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  try {
    const ours = inodesOfOurs();
    for (const line of readFileSync('/proc/net/udp', 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      const domainId = domainOfPort(Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
      if (domainId !== null && !ours.has(fields[9] ?? '')) found.set(domainId, (found.get(domainId) ?? 0) + 1);
    }
  } catch {
    // Not Linux: only multicast tells.
  }
  return found;
}

/** The domain of a participant's discovery port; null for every other port. */
export function domainOfPort(port: number): number | null {
  const domainId = Math.floor((port - unicastBase) / portsPerDomain);
  const offset = port - unicastBase - domainId * portsPerDomain;
  const isDiscovery = domainId >= 0 && domainId <= localDomainMax && offset < unicastOffsetMax && offset % 2 === 0;
  return isDiscovery ? domainId : null;
}

function inodesOfOurs(): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!ourScripts.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))) continue;
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1];
        if (inode !== undefined) inodes.add(inode);
      }
    } catch {
      // It has ended, or belongs to another user.
    }
  }
  return inodes;
}
