import { BlockList, isIP } from 'node:net';
import type { ProxySettings } from '../../model/RobotConfig.js';
import { dataStay, wayError } from './WayError.js';

export interface Target {
  readonly protocol: 'http:' | 'https:';
  /** A name or an address, an IPv6 one without brackets. */
  readonly hostname: string;
  readonly port: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** libcurl's, which the original nodes reach a proxy with. */
const defaultPort = 1080;

/**
 * The HTTP proxy on the way to a host, or null to go straight: the robot file's comes first, then HTTPS_PROXY (for https) or
 * HTTP_PROXY (for http), then ALL_PROXY; the lower-case names count before the others, as in curl and the AWS CLI. What
 * NO_PROXY names goes straight, and so does this laptop itself. Throws a WayError for an address that cannot be read.
 */
export function proxyFor(target: Target, settings: ProxySettings | undefined, environment: Environment): URL | null {
  const read = (name: string): string => environment[name.toLowerCase()] || environment[name] || '';
  if (isThisLaptop(target.hostname) || goesStraight(target, read('NO_PROXY'))) return null;
  if (settings !== undefined) return proxyOfFile(settings);
  const names = [target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY', 'ALL_PROXY'];
  const name = names.find((one) => read(one) !== '');
  return name === undefined ? null : parseProxy(read(name), name);
}

/** Never with its user and password. */
export function proxyWords(proxy: URL): string {
  return `the proxy ${proxy.hostname}:${portOf(proxy)}`;
}

export function portOf(proxy: URL): number {
  // The URL leaves the standard port of its scheme out.
  return proxy.port === '' ? (proxy.protocol === 'https:' ? 443 : 80) : Number(proxy.port);
}

/** An IPv6 address stands in brackets in a URL, and nowhere else. */
export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** For `Proxy-Authorization`; null when the proxy wants none. */
export function authorizationFor({ username, password }: URL): string | null {
  if (username === '' && password === '') return null;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

function proxyOfFile({ host, port, user, password }: ProxySettings): URL {
  const proxy = parseProxy(host, 'proxy_host in the robot file');
  if (port !== null) proxy.port = String(port);
  else if (proxy.port === '' && !/:\d+\/?$/.test(host)) proxy.port = String(defaultPort);
  if (user !== '') proxy.username = encodeURIComponent(user);
  if (password !== '') proxy.password = encodeURIComponent(password);
  return proxy;
}

function parseProxy(text: string, namedBy: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(address) ? new URL(address) : null;
  if (proxy !== null && (proxy.protocol === 'http:' || proxy.protocol === 'https:') && isReadable(proxy)) return proxy;
  // Not what is written there: it may hold a password.
  throw wayError(
    'proxy',
    `The proxy that ${namedBy} names cannot be used: it is no http or https address.`,
    `Write it as http://HOST:PORT, or take it out. ${dataStay}`,
  );
}

function isReadable(proxy: URL): boolean {
  try {
    authorizationFor(proxy);
    return proxy.hostname !== '';
  } catch {
    return false;
  }
}

function isThisLaptop(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '::1' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
}

/** `*`, names with all that is below them (with or without a dot before), addresses, networks (`10.0.0.0/8`), each with a port or not. */
function goesStraight({ hostname, port }: Target, noProxy: string): boolean {
  const host = hostname.toLowerCase();
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      if (entry.includes('/')) return isWithin(host, entry);
      const withPort = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(entry);
      if (withPort !== null && Number(withPort[3]) !== port) return false;
      const name = (withPort?.[1] ?? withPort?.[2] ?? withoutBrackets(entry)).replace(/^\*?\./, '');
      return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
    });
}

function isWithin(host: string, network: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) {
    return false;
  }
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, Number(bits), type);
  return list.check(host, type);
}
