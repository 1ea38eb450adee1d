import { parseArgs } from 'node:util';
import { problemOfRegex } from '../cache/index/safeRegex.js';
import { nearestName } from '../config/text/nearestName.js';
import { type CachedState, cachedStates } from '../model/CachedState.js';
import { type FilterTerm, filterTermsMax, parseFilterExpression } from '../model/parseFilterExpression.js';
import type { RecordKind } from '../model/Record.js';
import { isRobotName } from '../model/RobotName.js';
import { severities } from '../model/Severity.js';
import type { Severity } from '../model/Severity.js';
import { problemOfTerms } from '../model/textTest.js';
import type { RedactionRule } from '../model/redactText.js';
import {
  type CommandLine,
  countedBy,
  type Selection,
  type UnresolvedChoice,
  unresolvedChoices,
  type UploadMode,
  uploadModes,
} from './CommandLine.js';
import { commandHelp, commandNames, commands, findCommand, overview, usageLine } from './commands.js';
import type { CommandSpec } from './commands.js';
import { type ExportFormat, exportFormatOf, exportFormats } from '../export/ExportWriter.js';
import { shiftMsMax } from '../contract/cacheCalls.js';
import { linkBytesPerSMin } from '../contract/uploadCalls.js';
import { meteredChoices } from '../model/MeteredChoice.js';
import { parseShift } from './parseShift.js';
import { parseTime } from './parseTime.js';
import { nanosecondsOf } from '../model/nanosecondsOf.js';

/** Thrown inside the parser only; parseCommandLine gives it as a value. */
class UsageError extends Error {
  constructor(
    message: string,
    readonly command: CommandSpec | null,
  ) {
    super(message);
  }
}

export type ParsedCommandLine =
  | { readonly ok: true; readonly value: CommandLine }
  /** What is wrong and the usage line, for stderr; exit 2. */
  | { readonly ok: false; readonly message: string };

/** ROS_DOMAIN_ID. */
const domainMax = 232;
const secondsMax = 366 * 86_400;
/** More lines nobody reads. */
const limitMax = 1_000_000_000;
/** 1 GB a second: no laptop's link. */
const linkKilobytesPerSMax = 1_000_000;
/** As in contract/calls.ts, `cache.redact`. */
const ruleLengthMax = 1000;

