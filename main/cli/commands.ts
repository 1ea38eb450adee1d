/** What the command line takes: the one source of parsing, usage lines and help. */
export const commandNames = [
  'record',
  'status',
  'cache ls',
  'cache cat',
  'cache hold',
  'cache unhold',
  'cache delete',
  'cache undelete',
  'cache redact',
  'cache reaim',
  'cache shift',
  'cache edits',
  'cache confirm',
  'cache undo',
  'cache check',
  'cache dismiss',
  'config check',
  'config diff',
  'config set',
  'config running',
  'config export',
  'config import',
  'export',
  'flush',
  'retry',
  'mode',
  'link',
  'uploads',
  'import',
  'local-cloudwatch',
  'doctor',
  'permissions',
  'health',
  'help',
] as const;
export type CommandName = (typeof commandNames)[number];

export interface Option {
  readonly name: string;
  /** Word for the value in help, or null for a switch. */
  readonly value: string | null;
  readonly multiple: boolean;
  /** May the value be empty? */
  readonly emptyAllowed?: true;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: CommandName;
  /** Word for the one argument, in brackets when it may be left out, or empty. */
  readonly argument: string;
  readonly summary: string;
  readonly options: readonly Option[];
}

const json: Option = { name: 'json', value: null, multiple: false, help: 'one JSON document on stdout, nothing else' };
const help: Option = { name: 'help', value: null, multiple: false, help: 'this text' };

const robotFilter: Option = {
  name: 'robot',
  value: 'NAME',
  multiple: true,
  help: 'only this robot (may be given several times)',
};

const oneRobot: Option = { ...robotFilter, multiple: false, help: 'the robot; needed when there are several' };
const all: Option = {
  name: 'all',
  value: null,
  multiple: false,
  help: 'everything: needed when no filter is given',
};

const domain: Option = {
  name: 'domain',
  value: 'N',
  multiple: false,
  help: 'ROS domain, 0 to 232; without it, ROS_DOMAIN_ID',
};

const filters: readonly Option[] = [
  robotFilter,
  { name: 'since', value: 'TIME', multiple: false, help: 'from then on: ISO 8601, HH:MM, or 10m, 2h, 3d ago' },
  { name: 'until', value: 'TIME', multiple: false, help: 'before then' },
  {
    name: 'severity',
    value: 'LEVEL',
    multiple: false,
    help: 'log lines of at least DEBUG, INFO, WARN, ERROR or FATAL',
  },
  { name: 'node', value: 'NAME', multiple: true, help: 'only this node; * at the end for any ending (several times)' },
  { name: 'grep', value: 'TEXT', multiple: false, help: 'text in the message, node or metric name, in any case' },
  { name: 'regex', value: 'PATTERN', multiple: false, help: 'RE2 expression there; (?i) at its start for any case' },
  {
    name: 'filter',
    value: 'TERMS',
    multiple: false,
    help: 'as in the window\'s filter box: word "two words" /expression/ node:/nav/** text: file: function: topic:, and - before what is not wanted',
  },
  {
    name: 'state',
    value: 'STATE',
    multiple: true,
    help: 'pending, sending, held, expired or quarantined (several times)',
  },
  { name: 'kind', value: 'KIND', multiple: false, help: 'logs or metrics' },
];

