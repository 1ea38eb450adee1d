import { isAlias, isMap, isScalar, visit } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import { checkReadable } from './checkReadable.js';
import type { Dialect } from './classifyScalar.js';
import type { IssueList, Span } from './IssueList.js';
import { quote } from './IssueList.js';
import { nearestName } from './nearestName.js';
import { findParameter, isSectionName, parameters, sectionNames } from './parameters.js';
import type { SectionName } from './parameters.js';
import { keyText, spanOf, valueOf } from './yamlNodes.js';

/**
 * A parameter file's tree, flattened to its parameters. Three forms are read:
 *
 * - sections: `cloudwatch_logger: ros__parameters: {...}`, also `/cloudwatch_logger`, `/robot/cloudwatch_logger` and the
 *   nested `robot: cloudwatch_logger: ...`; names that are not ours belong to the robot's other nodes and are left alone
 * - every node: `/**: ros__parameters: {...}`
 * - flat: ROS 1's form, keys without sections, to which `tether:` may be added
 *
 * The later of two values for one parameter wins, also between `/**` and a node's own section: so does ROS 2 (tried with
 * rclpy of Jazzy).
 */
export interface Entry {
  /** Null: for every node (`/**` or the flat form). */
  readonly section: SectionName | null;
  /** Dotted. */
  readonly key: string;
  readonly keySpan: Span;
  /** From the key to the end of the value. */
  readonly pairSpan: Span;
  /** What is written behind the colon, an alias as such; null when nothing stands there. */
  readonly written: Node | null;
  /** The maps that the pair stands in, from the root down, each with the pair of it that leads on. */
  readonly steps: readonly Step[];
  /** Null when nothing stands behind the colon. */
  readonly value: Node | null;
  /** The pair stands on lines of its own and is not the only one, so that it can be taken out by cutting its lines. */
  readonly removable: boolean;
}

export interface Step {
  readonly map: YAMLMap;
  readonly pair: Pair;
}

/** A map that parameters stand in: a node's own, or a group's within it. */
export interface Body {
  readonly section: SectionName | null;
  /** Dotted; empty for the node's own. */
  readonly prefix: string;
  readonly map: YAMLMap;
}

export interface Entries {
  readonly dialect: Dialect;
  readonly entries: readonly Entry[];
  readonly bodies: readonly Body[];
}

const parametersKey = 'ros__parameters';

/** Keys of the flat form: those of the two cloudwatch nodes. */
const flatKeys = new Set(
  parameters.filter(({ section }) => section.startsWith('cloudwatch_')).map(({ key }) => key.split('.')[0]),
);

function hasParameters(node: Node | null): boolean {
  return isMap(node) && node.items.some((pair) => keyText(pair) === parametersKey || hasParameters(valueOf(pair)));
}

export function findEntries(document: Document.Parsed, text: string, issues: IssueList): Entries {
  const root = document.contents as Node | null;
  const empty = root === null || (isScalar(root) && root.value === '' && root.type === 'PLAIN');
  if (empty) return { dialect: 'ros2', entries: [], bodies: [] };
  if (!isMap(root)) {
    issues.error(spanOf(root), 'a robot file is a map of sections, such as "tether:"');
    return { dialect: 'ros2', entries: [], bodies: [] };
  }
  const flat = !hasNodeSections(root) && root.items.some((pair) => flatKeys.has(keyText(pair) ?? ''));
  const dialect = flat ? 'ros1' : 'ros2';
  const finder = new EntryFinder(document, text, dialect, issues);
  if (flat) finder.takeFlat(root);
  else finder.takeSections(root, '', []);
  return { dialect, entries: finder.entries, bodies: finder.bodies };
}

/** Any section but `tether`, which may stand beside flat keys too. */
function hasNodeSections(root: YAMLMap): boolean {
  return root.items.some((pair) => keyText(pair) !== 'tether' && hasParameters(valueOf(pair)));
}

