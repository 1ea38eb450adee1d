import { expect, test } from 'vitest';
import { authorizationFor, portOf, proxyFor, type Target } from './proxyFor.js';
import { WayError } from './WayError.js';

const logs: Target = { protocol: 'https:', hostname: 'logs.eu-west-1.amazonaws.com', port: 443 };
const through = (environment: Readonly<Record<string, string>>, target: Target = logs): string | null =>
  proxyFor(target, undefined, environment)?.href ?? null;

test('the scheme of the endpoint chooses the variable; small letters come first; without a scheme it is http', () => {
  expect(through({})).toBeNull();
  expect(through({ HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://b:2', ALL_PROXY: 'http://c:3' })).toBe('http://a:1/');
  expect(through({ HTTPS_PROXY: 'http://a:1', https_proxy: 'd:4' })).toBe('http://d:4/');
  expect(through({ HTTP_PROXY: 'http://b:2' })).toBeNull();
  expect(through({ HTTP_PROXY: 'http://b:2' }, { ...logs, protocol: 'http:', port: 80 })).toBe('http://b:2/');
  expect(through({ all_proxy: 'https://c' })).toBe('https://c/');
});

test.each([
  ['*', true],
  ['amazonaws.com', true],
  ['.amazonaws.com', true],
  ['*.eu-west-1.amazonaws.com', true],
  ['example.org, LOGS.eu-west-1.amazonaws.com', true],
  ['logs.eu-west-1.amazonaws.com:443', true],
  ['logs.eu-west-1.amazonaws.com:8443', false],
  ['onaws.com', false],
  ['us-east-1.amazonaws.com', false],
  ['10.0.0.0/8', false],
  ['', false],
])('NO_PROXY=%s', (noProxy, isStraight) => {
  const proxy = through({ HTTPS_PROXY: 'http://a:1', NO_PROXY: noProxy });
  expect(proxy).toBe(isStraight ? null : 'http://a:1/');
});

test('addresses and networks go straight too, and this laptop always', () => {
  const to = (hostname: string, noProxy: string) =>
    through({ HTTPS_PROXY: 'http://a:1', NO_PROXY: noProxy }, { ...logs, hostname });
  expect(to('10.1.2.3', '10.0.0.0/8')).toBeNull();
  expect(to('11.1.2.3', '10.0.0.0/8')).not.toBeNull();
  expect(to('10.1.2.3', '10.0.0.0/99')).not.toBeNull();
  expect(to('fd00::1', 'fd00::/8')).toBeNull();
  expect(to('fd00::1', '[fd00::1]:443')).toBeNull();
  for (const own of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) expect(to(own, '')).toBeNull();
});

test("the robot file's proxy comes before the environment's, with libcurl's port and with its own user", () => {
  const settings = { host: 'proxy.field', port: null, user: 'an a', password: 'p:@/é' };
  const proxy = proxyFor(logs, settings, { HTTPS_PROXY: 'http://a:1' });
  expect(proxy?.host).toBe('proxy.field:1080');
  expect(proxy === null ? null : authorizationFor(proxy)).toBe(`Basic ${Buffer.from('an a:p:@/é').toString('base64')}`);
  expect(proxyFor(logs, { ...settings, port: 3128 }, {})?.port).toBe('3128');
  const standard = proxyFor(logs, { ...settings, host: 'http://proxy.field:80' }, {});
  expect(standard === null ? null : portOf(standard)).toBe(80);
  expect(proxyFor(logs, settings, { no_proxy: '*' })).toBeNull();
});

test('an address that cannot be read is said without what it holds', () => {
  const failure = (text: string): unknown => {
    try {
      return through({ HTTPS_PROXY: text });
    } catch (error) {
      return error;
    }
  };
  for (const text of ['socks5://user:secret@a:1', 'http://user:secret@:80', 'http://user:%E0secret@a:1']) {
    const error = failure(text);
    expect(error).toBeInstanceOf(WayError);
    expect(error).toMatchObject({
      problem: { code: 'proxy', message: expect.stringContaining('HTTPS_PROXY') as string },
    });
    expect(JSON.stringify(error)).not.toContain('secret');
  }
});
