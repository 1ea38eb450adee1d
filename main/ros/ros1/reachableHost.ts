import { lookup } from 'node:dns/promises';

/**
 * The host to connect to for a node that calls itself `host`. ROS 1 nodes give names that only the robot can resolve, or
 * `localhost`, unless ROS_IP is set there: then the machine of the master is tried, where most nodes run.
 */
export async function reachableHost(host: string, masterHost: string): Promise<string> {
  if (isLoopback(host)) return isLoopback(masterHost) ? host : masterHost;
  try {
    await lookup(host);
    return host;
  } catch {
    return masterHost;
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || host.startsWith('127.');
}