/** Where a pair stands: the section, the keys above it within the section, and the whole way from the root. */
interface Place {
  readonly section: SectionName | null;
  readonly prefix: string;
  readonly path: string;
  readonly steps: readonly Step[];
}

class EntryFinder {
  readonly entries: Entry[] = [];
  readonly bodies: Body[] = [];
  /** Full names that were seen, per section, to find those that come twice. */
  private readonly seen = new Set<string>();

  private anchorTable: Map<string, Node> | null = null;

  constructor(
    private readonly document: Document.Parsed,
    private readonly text: string,
    private readonly dialect: Dialect,
    private readonly issues: IssueList,
  ) {}

  takeFlat(root: YAMLMap): void {
    this.bodies.push({ section: null, prefix: '', map: root });
    for (const pair of root.items) {
      if (keyText(pair) !== 'tether') {
        this.takePair(pair, root, { section: null, prefix: '', path: 'flat', steps: [] });
        continue;
      }
      const value = valueOf(pair);
      if (!isMap(value)) continue;
      const inner = value.items.find((item) => keyText(item) === parametersKey);
      const body = inner === undefined ? value : valueOf(inner);
      const steps = [{ map: root, pair }, ...(inner === undefined ? [] : [{ map: value, pair: inner }])];
      if (isMap(body)) this.takeParameters(body, { section: 'tether', prefix: '', path: 'tether', steps });
    }
  }

  /** `path` is the namespace so far; a map without `ros__parameters` anywhere below is no section. */
  takeSections(map: YAMLMap, path: string, steps: readonly Step[]): void {
    const names = new Set<string>();
    for (const pair of map.items) {
      const key = this.plainKey(pair, map);
      if (key === null) continue;
      const keySpan = spanOf(pair.key as Node);
      if (names.has(key)) this.issues.error(keySpan, `${quote(key)} comes twice; put both together`);
      names.add(key);
      const value = valueOf(pair);
      if (!isMap(value)) this.reportNoSection(key, keySpan, value);
      else this.takeSection(value, `${path}/${key}`, keySpan, [...steps, { map, pair }]);
    }
  }

  private takeSection(map: YAMLMap, path: string, keySpan: Span, steps: readonly Step[]): void {
    const inner = map.items.find((pair) => keyText(pair) === parametersKey);
    if (inner === undefined) {
      if (hasParameters(map)) this.takeSections(map, path, steps);
      else this.reportNoParameters(map, path.slice(path.lastIndexOf('/') + 1), keySpan);
      return;
    }
    for (const pair of map.items) {
      if (pair !== inner) {
        this.issues.error(spanOf(pair.key as Node), `only "${parametersKey}:" may stand here: indent this under it`);
      }
    }
    const body = valueOf(inner);
    if (!isMap(body)) {
      const span = body === null ? spanOf(inner.key as Node) : spanOf(body);
      this.issues.error(span, `"${parametersKey}" holds no parameters: ROS 2 refuses the file. Remove the section`);
      return;
    }
    this.takeNode(body, path, keySpan, [...steps, { map, pair: inner }]);
  }

  private takeNode(body: YAMLMap, path: string, keySpan: Span, steps: readonly Step[]): void {
    const name = path.split('/').at(-1) ?? '';
    if (name === '**' || name === '*') {
      this.takeParameters(body, { section: null, prefix: '', path, steps });
      return;
    }
    if (isSectionName(name)) {
      this.takeParameters(body, { section: name, prefix: '', path, steps });
      return;
    }
    const near = nearestName(name, sectionNames);
    if (near !== null) {
      const span = [keySpan[1] - Math.min(name.length, keySpan[1] - keySpan[0]), keySpan[1]] as const;
      this.issues.warning(span, `${quote(name)} is not read: do you mean "${near}"?`, near);
    }
    checkReadable(body, this.issues);
  }

