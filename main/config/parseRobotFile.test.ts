import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFix } from './text/applyFix.js';
import { newRobotText } from './newRobotText.js';
import { parseRobotFile } from './text/parseRobotFile.js';

/** Marks the place with «»: the text without the marks, and where the marked part begins and ends. */
function marked(text: string): { text: string; from: [number, number]; to: [number, number] } {
  const place = (offset: number, plain: string): [number, number] => {
    const before = plain.slice(0, offset).split('\n');
    return [before.length, (before.at(-1) ?? '').length + 1];
  };
  const start = text.indexOf('«');
  const plain = text.replace('«', '').replace('»', '');
  return { text: plain, from: place(start, plain), to: place(text.indexOf('»') - 1, plain) };
}

function logger(...lines: string[]): string {
  return ['cloudwatch_logger:', '  ros__parameters:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

function metrics(...lines: string[]): string {
  return logger(...lines).replace('cloudwatch_logger', 'cloudwatch_metrics_collector');
}

function tether(...lines: string[]): string {
  return logger(...lines).replace('cloudwatch_logger', 'tether');
}

const redactTrap = (rule: string): string => tether(`redact: ["ok => fine", «'${rule}'»]`);

interface Trap {
  readonly name: string;
  readonly text: string;
  readonly severity?: 'warning';
  readonly message: RegExp;
  readonly fix: string | null;
}

const traps: readonly Trap[] = [
  { name: 'integer for a double', text: logger('publish_frequency: «5»'), message: /decimal point.*stops/, fix: '5.0' },
  { name: 'hexadecimal for a double', text: logger('publish_frequency: «0x10»'), message: /decimal/, fix: '16.0' },
  { name: 'double for an integer', text: logger('storage_limit: «1048576.0»'), message: /whole/, fix: '1048576' },
  { name: 'exponent for an integer', text: logger('storage_limit: «1e3»'), message: /whole/, fix: '1000' },
  { name: 'fraction for an integer', text: logger('storage_limit: «10.5»'), message: /whole/, fix: null },
  { name: 'number for a text', text: logger('log_stream_name: «42»'), message: /must be a text/, fix: '"42"' },
  { name: 'boolean word for a text', text: logger('log_stream_name: «no»'), message: /true or false/, fix: '"no"' },
  { name: 'quoted number', text: logger('storage_limit: «"2048"»'), message: /without quotes/, fix: '2048' },
  {
    name: 'quoted number for a double',
    text: logger("publish_frequency: «'5'»"),
    message: /without quotes/,
    fix: '5.0',
  },
  { name: 'not finite', text: logger('publish_frequency: «.inf»'), message: /0\.1 to 86400 s/, fix: null },
  { name: 'quoted boolean', text: logger('sub_to_rosout: «"true"»'), message: /true or false/, fix: 'true' },
  { name: 'number for a boolean', text: logger('sub_to_rosout: «0»'), message: /true or false/, fix: 'false' },
  {
    name: 'empty list',
    text: logger('log_group_name: g', '').replace('    \n', '«    topics: [] # none\n»    log_stream_name: s\n'),
    message: /empty list stops/,
    fix: '',
  },
  { name: 'empty list, alone', text: logger('«topics: []»'), message: /empty list/, fix: null },
  { name: 'text for a list', text: logger('topics: «"a"»'), message: /list/, fix: '["a"]' },
  { name: 'plain text for a list', text: logger('topics: «a»'), message: /list/, fix: '["a"]' },
  { name: 'number in a list', text: logger('ignore_nodes: ["a", «3»]'), message: /text/, fix: '"3"' },
  { name: 'list in a list', text: logger('topics: ["a", «["b"]»]'), message: /list of texts/, fix: null },
  { name: 'list for a number', text: logger('storage_limit: «[1]»'), message: /one number/, fix: null },
  { name: 'map for a text', text: logger('log_group_name: «{}»'), message: /one text/, fix: null },
  {
    name: 'no value',
    text: logger('topics: [a]', '').replace('    \n', '«    log_group_name:\n»'),
    message: /no value/,
    fix: '',
  },
  { name: 'empty text', text: logger('log_group_name: «""»'), message: /empty/, fix: null },
  { name: 'severity in small letters', text: logger('min_log_verbosity: «info»'), message: /capitals/, fix: 'INFO' },
  {
    name: 'account as a number',
    text: tether('account_id: «123456789012»'),
    message: /must be a text/,
    fix: '"123456789012"',
  },
  {
    name: 'account with dashes',
    text: tether('account_id: «"1234-5678-9012"»'),
    message: /twelve/,
    fix: '"123456789012"',
  },
  { name: 'account that is none', text: tether('account_id: «"field"»'), message: /twelve/, fix: null },
  { name: 'severity by another name', text: logger('min_log_verbosity: «"warning"»'), message: /WARN/, fix: '"WARN"' },
  { name: 'log format that is none', text: tether('log_format: «jsno»'), message: /text, json/, fix: 'json' },
  {
    name: 'redaction rule that is open',
    text: redactTrap('token=(\\S+ => x'),
    message: /missing closing \)/,
    fix: null,
  },
  { name: 'redaction rule of Perl', text: redactTrap('(?<=token=)\\S+'), message: /lookaround/, fix: null },
  { name: 'redaction rule of nothing', text: redactTrap(' => x'), message: /pattern is missing/, fix: null },
  { name: 'redaction rule of any place', text: redactTrap('a* => x'), message: /empty text/, fix: null },
  { name: 'redaction rule with no such group', text: redactTrap('a(b) => $2'), message: /group 2/, fix: null },
  { name: 'severity that is none', text: logger('min_log_verbosity: «LOUD»'), message: /DEBUG/, fix: null },
  { name: 'stream name', text: logger('log_stream_name: «"a:b*"»'), message: /":"/, fix: '"a_b_"' },
  { name: 'group name', text: logger('log_group_name: «my group»'), message: /letters/, fix: 'my_group' },
  { name: 'group name, long', text: logger(`log_group_name: «${'g'.repeat(513)}»`), message: /512/, fix: null },
  { name: 'stream name, long', text: logger(`log_stream_name: «${'g'.repeat(513)}»`), message: /512/, fix: null },
  { name: 'topic', text: logger('topics: [«"no spaces"»]'), message: /topic name/, fix: null },
  {
    name: 'slash before a node',
    text: logger('ignore_nodes: [«"/nav"»]'),
    severity: 'warning',
    message: /leading slash/,
    fix: '"nav"',
  },
  { name: 'resolution', text: metrics('storage_resolution: «30»'), message: /1 or 60 s/, fix: '60' },
  {
    name: 'fraction where only the ROS 2 node minds',
    text: metrics('publish_frequency: «10.0»'),
    severity: 'warning',
    message: /ROS 1 takes/,
    fix: '10',
  },
  { name: 'dimensions', text: metrics('aws_default_metric_dimensions: «"a:b:c"»'), message: /Name:Value/, fix: null },
  {
    name: 'dimensions twice',
    text: metrics('aws_default_metric_dimensions: «"a:b;a:c"»'),
    message: /twice/,
    fix: null,
  },
  { name: 'namespace', text: metrics('aws_metrics_namespace: «"AWS/EC2"»'), message: /reserved/, fix: '"EC2"' },
  { name: 'domain', text: tether('domain_id: «233»'), message: /0 to 232/, fix: null },
  { name: 'source', text: tether('source: «ros3»'), message: /ros2, ros1, foxglove, replay/, fix: 'ros2' },
  { name: 'colour', text: tether('colour: «"red"»'), message: /#rrggbb/, fix: null },
  {
    name: 'unknown key',
    text: logger('«log_gruop_name»: "g"'),
    severity: 'warning',
    message: /mean "log_group_name"/,
    fix: 'log_group_name',
  },
  {
    name: 'unknown key within a group',
    text: logger('aws_client_configuration:', '  «regoin»: us-west-2'),
    severity: 'warning',
    message: /aws_client_configuration.region/,
    fix: 'region',
  },
  {
    name: 'unknown section',
    text: logger('topics: [a]').replace('cloudwatch_logger', '«cloudwatch_loger»'),
    severity: 'warning',
    message: /cloudwatch_logger/,
    fix: 'cloudwatch_logger',
  },
  { name: 'key twice', text: logger('log_group_name: a', '«log_group_name»: b'), message: /twice/, fix: null },
  {
    name: 'key twice, once dotted',
    text: logger('aws_client_configuration: {region: us-west-2}', '«aws_client_configuration.region»: us-west-2'),
    message: /twice/,
    fix: null,
  },
  {
    name: 'section twice',
    text: `${tether('domain_id: 1')}${tether('demo: true').replace('tether', '«tether»')}`,
    message: /twice/,
    fix: null,
  },
  { name: 'tab', text: 'tether:\n  ros__parameters:\n«\t»domain_id: 1\n', message: /tab/, fix: null },
  { name: 'key outside', text: `«domain_id»: 3\n${tether('demo: true')}`, message: /"tether:"/, fix: null },
  { name: 'NUL', text: logger('log_group_name: a«\u0000»b'), message: /U\+0000/, fix: '' },
  { name: 'alias', text: logger('log_group_name: &a x', 'log_stream_name: «*a»'), message: /alias/, fix: null },
  {
    name: 'alias in the section of another node',
    text: `nav:\n  ros__parameters:\n    a: &x 1\n    b: «*x»\n${tether('demo: true')}`,
    message: /alias/,
    fix: null,
  },
  {
    name: 'mixed list of another node',
    text: `nav:\n  ros__parameters:\n    a: [1, «2.0»]\n${tether('demo: true')}`,
    message: /one type/,
    fix: null,
  },
  {
    name: 'no value in another node',
    text: `nav:\n  ros__parameters:\n    «a»:\n${tether('demo: true')}`,
    message: /no value/,
    fix: null,
  },
  {
    name: 'empty map in another node',
    text: `nav:\n  ros__parameters:\n    a: «{}»\n${tether('demo: true')}`,
    message: /empty map/,
    fix: null,
  },
  { name: 'tag', text: logger('publish_frequency: !!float «5»'), message: /tag/, fix: null },
  { name: 'second document', text: `${tether('demo: true')}«-»--\na: 1\n`, message: /second/, fix: null },
  { name: 'directive', text: `«%YAML 1.2\n»---\n${tether('demo: true')}`, message: /directive/, fix: '' },
  { name: 'a text alone', text: '«hello»\n', message: /map of sections/, fix: null },
  {
    name: 'section without ros__parameters',
    text: 'tether:\n  «domain_id: 1\n  demo: true\n»',
    message: /no "ros__parameters:"/,
    fix: 'ros__parameters:\n    domain_id: 1\n    demo: true\n',
  },
  {
    name: 'trigger',
    text: logger('batch_max_queue_size: 10', '«batch_trigger_publish_size: 10»'),
    message: /smaller/,
    fix: null,
  },
];

describe('traps', () => {
  test.each(traps)('$name', (trap) => {
    const { text, from, to } = marked(trap.text);
    const { issues, config } = parseRobotFile('rover', text);
    const found = issues.map(({ line, column, endLine, endColumn, severity, fix }) => ({
      from: [line, column],
      to: [endLine, endColumn],
      severity,
      fix,
    }));
    expect(found).toEqual([{ from, to, severity: trap.severity ?? 'error', fix: trap.fix }]);
    expect(issues[0]?.message).toMatch(trap.message);
    expect(config === null).toBe(trap.severity === undefined);
  });

  test.each(traps.filter(({ fix }) => fix !== null))('the fix mends: $name', (trap) => {
    const { text } = marked(trap.text);
    const issue = parseRobotFile('rover', text).issues[0];
    if (issue === undefined) throw new Error('no issue');
    expect(parseRobotFile('rover', applyFix(text, issue)).issues).toEqual([]);
  });
});

describe('what a file means', () => {
  test('how ROS 2 is chosen, and which part of a domain is the robot', () => {
    const text = [
      'tether:\n  ros__parameters:\n    ros_distribution: "humble"\n    ros_workspaces: ["~/rover_ws"]\n',
      '    network_interface: "eth0"\n    namespace: "rover_1/"\n    localhost_only: true\n',
      '    discovery_server: "10.0.0.1:11811"\n    fastdds_profiles_file: "/a.xml"\n',
    ].join('');
    const { issues, config } = parseRobotFile('rover', text);
    expect(issues).toEqual([]);
    expect(config?.source).toMatchObject({
      ros: { distribution: 'humble', workspaces: ['~/rover_ws'] },
      ...{ networkInterface: 'eth0', namespace: '/rover_1' },
      environment: {
        ...{ ROS_LOCALHOST_ONLY: '1', ROS_DISCOVERY_SERVER: '10.0.0.1:11811', ROS_SUPER_CLIENT: 'TRUE' },
        ...{ FASTDDS_DEFAULT_PROFILES_FILE: '/a.xml', FASTRTPS_DEFAULT_PROFILES_FILE: '/a.xml' },
      },
    });
    const wrong = (line: string): readonly string[] =>
      parseRobotFile('rover', `tether:\n  ros__parameters:\n    ${line}\n`).issues.map(({ message }) => message);
    expect(wrong('network_interface: "10.0.0.2"').join()).toContain('not its address');
    expect(wrong('network_interface: "no such name at all"').join()).toContain('at most 15 characters');
    expect(wrong('namespace: "rover-1"').join()).toContain('no namespace');
  });

  test('what a slow or metered link may carry', () => {
    const text = [
      'tether:\n  ros__parameters:\n    upload_limit: 12.5\n    metered: "always"\n    only_region: "eu-west-1"\n',
      '    send_when_metered: ["metric", "FATAL", "ERROR"]\n    statistic_sets: true\n',
    ].join('');
    const { issues, config } = parseRobotFile('rover', text);
    expect(issues).toEqual([]);
    expect(config?.sending).toMatchObject({
      ...{ limitBytesPerS: 12_500, metered: 'always', onlyRegion: 'eu-west-1' },
      sendsWhenMetered: ['ERROR', 'FATAL', 'metric'],
    });
    expect(config?.metrics.statisticSets).toBe(true);
    const wrong = parseRobotFile('rover', 'tether:\n  ros__parameters:\n    send_when_metered: ["errors"]\n').issues;
    expect(wrong.map(({ message }) => message).join()).toContain('in capitals, or metric');
    const none = parseRobotFile('rover', 'tether:\n  ros__parameters:\n    send_when_metered: ["none"]\n');
    expect(none.issues).toEqual([]);
    expect(none.config?.sending.sendsWhenMetered).toEqual([]);
  });

  test('a proxy and authorities on the way to AWS; an unchecked certificate is not obeyed, and that is said', () => {
    const text = [
      'cloudwatch_logger:',
      '  ros__parameters:',
      '    aws_client_configuration:',
      '      proxy_host: "proxy.field"',
      '      proxy_port: 3128',
      '      proxy_user_name: "ana"',
      '      proxy_password: "secret"',
      '      ca_file: "/etc/ssl/field.pem"',
      '      verify_SSL: false',
      '',
    ].join('\n');
    const { config, issues } = parseRobotFile('rover', text);
    expect(config?.connection).toMatchObject({
      proxy: { host: 'proxy.field', port: 3128, user: 'ana', password: 'secret' },
      caFile: '/etc/ssl/field.pem',
    });
    expect(issues).toMatchObject([
      {
        severity: 'warning',
        line: 9,
        message: expect.stringContaining('checks the certificate of CloudWatch') as string,
      },
    ]);
    const withoutPort = parseRobotFile('rover', text.replace('proxy_port: 3128', 'proxy_port: 0')).config;
    expect(withoutPort?.connection.proxy?.port).toBeNull();
  });

  test('what a log group gets that Tether makes', () => {
    const parse = (retention: string, tags: string) =>
      parseRobotFile(
        'rover',
        `tether:\n  ros__parameters:\n    log_retention_days: ${retention}\n    log_group_tags: ${tags}\n`,
      );
    const { issues, config } = parse('30', '["team=field", "site=Halle 3: north"]');
    expect(issues).toEqual([]);
    expect(config?.newGroups).toEqual({
      retentionDays: 30,
      tags: [
        { key: 'team', value: 'field' },
        { key: 'site', value: 'Halle 3: north' },
      ],
    });
    const wrong = (retention: string, tags: string): string =>
      parse(retention, tags)
        .issues.map(({ message }) => message)
        .join();
    expect(wrong('31', '["team=field"]')).toContain('30');
    expect(wrong('30', '["team"]')).toContain('key=value');
    expect(wrong('30', '["aws:team=field"]')).toContain('reserved');
    expect(wrong('30', '["team=a", "team=b"]')).toContain('comes twice');
    expect(wrong('30', `["${'k'.repeat(129)}=a"]`)).toContain('128');
    expect(wrong('30', '["team=<b>"]')).toContain('letters, digits');
  });

  test('nothing given: the defaults of the original nodes', () => {
    const { issues, config } = parseRobotFile('rover', '');
    expect(issues).toEqual([]);
    expect(config).toEqual({
      name: 'rover',
      colour: expect.stringMatching(/^#[0-9a-f]{6}$/) as string,
      source: {
        ...{ kind: 'ros2', domainId: 0, environment: {}, numericRules: [], demo: false },
        ...{ ros: { distribution: '', workspaces: [] }, networkInterface: '', namespace: '' },
      },
      account: { cloud: 'aws', region: '', profile: '', endpoint: '' },
      connection: { connectTimeoutMs: 5000, requestTimeoutMs: 20_000, connectionsMax: 25 },
      sending: {
        ...{ accountId: '', onlyRegion: '', order: 'newest_first' },
        ...{ limitBytesPerS: null, metered: 'laptop', sendsWhenMetered: ['ERROR', 'FATAL'] },
      },
      logs: {
        group: 'ros_log_group',
        stream: 'ros_log_stream',
        isPlaceNamed: false,
        publishPeriodMs: 5000,
        subscribeRosout: true,
        topics: [],
        severityMin: 'DEBUG',
        publishTopicNames: true,
        format: 'text',
        redactions: [],
        robot: 'rover',
        ignoreNodes: [],
      },
      metrics: {
        namespace: 'ROS',
        topics: ['metrics'],
        defaultDimensions: [],
        publishPeriodMs: 10_000,
        storageResolutionS: 60,
        statisticSets: false,
      },
      cache: { bytesMax: 2 ** 30, segmentBytesMax: 2 ** 20 },
      originals: {
        logFiles: { prefix: 'cwlog', extension: '.log' },
        metricFiles: { prefix: 'cwmetric', extension: '.log' },
        metricBatchRecords: 50,
      },
    });
  });

  test('every section', () => {
    const text = [
      tether(
        'domain_id: 7',
        'demo: yes',
        'cloud: local',
        'profile: field',
        'colour: "#AA00ff"',
        'static_peers: [10.0.0.2, robot]',
        'rmw_implementation: rmw_cyclonedds_cpp',
      ),
      logger(
        'log_group_name: "field-team-2"',
        'min_log_verbosity: "WARN"',
        'publish_frequency: 2.5',
        'storage_limit: 2048',
        'topics: ["/a/b", c]',
        'file_prefix: "rover."',
        'aws_client_configuration:',
        '  region: "us-west-2"',
        '  endpoint_override: logs.example.org:8443',
      ),
      metrics(
        'aws_metrics_namespace: rovers',
        'storage_limit: 1024',
        'maximum_file_size: 512',
        'file_extension: ".txt"',
        'file_upload_batch_size: 20',
        'aws_default_metric_dimensions: "Site:North; Team:2;"',
        'publish_frequency: 3',
        'storage_resolution: 1',
      ),
      tether('interval: 5.0', 'robot_id: r1').replace('tether', 'health_metric_collector'),
    ].join('');
    const { issues, config } = parseRobotFile('rover', text);
    expect(issues).toEqual([]);
    expect(config).toMatchObject({
      colour: '#AA00ff',
      source: {
        domainId: 7,
        demo: true,
        environment: { ROS_STATIC_PEERS: '10.0.0.2;robot', RMW_IMPLEMENTATION: 'rmw_cyclonedds_cpp' },
      },
      account: { cloud: 'local', region: 'us-west-2', profile: 'field', endpoint: 'https://logs.example.org:8443' },
      logs: { group: 'field-team-2', severityMin: 'WARN', publishPeriodMs: 2500, topics: ['/a/b', 'c'] },
      metrics: {
        namespace: 'rovers',
        publishPeriodMs: 3000,
        storageResolutionS: 1,
        defaultDimensions: [
          { name: 'Site', value: 'North' },
          { name: 'Team', value: '2' },
        ],
      },
      cache: { bytesMax: 3 * 2 ** 20, segmentBytesMax: 512 * 1024 },
      originals: {
        logFiles: { prefix: 'rover.', extension: '.log' },
        metricFiles: { prefix: 'cwmetric', extension: '.txt' },
        metricBatchRecords: 20,
      },
    });
  });

  test('the form for every node; the later of two wins, as in ROS 2', () => {
    const wild = logger('log_group_name: wild', 'storage_limit: 1024').replace('cloudwatch_logger', '/**');
    const own = logger('log_group_name: own');
    expect(parseRobotFile('r', wild + own).config).toMatchObject({
      logs: { group: 'own' },
      cache: { bytesMax: 2 ** 21 },
    });
    expect(parseRobotFile('r', own + wild).config?.logs.group).toBe('wild');
  });

  test('one publish_frequency cannot suit both ROS 2 nodes', () => {
    const file = (value: string): string => logger(`publish_frequency: ${value}`).replace('cloudwatch_logger', '/**');
    expect(parseRobotFile('r', file('5')).issues).toMatchObject([{ severity: 'warning', line: 3, column: 5 }]);
    expect(parseRobotFile('r', file('5.0')).issues).toMatchObject([
      { severity: 'warning', line: 3, column: 24, fix: '5' },
    ]);
  });

  test("ROS 1's flat form", () => {
    const text =
      'log_group_name: g\npublish_frequency: 6\nstorage_limit: 2048\ntopics: []\naws_client_configuration:\n  region: us-west-2\n';
    const { issues, config } = parseRobotFile('r', text);
    expect(issues).toEqual([]);
    expect(config).toMatchObject({
      source: { kind: 'ros1' },
      account: { region: 'us-west-2' },
      logs: { group: 'g', publishPeriodMs: 6000 },
      metrics: { publishPeriodMs: 6000 },
      cache: { bytesMax: 2 ** 21 },
    });
    const more = `${text}${tether('source: ros2', 'domain_id: 3')}`;
    expect(parseRobotFile('r', more)).toMatchObject({ issues: [], config: { source: { kind: 'ros2', domainId: 3 } } });
    expect(parseRobotFile('r', 'a: &s one\nlog_group_name: *s\n').config?.logs.group).toBe('one');
  });

  test.each(['/cloudwatch_logger', '/robot1/cloudwatch_logger', '/**/cloudwatch_logger'])('named %s', (name) => {
    const text = logger('log_group_name: g').replace('cloudwatch_logger', name);
    expect(parseRobotFile('r', text)).toMatchObject({ issues: [], config: { logs: { group: 'g' } } });
  });

  test('in a namespace, with the byte order mark, carriage returns and other nodes beside', () => {
    const text =
      '\ufeffrobot1:\n  cloudwatch_logger:\n    ros__parameters:\n      log_group_name: g\nnav:\n  ros__parameters:\n    a.b: 1\n';
    for (const written of [text, text.replaceAll('\n', '\r\n')]) {
      expect(parseRobotFile('r', written)).toMatchObject({ issues: [], config: { logs: { group: 'g' } } });
    }
  });

  test('two regions: one account', () => {
    const region = (name: string): string => `aws_client_configuration: {region: ${name}}`;
    const { issues, config } = parseRobotFile('r', logger(region('us-west-2')) + metrics(region('eu-west-1')));
    expect(issues).toMatchObject([{ severity: 'warning', line: 6 }]);
    expect(config?.account.region).toBe('us-west-2');
  });
});

describe('hostile texts', () => {
  const hostile: readonly [string, string][] = [
    ['flow sequences in each other', '['.repeat(500_000)],
    ['flow maps in each other', '{a: '.repeat(200_000)],
    ['block sequences in each other', '- '.repeat(400_000)],
    ['block maps in each other', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
    ['explicit keys in each other', '? '.repeat(400_000)],
    [
      'aliases that explode',
      `log_group_name: x\na: &a [x, x, x, x, x, x, x, x]\n${'bcdefghijkl'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefghijkl'[index] ?? ''}, `.repeat(8)}]\n`)
        .join('')}topics: *l\n`,
    ],
    ['an alias of itself', 'log_group_name: x\ntopics: &a [*a]\n'],
    ['100,000 equal keys', `tether:\n  ros__parameters:\n${'    a: 1\n'.repeat(100_000)}`],
    ['5,000 other keys', logger(...Array.from({ length: 5000 }, (_, index) => `k${index}: 1`), 'x: *y')],
    ['a text of a megabyte', logger(`log_group_name: "${'x'.repeat(900_000)}"`)],
    ['over a megabyte', 'a'.repeat(3_000_000)],
    ['NUL', '\u0000'.repeat(1000)],
    ['half a surrogate pair', 'log_group_name: "\ud800"'],
    ['UTF-16 read as UTF-8', 'l\u0000o\u0000g\u0000'],
    ['an unclosed quote', logger('log_group_name: "never closed')],
    ['a binary tag', logger('log_group_name: !!binary AAAA')],
    ['prototype keys', logger('__proto__: {a: 1}', 'constructor: [1]', 'x: *y')],
  ];

  test.each(hostile)('%s', (_, text) => {
    const { issues, config } = parseRobotFile('r', text);
    expect(config).toBeNull();
    expect(issues.some(({ severity }) => severity === 'error')).toBe(true);
    expect(issues.length).toBeLessThanOrEqual(201);
    for (const issue of issues) {
      expect(issue.line).toBeGreaterThanOrEqual(1);
      expect(issue.column).toBeGreaterThanOrEqual(1);
      expect(issue.message.length).toBeLessThan(400);
    }
  });
});

describe('properties', () => {
  const base = newRobotText({ name: 'rover', domainId: 7, cloud: 'aws' });
  const fragments = [
    '\n',
    '  ',
    '\t',
    ':',
    ': ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&a',
    '*a',
    '#',
    '"',
    "'",
    '!!str',
    '|',
    '>',
    '?',
    '%YAML',
    '---',
    '\u0000',
    '\ufeff',
    '5',
    '[]',
    '/**:',
    'ros__parameters:',
    'tether:',
    '<<: *a',
    'topics',
  ];
  const edit = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 30 }),
    put: fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 8, unit: 'binary' })),
  });

  test('random edits never make it throw, and every place lies within the text', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let text = base;
        for (const { at, cut, put } of edits) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + put + text.slice(from + cut);
        }
        const { issues, config } = parseRobotFile('rover', text);
        const lines = text.split('\n');
        for (const issue of issues) {
          expect(issue.line).toBeLessThanOrEqual(lines.length);
          expect(issue.column).toBeLessThanOrEqual((lines[issue.line - 1]?.length ?? 0) + 1);
          expect(issue.endLine * 1e7 + issue.endColumn).toBeGreaterThanOrEqual(issue.line * 1e7 + issue.column);
        }
        expect(config === null).toBe(issues.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: 500 },
    );
  });
});