export const commands: readonly CommandSpec[] = [
  {
    name: 'record',
    argument: 'ROBOT.yaml',
    summary: 'Records a robot to disk, and uploads as its file says. Ctrl+C ends it; all that came is then on disk.',
    options: [
      { name: 'for', value: 'SECONDS', multiple: false, help: 'ends by itself after this time' },
      { name: 'hold', value: null, multiple: false, help: 'uploads nothing: only "tether flush" sends' },
      json,
      help,
    ],
  },
  {
    name: 'status',
    argument: '',
    summary: 'What is on disk and what waits, for each robot. Also while a window or a recording runs.',
    options: [json, help],
  },
  {
    name: 'cache ls',
    argument: '',
    summary:
      'What is on disk, in groups by destination, kind, severity and state; with --by, counted by node, severity or hour.',
    options: [
      ...filters,
      {
        name: 'by',
        value: 'node|severity|hour',
        multiple: false,
        help: "counts in place of groups: by node (or metric), by severity, or by hour of the robot's time",
      },
      json,
      help,
    ],
  },
  {
    name: 'cache cat',
    argument: '',
    summary: 'The records on disk, oldest first. With --json one JSON document a line.',
    options: [
      ...filters,
      { name: 'newest', value: null, multiple: false, help: 'the newest first' },
      { name: 'limit', value: 'N', multiple: false, help: 'ends after so many records of each robot' },
      json,
      help,
    ],
  },
  {
    name: 'cache hold',
    argument: '',
    summary:
      'Keeps records back from upload until they are let go. Through the window or recording that has the robot open.',
    options: [...filters, json, help],
  },
  {
    name: 'cache unhold',
    argument: '',
    summary: 'Lets held records go up again. Through the window or recording that has the robot open.',
    options: [...filters, json, help],
  },
  {
    name: 'cache delete',
    argument: '',
    summary: 'Deletes records, for good after ten minutes. Through the window or recording that has the robot open.',
    options: [...filters, all, json, help],
  },
  {
    name: 'cache undelete',
    argument: 'ID',
    summary: 'Brings back what a delete took, within ten minutes; the delete says its ID.',
    options: [oneRobot, json, help],
  },
  {
    name: 'cache redact',
    argument: '',
    summary:
      'Takes words out of log texts, on disk too. The originals are kept until "tether cache confirm", and come back by "tether cache undo".',
    options: [
      { name: 'find', value: 'PATTERN', multiple: false, help: 'RE2 expression: every place it matches (required)' },
      {
        name: 'replace',
        value: 'TEXT',
        multiple: false,
        emptyAllowed: true,
        help: 'what stands there instead; $1 and ${name} are groups; may be empty (required)',
      },
      ...filters.filter(({ name }) => name !== 'kind'),
      all,
      { name: 'dry-run', value: null, multiple: false, help: 'shows what would change, and changes nothing' },
      json,
      help,
    ],
  },
  {
    name: 'cache reaim',
    argument: '',
    summary:
      'Gives records the destination that their robot\'s file has now. The originals are kept until "tether cache confirm", and come back by "tether cache undo".',
    options: [
      ...filters.filter(({ name }) => name !== 'kind'),
      { name: 'kind', value: 'KIND', multiple: false, help: 'logs or metrics (required)' },
      all,
      json,
      help,
    ],
  },
  {
    name: 'cache shift',
    argument: '',
    summary:
      'Moves the robot\'s time of records of ROS 2, for instance when its clock was wrong. The originals are kept until "tether cache confirm", and come back by "tether cache undo".',
    options: [
      { name: 'by', value: 'TIME', multiple: false, help: 'how far: 90s, 2h, 1h30m, -3d (required)' },
      ...filters,
      all,
      json,
      help,
    ],
  },
  {
    name: 'cache edits',
    argument: '',
    summary: 'Lists what "cache redact", "cache reaim" and "cache shift" changed and nobody has confirmed or undone.',
    options: [robotFilter, json, help],
  },
  {
    name: 'cache confirm',
    argument: 'ID',
    summary: 'Removes the originals of a change for good; "tether cache edits" says its ID.',
    options: [oneRobot, json, help],
  },
  {
    name: 'cache undo',
    argument: 'ID',
    summary: 'Brings back the originals of a change; "tether cache edits" says its ID.',
    options: [oneRobot, json, help],
  },
  {
    name: 'cache check',
    argument: '',
    summary:
      'Walks everything on disk and says what is damaged. Ends with 0 when all is well, 1 when something was found.',
    options: [
      robotFilter,
      {
        name: 'repair',
        value: null,
        multiple: false,
        help: 'sets damaged bytes aside and makes the files whole again',
      },
      json,
      help,
    ],
  },
  {
    name: 'cache dismiss',
    argument: '',
    summary:
      'Says that you have read what opening a cache found damaged and mended: "tether status" and the window stop showing it. Through the window or recording that has the robot open.',
    options: [robotFilter, json, help],
  },
  {
    name: 'config check',
    argument: 'ROBOT.yaml',
    summary:
      'Checks a robot file, with @fleet.yaml below it, as the window and ROS 2 do. Ends with 0 when it is valid, with 1 when not.',
    options: [json, help],
  },
  {
    name: 'config diff',
    argument: 'ROBOT.yaml',
    summary:
      'The parameters that differ between two robots; comments, order and quoting do not count. With @fleet: what a robot overrides.',
    options: [{ name: 'with', value: 'ROBOT.yaml', multiple: false, help: 'the other file (required)' }, json, help],
  },
  {
    name: 'config set',
    argument: 'ROBOT.yaml',
    summary:
      'Changes parameters in a robot file and leaves all else as it is. An open window applies it at once; what would make the file invalid is not written.',
    options: [
      {
        ...{ name: 'set', value: 'KEY=VALUE', multiple: true },
        help: 'a new value; lists with commas; a key that stands in several sections as SECTION.KEY (several times)',
      },
      {
        name: 'reset',
        value: 'KEY',
        multiple: true,
        help: "takes it out, so that the fleet's value or the default counts (several times)",
      },
      { name: 'dry-run', value: null, multiple: false, help: 'shows what would change, and writes nothing' },
      json,
      help,
    ],
  },
  {
    name: 'config running',
    argument: 'ROBOT.yaml',
    summary:
      "What the robot's running nodes have, beside what its file gives them. With --set it is set on them, through their parameter services; the files of the robot stay as they are.",
    options: [
      { name: 'set', value: null, multiple: false, help: 'sets what differs' },
      { name: 'node', value: 'NAME', multiple: true, help: 'only this node, by its full name (several times)' },
      json,
      help,
    ],
  },
  {
    name: 'config export',
    argument: 'ROBOT.yaml',
    summary:
      "Writes a robot's connection profile: name, colour, how it is reached and where its data goes; no credentials. To stdout without --output.",
    options: [
      { name: 'output', value: 'FILE', multiple: false, help: 'where it is written' },
      { name: 'force', value: null, multiple: false, help: 'replaces FILE when it is there already' },
      help,
    ],
  },
  {
    name: 'config import',
    argument: 'PROFILE.yaml',
    summary:
      'Adds a robot from a connection profile. A robot of this name that is there already is left alone, unless --replace says that its connection settings are to become those of the profile.',
    options: [
      { name: 'name', value: 'NAME', multiple: false, help: "under this name; without it, the profile's own" },
      { name: 'replace', value: null, multiple: false, help: 'changes the robot of this name' },
      { name: 'dry-run', value: null, multiple: false, help: 'shows what would change, and writes nothing' },
      json,
      help,
    ],
  },
  {
    name: 'export',
    argument: 'FILE',
    summary:
      'Writes records to FILE.mcap, FILE.jsonl or FILE.csv. Also while a window or a recording runs; changes nothing.',
    options: [
      ...filters,
      { name: 'force', value: null, multiple: false, help: 'replaces FILE when it is there already' },
      json,
      help,
    ],
  },
  {
    name: 'flush',
    argument: '',
    summary: 'Sends what waits, now. Through the window or recording that has the robot open, when there is one.',
    options: [
      { name: 'dry-run', value: null, multiple: false, help: 'says what would be sent, and sends nothing' },
      {
        name: 'unresolved',
        value: 'send|count-as-sent',
        multiple: false,
        help: 'of records whose answer was lost and of which CloudWatch cannot tell: sends them again (they may count twice), or counts them as sent',
      },
      ...filters,
      json,
      help,
    ],
  },
  {
    name: 'retry',
    argument: '',
    summary:
      'Has records that CloudWatch refused (in quarantine) tried again. Through the window or recording that has the robot open.',
    options: [...filters, json, help],
  },
  {
    name: 'mode',
    argument: 'ROBOT auto|manual',
    summary:
      'Has a robot\'s records sent by themselves, or only by a flush; remembered. A window or recording that has the robot open obeys at once; "tether record" goes by its own --hold.',
    options: [json, help],
  },
  {
    name: 'link',
    argument: '',
    summary:
      "This laptop's link: whether it counts as metered, and how much may go over it. Without options it says what holds. An open window or recording obeys at once.",
    options: [
      {
        name: 'metered',
        value: 'auto|metered|unmetered',
        multiple: false,
        help: 'on a metered link only a flush sends; auto: as NetworkManager says',
      },
      {
        name: 'limit',
        value: 'KB|none',
        multiple: false,
        help: 'most kilobytes (1,000 bytes) a second of all robots together, or none',
      },
      json,
      help,
    ],
  },
  {
    name: 'uploads',
    argument: 'ROBOT',
    summary:
      "What was sent of a robot from this laptop: when, what, where, how much, and the last requests by CloudWatch's names for them. Also while a window or a recording runs.",
    options: [json, help],
  },
  {
    name: 'import',
    argument: 'DIR',
    summary:
      'Takes in the cache of the original CloudWatch nodes (cwlog*, cwmetric*). Leaves DIR as it is; what was imported once is not imported again.',
    options: [
      {
        name: 'robot',
        value: 'ROBOT.yaml',
        multiple: false,
        help: 'whose cache, and where the records are to go (required)',
      },
      { name: 'all', value: null, multiple: false, help: 'also what was sent already, as token_store.info says' },
      json,
      help,
    ],
  },
  {
    name: 'local-cloudwatch',
    argument: '',
    summary: 'Runs a local CloudWatch (not AWS) on loopback until Ctrl+C, for trying things out.',
    options: [
      { name: 'port', value: 'N', multiple: false, help: 'its port; without it, any free one' },
      { name: 'store', value: 'FOLDER', multiple: false, help: 'keeps what it gets; without it, memory only' },
      json,
      help,
    ],
  },
  {
    name: 'doctor',
    argument: '',
    summary:
      'Looks at what is between a ROS 2 robot and this laptop, and says what to do. Networks, domains, ROS, topics, clocks; ends with 1 when something stands in the way.',
    options: [
      { name: 'robot', value: 'ROBOT.yaml', multiple: false, help: 'the robot; without it, any on the domain' },
      domain,
      json,
      help,
    ],
  },
  {
    name: 'permissions',
    argument: 'ROBOT.yaml',
    summary:
      'Says which AWS permissions a robot lacks for sending, and prints the policy that gives them. Nothing is written or made in the account; ends with 1 when something that is needed is missing.',
    options: [{ name: 'policy', value: null, multiple: false, help: 'only the policy, as JSON to paste' }, json, help],
  },
  {
    name: 'health',
    argument: '',
    summary:
      "Publishes this machine's health until Ctrl+C, on /metrics or another topic. Processors, memory, disks, networks, temperatures, batteries; names as the original health collector's.",
    options: [
      domain,
      { name: 'robot-id', value: 'ID', multiple: false, help: 'the dimension robot_id; without it, Default_Robot' },
      { name: 'interval', value: 'SECONDS', multiple: false, help: 'between two measurements; without it, 5' },
      {
        name: 'namespace',
        value: '/NAME',
        multiple: false,
        help: 'of several robots on one domain: publishes on /NAME/metrics',
      },
      {
        name: 'topic',
        value: 'TOPIC',
        multiple: false,
        help: 'in place of metrics; with a slash in front, from the root on',
      },
      help,
    ],
  },
  { name: 'help', argument: '[COMMAND]', summary: 'How a command is used.', options: [] },
];

