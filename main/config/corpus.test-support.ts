import { parameters } from './text/parameters.js';
import type { Parameter, SectionName } from './text/parameters.js';
import type { ParameterValue } from './text/ParameterValue.js';

/**
 * Parameter files as people write them: the shapes of the original nodes' samples, odd ones written by hand, and generated
 * ones that mix forms, quoting, comments, line ends and indentation. All are valid; the same on every run.
 */
export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

export function corpus(): readonly CorpusFile[] {
  return [...handWritten, ...Array.from({ length: generatedFiles }, (_, seed) => generated(seed))];
}

const generatedFiles = 190;

const handWritten: readonly CorpusFile[] = [
  { name: 'empty', text: '' },
  { name: 'a comment alone', text: '# nothing yet\n' },
  { name: 'a comment without line end', text: '# nothing yet' },
  {
    name: "the logs sample's shape, ROS 2",
    text: `# sample
cloudwatch_logger:
  ros__parameters:

    # Log group; created when it is not there
    log_group_name: "my_application"
    log_stream_name: "turtlebot3"

    publish_frequency: 5.0
    sub_to_rosout: true
    # topics: ["/some/log"]
    min_log_verbosity: DEBUG

    storage_directory: "~/.ros/cwlogs/"
    storage_limit: 1048576

    aws_client_configuration:
      # us-west-2 when left out
      region: "us-west-2"
      connect_timeout_ms: 2000
      request_timeout_ms: 2000
      no_retry_strategy: true
`,
  },
  {
    name: "the metrics sample's shape, ROS 2",
    text: `cloudwatch_metrics_collector:
  ros__parameters:
    aws_client_configuration:
      region: "us-west-2"
    aws_metrics_namespace: "fleet"
    aws_monitored_metric_topics: ["metrics"]
    aws_default_metric_dimensions: "Site:North;Team:2"
    storage_resolution: 60
    publish_frequency: 10
`,
  },
  {
    name: "the health sample's shape, ROS 2",
    text: 'health_metric_collector:\n  ros__parameters:\n    interval: 5.0\n    robot_id: "tb3"\n',
  },
  {
    name: "the logs sample's shape, ROS 1",
    text: `# flat
log_group_name: "my_application"
log_stream_name: "turtlebot3"
publish_frequency: 5.0
sub_to_rosout: true
topics: []
ignore_nodes: ["/cloudwatch_logger", "/cloudwatch_metrics_collector"]
storage_limit: 1048576
aws_client_configuration:
  region: "us-west-2"
  no_retry_strategy: true
`,
  },
  { name: 'ROS 1 with an anchor', text: 'one: &site north\nlog_group_name: *site\nlog_stream_name: other\n' },
  { name: 'ROS 1 with tether beside', text: 'log_group_name: g\ntether:\n  ros__parameters:\n    domain_id: 3\n' },
  { name: 'all in flow', text: '{tether: {ros__parameters: {domain_id: 4, cloud: local}}}\n' },
  {
    name: 'flow over lines',
    text: 'cloudwatch_logger: {ros__parameters: {\n  log_group_name: g, # group\n  topics: ["/a/b",\n    "/c"],\n  storage_limit: 2048}}\n',
  },
  {
    name: 'document markers',
    text: '---\ntether:\n  ros__parameters:\n    domain_id: 9\n...\n',
  },
  { name: 'no line end', text: 'tether:\n  ros__parameters:\n    domain_id: 9' },
  { name: 'blank lines at the end', text: 'tether:\n  ros__parameters:\n    domain_id: 9\n\n\n' },
  { name: 'keys in quotes', text: '"tether":\n  \'ros__parameters\':\n    "domain_id": 9\n' },
  { name: 'a space before the colon', text: 'tether :\n  ros__parameters :\n    domain_id : 9\n' },
  {
    name: 'values in blocks',
    text: 'cloudwatch_logger:\n  ros__parameters:\n    log_stream_name: >-\n      rover-7\n    log_group_name: |-\n      g\n    # end\n    storage_limit: 5\n',
  },
  {
    name: 'a text over lines',
    text: 'cloudwatch_metrics_collector:\n  ros__parameters:\n    aws_default_metric_dimensions: "Site:North;\n      Team:2"\n    storage_resolution: 1\n',
  },
  {
    name: 'lists with comments',
    text: 'cloudwatch_logger:\n  ros__parameters:\n    topics: # all of these\n      - /a/b # first\n      # between\n      - "/c"\n    # behind\n    ignore_nodes:\n    - nav\n    - amcl\n',
  },
  {
    name: 'dotted keys',
    text: 'cloudwatch_logger:\n  ros__parameters:\n    aws_client_configuration.region: eu-west-1\n    log_group_name: g\n',
  },
  {
    name: 'for every node',
    text: '/**:\n  ros__parameters:\n    aws_client_configuration:\n      region: eu-west-1\ncloudwatch_logger:\n  ros__parameters:\n    log_group_name: g\n',
  },
  {
    name: 'in namespaces, other nodes beside',
    text: 'field:\n  rover:\n    cloudwatch_logger:\n      ros__parameters:\n        log_group_name: g\n    nav2:\n      ros__parameters:\n        speeds: [0.5, 1.0]\n        frame: map\n/other:\n  ros__parameters:\n    x: 1\n',
  },
  {
    name: 'tabs and spaces behind values',
    text: 'tether:\n  ros__parameters:\n    domain_id: 7  \t \n    demo: false\t# tab\n',
  },
  {
    name: 'unknown keys and words for booleans',
    text: 'cloudwatch_logger:\n  ros__parameters:\n    sub_to_rosout: yes\n    our_own_key: {a: 1, b: "two"}\n    delete_stale_data: off\n',
  },
  {
    name: 'numbers in other bases',
    text: 'cloudwatch_logger:\n  ros__parameters:\n    storage_limit: 0x1000\n    maximum_file_size: 0100\n',
  },
  {
    name: 'beyond ASCII',
    text: '# Größe, 距離, 🤖\ncloudwatch_logger:\n  ros__parameters:\n    log_stream_name: "roböter-🤖"\n',
  },
  {
    name: 'a tag',
    text: 'cloudwatch_logger:\n  ros__parameters:\n    log_stream_name: !!str 42\n    log_group_name: g\n',
  },
  {
    name: 'one long line behind',
    text: `cloudwatch_logger:\n  ros__parameters:\n    log_group_name: g # ${'why '.repeat(200)}\n`,
  },
];