test('topics of plain numbers of a ROS 1 robot are warned of on their line: nothing would come of them', () => {
  const text = (source: string): string =>
    `tether:\n  ros__parameters:\n    source: ${source}\n    ros_master_uri: http://rover:11311\n    foxglove_url: ws://rover:8765\n    numeric_topics: ["/speed std_msgs/Float64 data"]\n`;
  const warned = (source: string): unknown =>
    parseRobotFile('rover', text(source)).issues.filter(({ message }) => message.includes('numeric_topics'));
  expect(warned('ros1')).toMatchObject([{ severity: 'warning', line: 6 }]);
  expect(warned('ros1')).toMatchObject([{ message: expect.stringContaining('as a MetricList') as string }]);
  expect(warned('foxglove')).toEqual([]);
});

test('topics of plain numbers: rules that are right become rules, and a wrong one is an error on its line', () => {
  const text = (rule: string): string =>
    `tether:\n  ros__parameters:\n    numeric_topics: ["/speed std_msgs/Float64 data speed none", "${rule}"]\n`;
  const right = parseRobotFile('rover', text('/diagnostics diagnostic_msgs/msg/DiagnosticArray'));
  expect(right.config?.source.numericRules).toEqual([
    { topic: '/speed', schemaName: 'std_msgs/msg/Float64', field: 'data', name: 'speed', unit: 'none', scale: 1 },
    {
      topic: '/diagnostics',
      schemaName: 'diagnostic_msgs/msg/DiagnosticArray',
      field: '',
      name: '',
      unit: 'none',
      scale: 1,
    },
  ]);
  const wrong = parseRobotFile('rover', text('/chatter std_msgs/String data'));
  expect(wrong.config).toBeNull();
  expect(wrong.issues[0]).toMatchObject({ line: 3, severity: 'error' });
  expect(wrong.issues[0]?.message).toContain('std_msgs/String is none of');
});