  private takeParameters(map: YAMLMap, place: Place): void {
    this.bodies.push({ section: place.section, prefix: place.prefix, map });
    for (const pair of map.items) this.takePair(pair, map, place);
  }

  private takePair(pair: Pair, map: YAMLMap, place: Place): void {
    const name = this.plainKey(pair, map);
    if (name === null) return;
    const keySpan = spanOf(pair.key as Node);
    const key = place.prefix === '' ? name : `${place.prefix}.${name}`;
    const written = valueOf(pair);
    const value = isAlias(written) ? this.resolveAlias(written) : written;
    if (isMap(value) && value.items.length > 0) {
      this.takeParameters(value, { ...place, prefix: key, steps: [...place.steps, { map, pair }] });
      return;
    }
    const full = `${place.path} ${key}`;
    if (this.seen.has(full)) {
      this.issues.error(keySpan, `${quote(key)} comes twice; only the last would count. Remove one`);
    }
    this.seen.add(full);
    const pairSpan = [keySpan[0], written === null ? keySpan[1] : spanOf(written)[1]] as const;
    const removable = map.flow !== true && map.items.length > 1;
    const steps = [...place.steps, { map, pair }];
    this.entries.push({ section: place.section, key, keySpan, pairSpan, written, value, steps, removable });
  }

  /** ROS 1 reads aliases; those of maps are refused all the same, so that nothing can expand or run in a circle. */
  private resolveAlias(alias: Alias): Node {
    const target = this.dialect === 'ros1' ? this.anchors().get(alias.source) : undefined;
    if (target !== undefined && !isMap(target)) return target;
    this.reportAlias(alias);
    return alias;
  }

  private anchors(): ReadonlyMap<string, Node> {
    if (this.anchorTable === null) {
      const table = new Map<string, Node>();
      const note = (_: unknown, node: Node & { anchor?: string }): void => {
        if (node.anchor !== undefined) table.set(node.anchor, node);
      };
      visit(this.document, { Scalar: note, Seq: note });
      this.anchorTable = table;
    }
    return this.anchorTable;
  }

  /** Says what is wrong with a key that is no plain name, and gives null. */
  private plainKey(pair: Pair, map: YAMLMap): string | null {
    const text = keyText(pair);
    if (text !== null && text !== '<<') return text;
    const key = pair.key as Node | null;
    const span = key === null ? spanOf(map) : spanOf(key);
    this.issues.error(
      span,
      text === '<<' ? 'merge keys are not read: write the keys out' : 'this key is no plain name',
    );
    return null;
  }

  private reportAlias(alias: Node): void {
    const reason = this.dialect === 'ros2' ? 'ROS 2 reads no aliases and refuses the file' : 'this alias is not read';
    this.issues.error(spanOf(alias), `${reason}: write the value out`);
  }

  private reportNoSection(key: string, keySpan: Span, value: Node | null): void {
    if (isAlias(value)) {
      this.reportAlias(value);
      return;
    }
    const known = sectionNames.filter((section) => findParameter(section, key) !== null);
    const place = known[0] === undefined ? 'a section' : `"${known[0]}:"`;
    this.issues.error(
      keySpan,
      `${quote(key)} stands outside a section: move it under ${place} and its ${parametersKey}`,
    );
  }

  private reportNoParameters(map: YAMLMap, key: string, keySpan: Span): void {
    const [from, to] = spanOf(map);
    const message = `${quote(key)} has no "${parametersKey}:": ROS 2 refuses the file`;
    if (map.flow === true || map.items.length === 0) {
      this.issues.error(keySpan, message);
      return;
    }
    const indent = ' '.repeat(from - (this.text.lastIndexOf('\n', from - 1) + 1));
    const body = this.text.slice(from, to).replace(/\n(?=[^\n])/g, '\n  ');
    this.issues.error([from, to], message, `${parametersKey}:\n${indent}  ${body}`);
  }
}