const nodeSections = ['cloudwatch_logger', 'cloudwatch_metrics_collector', 'health_metric_collector'] as const;

/** Numbers from 0 to below 1 that follow from the seed (a linear congruential generator, Numerical Recipes). */
export function randomFrom(seed: number): () => number {
  // Spread, so that neighbouring seeds begin far apart.
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 0x100_0000;
  };
}

/** Makes text in one of many styles from a seed. */
function generated(seed: number): CorpusFile {
  const random = randomFrom(seed + 1);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const chance = (share: number): boolean => random() < share;
  const flat = chance(0.15);
  const step = pick(['  ', '    ', '   ']);
  const lines: string[] = chance(0.3) ? ['# written by hand', ''] : [];
  const writer = new SectionWriter({ random, pick, chance, step, lines, ros2: !flat });
  if (flat) writer.writeBody('cloudwatch_logger', '', 0.4);
  else {
    for (const section of (['tether', ...nodeSections] as const).filter(() => chance(0.75))) {
      const head = section === 'tether' ? section : pick([section, `/${section}`, `"${section}"`]);
      lines.push(`${head}:${chance(0.2) ? ' # node' : ''}`, `${step}ros__parameters:`);
      writer.writeBody(section, step.repeat(2), 0.35);
      if (chance(0.3)) lines.push('', '# ----');
    }
    if (chance(0.3)) lines.push('nav2:', `${step}ros__parameters:`, `${step}${step}gains: [1.0, 2.5]`);
  }
  const newline = chance(0.2) ? '\r\n' : '\n';
  const end = chance(0.15) ? '' : newline;
  return { name: `generated ${seed}`, text: (chance(0.08) ? '\ufeff' : '') + lines.join(newline) + end };
}

interface Style {
  readonly random: () => number;
  readonly pick: <T>(from: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
  readonly step: string;
  readonly lines: string[];
  readonly ros2: boolean;
}

class SectionWriter {
  constructor(private readonly style: Style) {}

  writeBody(section: SectionName, indent: string, share: number): void {
    const { chance, step, lines } = this.style;
    const known = parameters.filter((parameter) => parameter.section === section && isFree(parameter));
    const chosen = known.filter(({ key }) => !key.includes('.') && chance(share));
    const nested = known.filter(({ key }) => key.includes('.') && chance(share / 2));
    const first = known.find(({ key }) => !key.includes('.'));
    if (chosen.length === 0 && first !== undefined) chosen.push(first);
    if (chance(0.3)) chosen.reverse();
    for (const parameter of chosen) this.writeOne(parameter, parameter.key, indent);
    if (nested.length === 0) return;
    lines.push(`${indent}aws_client_configuration:`);
    for (const parameter of nested) this.writeOne(parameter, parameter.key.split('.')[1] ?? '', indent + step);
  }

