import { describe, expect, it, test } from 'vitest';
import { isConsoleUrl, logConsoleUrl, metricConsoleUrl, whyNoConsole } from '../model/consoleUrl.js';
import type { CloudAccount, LogDestination, MetricDestination } from '../model/Destination.js';

const account: CloudAccount = { cloud: 'aws', region: 'us-west-2', profile: 'field', endpoint: '' };
const logsTo = (group: string, stream: string): LogDestination => ({ kind: 'log', account, group, stream });
const metricsTo = (namespace: string): MetricDestination => ({ kind: 'metric', account, namespace });

describe('the page of a log stream', () => {
  // The console's own addresses, as people have copied them from it into what they published.
  test.each([
    [
      'a Lambda stream with slashes, brackets and a dollar sign, and both times',
      logsTo('/aws/lambda/threads-dumper', '2024/04/11/[$LATEST]3363f5957f0c4cfca501707e079092ef'),
      'ap-northeast-1',
      { fromMs: 1_712_809_338_551, untilMs: 1_712_810_248_551 },
      'https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fthreads-dumper/log-events/2024$252F04$252F11$252F$255B$2524LATEST$255D3363f5957f0c4cfca501707e079092ef$3Fstart$3D1712809338551$26end$3D1712810248551',
    ],
    [
      'plain names',
      logsTo('CarterLogGroup', 'stream'),
      'us-west-1',
      { fromMs: 1_722_470_400_000, untilMs: 1_722_556_799_000 },
      'https://us-west-1.console.aws.amazon.com/cloudwatch/home?region=us-west-1#logsV2:log-groups/log-group/CarterLogGroup/log-events/stream$3Fstart$3D1722470400000$26end$3D1722556799000',
    ],
  ])('%s', (_name, destination, region, span, url) => {
    expect(logConsoleUrl(destination, region, span)).toBe(url);
  });

  it('is in the console of the region’s partition', () => {
    const span = { fromMs: 0, untilMs: 1 };
    expect(logConsoleUrl(logsTo('g', 's'), 'cn-north-1', span)).toMatch(
      /^https:\/\/cn-north-1\.console\.amazonaws\.cn\/cloudwatch\/home\?region=cn-north-1#/,
    );
    expect(logConsoleUrl(logsTo('g', 's'), 'us-gov-west-1', span)).toMatch(
      /^https:\/\/us-gov-west-1\.console\.amazonaws-us-gov\.com\/cloudwatch\/home\?region=us-gov-west-1#/,
    );
  });

  it('takes no part of a millisecond', () => {
    expect(logConsoleUrl(logsTo('g', 's'), 'us-east-1', { fromMs: 10.7, untilMs: 20.1 })).toContain(
      '$3Fstart$3D10$26end$3D21',
    );
  });
});

describe('the graph of a metric', () => {
  it('is written as the console writes it', () => {
    const url = metricConsoleUrl(
      metricsTo('AWS/SQS'),
      'us-east-1',
      { fromMs: Date.UTC(2020, 1, 27, 21, 45, 0, 999), untilMs: Date.UTC(2020, 1, 28, 0, 15) },
      { name: 'NumberOfMessagesSent', dimensions: [{ name: 'QueueName', value: 'snooze_master' }] },
    );
    expect(url).toBe(
      "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#metricsV2:graph=~(metrics~(~(~'AWS*2fSQS~'NumberOfMessagesSent~'QueueName~'snooze_master))~view~'timeSeries~stacked~false~region~'us-east-1~stat~'Average~period~60~start~'2020-02-27T21*3a45*3a00.999Z~end~'2020-02-28T00*3a15*3a00.000Z);query=~'*7bAWS*2fSQS*2cQueueName*7d",
    );
  });

  it('writes other characters as JSURL does', () => {
    const metric = { name: "a 'b'~(c)$", dimensions: [{ name: 'é', value: '→' }] };
    const url = metricConsoleUrl(metricsTo('n'), 'eu-west-1', { fromMs: 0, untilMs: 1 }, metric);
    expect(url).toContain("~(~'n~'a*20*27b*27*7e*28c*29!~'*e9~'**2192))");
  });

  it('without a metric is the list of its namespace, at that time', () => {
    const url = metricConsoleUrl(metricsTo('rovers'), 'eu-west-1', { fromMs: 0, untilMs: 86_400_000 }, null);
    expect(url).toContain("#metricsV2:graph=~(view~'timeSeries");
    expect(url).toContain("~period~300~start~'1970-01-01T00*3a00*3a00.000Z");
    expect(url).toMatch(/;query=~'\*7brovers\*7d$/);
  });
});

describe('what may be opened', () => {
  it('is what is written here, in each partition, whatever the names', () => {
    const names = ['plain', 'a/b', '[$LATEST]', 'ä ö~*\'"<>', '#?&%25', '日本'];
    for (const region of ['us-east-1', 'cn-northwest-1', 'us-gov-east-1', 'il-central-1']) {
      for (const name of names) {
        const span = { fromMs: 1, untilMs: 2 };
        expect(isConsoleUrl(logConsoleUrl(logsTo(name, name), region, span))).toBe(true);
        const metric = { name, dimensions: [{ name, value: name }] };
        expect(isConsoleUrl(metricConsoleUrl(metricsTo(name), region, span, metric))).toBe(true);
      }
    }
  });

  test.each([
    'http://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:',
    'https://console.aws.amazon.com.evil.example/cloudwatch/home?region=us-east-1#logsV2:',
    'https://evilconsole.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:',
    'https://user@us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:',
    'https://evil.example/?@us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:',
    'https://us-east-1.console.aws.amazon.com:8443/cloudwatch/home?region=us-east-1#logsV2:',
    'https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#logsV2:',
    'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logs V2:\n',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '',
  ])('%j is not', (url) => {
    expect(isConsoleUrl(url)).toBe(false);
  });
});

it('says why a place has no page', () => {
  const place = (changes: Partial<CloudAccount>): LogDestination => ({
    ...logsTo('g', 's'),
    account: { ...account, ...changes },
  });
  expect(whyNoConsole(place({}), 'us-west-2')).toBe('');
  expect(whyNoConsole(place({ cloud: 'local' }), 'us-east-1')).toContain("Tether's own CloudWatch");
  expect(whyNoConsole(place({ endpoint: 'http://127.0.0.1:5000' }), 'us-east-1')).toContain('http://127.0.0.1:5000');
  expect(whyNoConsole(place({ region: '' }), '')).toContain('region');
});