export function parseCommandLine(words: readonly string[], nowMs: number): ParsedCommandLine {
  try {
    return { ok: true, value: parse(words, nowMs) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const usage =
      error.command === null ? 'usage: tether COMMAND [OPTIONS] ("tether help" lists them)' : usageLine(error.command);
    return { ok: false, message: `tether: ${error.message}\n${usage}` };
  }
}

function parse(words: readonly string[], nowMs: number): CommandLine {
  const [first] = words;
  if (first === undefined) throw new UsageError('which command?', null);
  if (first === '--version' || first === '-V') return { command: 'version' };
  if (first === '--help' || first === '-h') return { command: 'help', text: overview() };
  const { spec, rest } = takeCommand(words);
  if (spec.name === 'help') return { command: 'help', text: helpText(rest, spec) };
  const read = new Arguments(spec, rest);
  if (read.has('help')) return { command: 'help', text: commandHelp(spec) };
  return build(spec, read, nowMs);
}

function takeCommand(words: readonly string[]): { spec: CommandSpec; rest: readonly string[] } {
  const [first = '', second] = words;
  const one = findCommand(first);
  if (one !== null) return { spec: one, rest: words.slice(1) };
  const parts = commandNames.flatMap((name) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
  if (parts.length > 0) {
    const two = findCommand(`${first} ${second ?? ''}`);
    if (two !== null) return { spec: two, rest: words.slice(2) };
    const which = `${first} ${parts.slice(0, -1).join(', ')} or ${parts.at(-1) ?? ''}?`;
    const usage = findCommand(`${first} ${parts[0] ?? ''}`);
    if (second === '--help') throw new UsageError(which, usage);
    const near = second === undefined ? null : nearestName(second, parts);
    const asked = second === undefined ? which : `there is no "${first} ${second}"`;
    throw new UsageError(`${asked}${near === null ? '' : `: do you mean "${first} ${near}"?`}`, usage);
  }
  if (first.startsWith('-')) throw new UsageError(`${first}: a command comes first`, null);
  const near = nearestName(first, new Set(commandNames.map((name) => name.split(' ')[0] ?? name)));
  throw new UsageError(`there is no command "${first}"${near === null ? '' : `: do you mean "${near}"?`}`, null);
}

function helpText(words: readonly string[], help: CommandSpec): string {
  if (words.length === 0) return overview();
  const name = words.join(' ');
  const found = commands.filter((command) => command.name === name || command.name.startsWith(`${name} `));
  if (found.length === 0) throw new UsageError(`there is no command "${name}"`, help);
  return found.map(commandHelp).join('\n\n');
}

function build(spec: CommandSpec, read: Arguments, nowMs: number): CommandLine {
  const json = read.has('json');
  switch (spec.name) {
    case 'record':
      return {
        command: spec.name,
        robot: read.argument(),
        forS: read.number('for', 0.001, secondsMax),
        hold: read.has('hold'),
        json,
      };
    case 'status':
      return { command: spec.name, json };
    case 'cache ls':
      return { command: spec.name, selection: read.selection(nowMs), by: read.oneOf('by', countedBy), json };
    case 'cache cat': {
      const [order, limit] = [
        read.has('newest') ? 'newest' : 'oldest',
        read.wholeNumber('limit', 1, limitMax),
      ] as const;
      return { command: spec.name, selection: read.selection(nowMs), order, limit, json };
    }
    case 'cache hold':
    case 'cache unhold':
    case 'retry':
      return { command: spec.name, selection: read.selection(nowMs), json };
    case 'cache shift':
      return { command: spec.name, shiftMs: read.shiftMs(), selection: read.meantSelection(nowMs), json };
    case 'mode':
      return { command: spec.name, robot: read.robotName(), mode: read.mode(), json };
    case 'uploads':
      return { command: spec.name, robot: read.robotName(), json };
    case 'link':
      return { command: spec.name, choice: read.oneOf('metered', meteredChoices), limit: read.limit(), json };
    case 'cache delete':
      return { command: spec.name, selection: read.meantSelection(nowMs), json };
    case 'cache undelete':
      return { command: spec.name, id: read.id('a delete'), robots: read.robots(), json };
    case 'cache redact': {
      const rule = read.redactionRule();
      return { command: spec.name, selection: read.meantSelection(nowMs), rule, dryRun: read.has('dry-run'), json };
    }
    case 'cache reaim': {
      const kind = read.requiredKind();
      return { command: spec.name, selection: read.meantSelection(nowMs), kind, json };
    }
    case 'cache edits':
    case 'cache dismiss':
      return { command: spec.name, robots: read.robots(), json };
    case 'cache confirm':
    case 'cache undo':
      return { command: spec.name, id: read.id('a change'), robots: read.robots(), json };
    case 'cache check':
      return { command: spec.name, robots: read.robots(), repair: read.has('repair'), json };
    case 'config check':
      return { command: spec.name, robot: read.argument(), json };
    case 'config diff':
      return { command: spec.name, robot: read.argument(), with: read.required('with'), json };
    case 'config set': {
      const { set, reset } = read.parameterEdits();
      return { command: spec.name, robot: read.argument(), set, reset, dryRun: read.has('dry-run'), json };
    }
    case 'config running':
      return { command: spec.name, robot: read.argument(), set: read.has('set'), nodes: read.texts('node'), json };
    case 'config export':
      return {
        ...{ command: spec.name, robot: read.argument() },
        ...{ output: read.text('output'), force: read.has('force') },
      };
    case 'config import':
      return {
        ...{ command: spec.name, file: read.argument(), name: read.text('name') },
        ...{ replace: read.has('replace'), dryRun: read.has('dry-run'), json },
      };
    case 'export':
      return {
        command: spec.name,
        file: read.argument(),
        format: read.exportFormat(),
        selection: read.selection(nowMs),
        force: read.has('force'),
        json,
      };
    case 'flush':
      return {
        command: spec.name,
        selection: read.selection(nowMs),
        dryRun: read.has('dry-run'),
        unresolved: read.unresolved(),
        json,
      };
    case 'import':
      return {
        command: spec.name,
        folder: read.argument(),
        robot: read.required('robot'),
        all: read.has('all'),
        json,
      };
    case 'local-cloudwatch':
      return { command: spec.name, port: read.wholeNumber('port', 0, 65_535) ?? 0, store: read.text('store'), json };
    case 'doctor':
      return { command: spec.name, robot: read.text('robot'), domain: read.wholeNumber('domain', 0, domainMax), json };
    case 'permissions':
      return { command: spec.name, robot: read.argument(), policy: read.has('policy'), json };
    case 'health':
      return {
        command: spec.name,
        domain: read.wholeNumber('domain', 0, domainMax),
        robotId: read.text('robot-id'),
        intervalS: read.number('interval', 0.1, 3_600),
        ...{ namespace: read.text('namespace'), topic: read.text('topic') },
      };
    case 'help':
      return { command: 'help', text: overview() };
  }
}

function orWords(words: readonly string[]): string {
  return words.length < 3 ? words.join(' or ') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** The words behind a command, checked against what it takes. */
class Arguments {
  private readonly values = new Map<string, string[]>();
  private readonly arguments: string[] = [];

  constructor(
    private readonly spec: CommandSpec,
    words: readonly string[],
  ) {
    const options = Object.fromEntries(
      spec.options.map(({ name, value }) => [
        name,
        { type: value === null ? 'boolean' : 'string', multiple: true } as const,
      ]),
    );
    const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });
    for (const token of tokens) {
      if (token.kind === 'positional') this.arguments.push(token.value);
      if (token.kind === 'option') this.takeOption(token.name, token.rawName, token.value, token.inlineValue === true);
    }
    this.checkArguments();
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  argument(place = 0): string {
    return this.arguments[place] ?? '';
  }

  robotName(): string {
    const robot = this.argument();
    return isRobotName(robot) ? robot : this.refuse(`"${robot}" is no robot name`);
  }

  mode(): UploadMode {
    const text = this.argument(1);
    return uploadModes.find((mode) => mode === text) ?? this.refuse(`the mode is auto or manual, not "${text}"`);
  }

  /** Null when it is not given. */
  oneOf<Choice extends string>(name: string, choices: readonly Choice[]): Choice | null {
    const text = this.text(name);
    if (text === null) return null;
    return (
      choices.find((choice) => choice === text) ?? this.refuse(`--${name} takes ${orWords(choices)}, not "${text}"`)
    );
  }

  shiftMs(): number {
    const text = this.required('by');
    return parseShift(text, shiftMsMax) ?? this.refuse(`--by takes 90s, 2h or -3d, up to sixty years, not "${text}"`);
  }

  /** `--limit`, in kB a second as the robot file has it; `none` is an answer too. */
  limit(): { readonly bytesPerS: number | null } | null {
    if (this.text('limit') === 'none') return { bytesPerS: null };
    const kilobytes = this.number('limit', linkBytesPerSMin / 1000, linkKilobytesPerSMax);
    return kilobytes === null ? null : { bytesPerS: Math.round(kilobytes * 1000) };
  }

  /** The last one given. */
  text(name: string): string | null {
    return this.values.get(name)?.at(-1) ?? null;
  }

  texts(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }

  required(name: string): string {
    const option = this.spec.options.find((known) => known.name === name);
    return this.text(name) ?? this.refuse(`--${name} ${option?.value ?? ''} is missing`);
  }

  number(name: string, min: number, max: number): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= min && value <= max)) this.refuse(`--${name} takes a number up to ${max}, not "${text}"`);
    return value;
  }

  wholeNumber(name: string, min: number, max: number): number | null {
    const value = this.number(name, min, max);
    if (value !== null && !Number.isInteger(value)) this.refuse(`--${name} takes a whole number`);
    return value;
  }

  robots(): readonly string[] {
    const robots = this.texts('robot');
    const wrong = robots.find((robot) => !isRobotName(robot));
    if (wrong !== undefined) this.refuse(`"${wrong}" is no robot name`);
    return [...new Set(robots)];
  }

  parameterEdits(): { readonly set: readonly string[]; readonly reset: readonly string[] } {
    const [set, reset] = [this.texts('set'), this.texts('reset')];
    const wrong = set.find((one) => !/^[\w.]+=/.test(one));
    if (wrong !== undefined) this.refuse(`--set takes KEY=VALUE, not "${wrong}"`);
    if (set.length + reset.length === 0) this.refuse('what is to change? Give --set KEY=VALUE or --reset KEY');
    return { set, reset };
  }

  exportFormat(): ExportFormat {
    const file = this.argument();
    const names = exportFormats.map((format) => `.${format}`).join(', ');
    return exportFormatOf(file) ?? this.refuse(`the file's name ends in one of ${names}, not "${file}"`);
  }

  selection(nowMs: number): Selection {
    const robots = this.robots();
    const [kind, sinceMs, untilMs] = [this.kind(), this.time('since', nowMs), this.time('until', nowMs)];
    if (sinceMs !== null && untilMs !== null && sinceMs >= untilMs) this.refuse('--since is not before --until');
    const [severityMin, nodes, text] = [this.severity(), this.values.get('node'), this.text('grep')];
    if (severityMin !== null && kind === 'metric') {
      this.refuse('metrics have no severity: give --severity, or --kind metrics');
    }
    const [regex, terms, states] = [this.regex(), this.terms(), this.states()];
    return {
      robots,
      filter: {
        // Who names a severity means lines: metrics, which have none, would all be among them.
        ...(severityMin === null ? (kind === null ? {} : { kind }) : { kind: 'log' as const, severityMin }),
        ...(sinceMs === null ? {} : { sinceNs: nanosecondsOf(sinceMs) }),
        ...(untilMs === null ? {} : { untilNs: nanosecondsOf(untilMs) }),
        ...(nodes === undefined ? {} : { nodes }),
        ...(text === null ? {} : { text }),
        ...(regex === null ? {} : { regex }),
        ...(terms === null ? {} : { terms }),
        ...(states === null ? {} : { states }),
      },
    };
  }

  /** Changing everything must be meant. `kind` alone, where a command needs it, says nothing of which. */
  meantSelection(nowMs: number): Selection {
    const selection = this.selection(nowMs);
    const given = Object.keys(selection.filter).filter((name) => name !== 'kind' || this.spec.name !== 'cache reaim');
    if (given.length === 0 && !this.has('all')) {
      this.refuse('which records? Give a filter, or --all for everything');
    }
    return selection;
  }

  id(what: string): number {
    const text = this.argument();
    const id = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
    return id ?? this.refuse(`"${text}" is no number of ${what}`);
  }

  redactionRule(): RedactionRule {
    const [find, replace] = [this.required('find'), this.required('replace')];
    const problem = problemOfRegex(find);
    if (problem !== null) this.refuse(`--find: ${problem.message} ${problem.nextStep}`);
    const long = [find, replace].some((text) => text.length > ruleLengthMax);
    return long ? this.refuse(`--find and --replace take up to ${ruleLengthMax} characters`) : { find, replace };
  }

  unresolved(): UnresolvedChoice | null {
    const text = this.text('unresolved');
    if (text === null) return null;
    const choice = unresolvedChoices.find((known) => known === text);
    return choice ?? this.refuse(`--unresolved takes ${orWords(unresolvedChoices)}, not "${text}"`);
  }

  requiredKind(): RecordKind {
    this.required('kind');
    return this.kind() ?? this.refuse('--kind is missing');
  }

  private takeOption(name: string, rawName: string, value: string | undefined, inline: boolean): void {
    const option = this.spec.options.find((known) => known.name === name);
    if (option === undefined || !rawName.startsWith('--')) {
      const near = nearestName(
        name,
        this.spec.options.map((known) => known.name),
      );
      this.refuse(`${rawName} is not known${near === null ? '' : `: do you mean --${near}?`}`);
    }
    if (option.value === null && value !== undefined) this.refuse(`--${name} takes no value`);
    const given = value ?? '';
    if (
      option.value !== null &&
      ((given === '' && option.emptyAllowed !== true) || (!inline && given.startsWith('--')))
    ) {
      this.refuse(`--${name} needs a value: --${name} ${option.value}`);
    }
    this.values.set(name, [...this.texts(name), given]);
  }

  private checkArguments(): void {
    if (this.has('help')) return;
    const wanted = this.spec.argument.split(' ').filter((word) => word !== '');
    const extra = this.arguments[wanted.length];
    if (extra !== undefined) {
      const hasRobot = this.spec.options.some(({ name }) => name === 'robot');
      this.refuse(`"${extra}" is one word too many${hasRobot ? `; a robot is named so: --robot ${extra}` : ''}`);
    }
    const missing = wanted[this.arguments.length];
    if (missing !== undefined) this.refuse(`${missing} is missing`);
  }

  private kind(): RecordKind | null {
    const text = this.text('kind');
    if (text === null) return null;
    if (text === 'logs' || text === 'log') return 'log';
    if (text === 'metrics' || text === 'metric') return 'metric';
    return this.refuse(`--kind takes logs or metrics, not "${text}"`);
  }

  private regex(): string | null {
    const pattern = this.text('regex');
    const problem = pattern === null ? null : problemOfRegex(pattern);
    return problem === null ? pattern : this.refuse(`--regex: ${problem.message} ${problem.nextStep}`);
  }

  private terms(): readonly FilterTerm[] | null {
    const expression = this.text('filter');
    if (expression === null) return null;
    const terms = parseFilterExpression(expression, Infinity);
    if (terms.length === 0) this.refuse(`--filter: "${expression}" says nothing to look for`);
    if (terms.length > filterTermsMax) this.refuse(`--filter: at most ${filterTermsMax} terms are taken`);
    if (terms.some(({ field }) => field === 'mark')) this.refuse('--filter: mark: only colours lines in the window');
    const problem = problemOfTerms(terms);
    return problem === null ? terms : this.refuse(`--filter: ${problem}`);
  }

  private states(): readonly CachedState[] | null {
    const given = this.values.get('state');
    if (given === undefined) return null;
    return given.map((text) => {
      const found = cachedStates.find((state) => state === text.toLowerCase());
      if (found !== undefined) return found;
      const near = nearestName(text, cachedStates);
      const hint = near === null ? '' : `: do you mean ${near}?`;
      return this.refuse(`--state takes ${cachedStates.join(', ')}, not "${text}"${hint}`);
    });
  }

  private severity(): Severity | null {
    const text = this.text('severity');
    if (text === null) return null;
    const upper = text.toUpperCase();
    const found = severities.find((severity) => severity === upper || (upper === 'WARNING' && severity === 'WARN'));
    if (found !== undefined) return found;
    const near = nearestName(upper, severities);
    return this.refuse(
      `--severity takes ${severities.join(', ')}, not "${text}"${near === null ? '' : `: do you mean ${near}?`}`,
    );
  }

  private time(name: 'since' | 'until', nowMs: number): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const ms = parseTime(text, nowMs);
    return ms ?? this.refuse(`--${name} takes 2026-01-31T14:05, 14:05, or 10m, 2h, 3d ago, not "${text}"`);
  }

  private refuse(message: string): never {
    throw new UsageError(message, this.spec);
  }
}