  private writeOne(parameter: Parameter, key: string, indent: string): void {
    const { chance, pick, lines, step } = this.style;
    if (chance(0.15)) lines.push(`${indent}# about ${key}: [not, yaml}`);
    const value = someValue(parameter, this.style.random);
    const comment = chance(0.25)
      ? `${pick([' ', '   '])}# ${pick(['as agreed', 'why?', 'was 5.0: slow', '"quoted"'])}`
      : '';
    if (typeof value === 'object' && chance(0.5)) {
      lines.push(`${indent}${key}:${comment}`);
      const inner = chance(0.5) ? indent : indent + step;
      for (const text of value) lines.push(`${inner}- ${this.write(parameter, text)}`);
      return;
    }
    const written =
      typeof value === 'object'
        ? `[${value.map((text) => this.write(parameter, text)).join(pick([', ', ',', ' , ']))}]`
        : this.write(parameter, value);
    lines.push(`${indent}${key}: ${written}${comment}`);
    if (chance(0.1)) lines.push('');
  }

  private write(parameter: Parameter, value: string | number | boolean): string {
    const { pick } = this.style;
    if (typeof value === 'string') {
      const bare = /^[A-Za-z_/][A-Za-z0-9_/-]*$/.test(value) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(value);
      return pick([JSON.stringify(value), `'${value}'`, bare ? value : JSON.stringify(value)]);
    }
    if (typeof value === 'boolean') return value ? pick(['true', 'True', 'yes', 'on']) : pick(['false', 'FALSE', 'no']);
    if (parameter.type !== 'double') return String(value);
    const text = Number.isInteger(value) ? `${value}.0` : String(value);
    return pick([text, `${text}0`]);
  }
}

/** Those that no rule ties to another one, and whose rule this file knows values for. */
export function isFree(parameter: Parameter): boolean {
  const { key } = parameter;
  if ('syntax' in parameter && parameter.syntax !== null && !(parameter.syntax in textsBySyntax)) return false;
  return key !== 'batch_trigger_publish_size' && key !== 'batch_max_queue_size' && !sharedKeys.has(key);
}
const sharedKeys = new Set(
  ['region', 'endpoint_override', 'connect_timeout_ms', 'request_timeout_ms', 'max_connections'].map(
    (name) => `aws_client_configuration.${name}`,
  ),
);

const textsBySyntax: Readonly<Record<string, readonly string[]>> = {
  'log-group': ['robots', 'field-team-2', '/aws/robots'],
  'log-stream': ['rover-7', 'arm 2', 'a/b'],
  namespace: ['rovers', 'Field Team'],
  dimensions: ['Site:North', 'Site:North;Team:2'],
  topic: ['/nav/log', 'extra', '/a/b/c'],
  endpoint: ['https://logs.example.org', 'logs.example.org:8443'],
  region: ['us-west-2', 'eu-central-1'],
  colour: ['#3ec6b8', '#FFaa00'],
  severity: ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
};

/** A valid value, chosen by `random`. */
export function someValue(parameter: Parameter, random: () => number): ParameterValue {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  switch (parameter.type) {
    case 'bool':
      return random() < 0.5;
    case 'int':
    case 'double': {
      if (parameter.choices !== null) return pick(parameter.choices);
      const span = Math.min(parameter.max, Math.ceil(parameter.min) + 5000) - Math.ceil(parameter.min);
      const whole = Math.ceil(parameter.min) + Math.floor(random() * span);
      return parameter.type === 'double' && random() < 0.5 ? whole + 0.25 : whole;
    }
    case 'string': {
      if (parameter.choices !== null) return pick(parameter.choices.filter((choice) => choice !== ''));
      return pick(parameter.syntax === null ? ['one', 'a b', '/tmp/x.y', '42', 'no'] : textsFor(parameter.syntax));
    }
    case 'string[]': {
      const texts = parameter.syntax === null ? ['nav', 'amcl', 'rover.arm'] : textsFor(parameter.syntax);
      const count = 1 + Math.floor(random() * 3);
      return Array.from({ length: count }, (_, index) => texts[index % texts.length] ?? 'x');
    }
  }
}

function textsFor(syntax: string): readonly string[] {
  return textsBySyntax[syntax] ?? [];
}