export function findCommand(name: string): CommandSpec | null {
  return commands.find((command) => command.name === name) ?? null;
}

function optionText({ name, value }: Option): string {
  return value === null ? `--${name}` : `--${name} ${value}`;
}

export function usageLine({ name, argument, options }: CommandSpec): string {
  const shown = options
    .filter((option) => option !== help)
    .map((option) => `[${optionText(option)}]${option.multiple ? '...' : ''}`);
  return ['usage: tether', name, argument, ...shown].filter((part) => part !== '').join(' ');
}

export function commandHelp(command: CommandSpec): string {
  const width = Math.max(0, ...command.options.map((option) => optionText(option).length));
  const options = command.options.map((option) => `  ${optionText(option).padEnd(width)}  ${option.help}`);
  return [usageLine(command), '', command.summary, ...(options.length === 0 ? [] : ['', ...options])].join('\n');
}

export function overview(): string {
  const shown = commands.map(({ name, argument, summary }) => ({ left: `${name} ${argument}`.trim(), summary }));
  const width = Math.max(...shown.map(({ left }) => left.length));
  return [
    'usage: tether COMMAND [OPTIONS]',
    '',
    ...shown.map(({ left, summary }) => `  ${left.padEnd(width)}  ${summary.split('. ')[0]?.replace(/\.$/, '') ?? ''}`),
    '',
    'tether help COMMAND tells more. Data lies in $TETHER_HOME, else ~/.local/share/tether.',
    'Exit: 0 done, 1 failed, 2 wrong usage, 3 not possible now (offline, not authorised; nothing lost).',
  ].join('\n');
}
