import { isMap, isScalar } from 'yaml';
import type { Document, Node, YAMLMap } from 'yaml';
import type { ConfigIssue } from '../../model/ConfigIssue.js';
import { isRobotName } from '../../model/RobotName.js';
import { composeYaml } from './composeYaml.js';
import type { Entry } from './findEntries.js';
import type { IssueList } from './IssueList.js';
import { quote } from './IssueList.js';
import { entryKeyOf, sectionsOf } from './meantBy.js';
import { parseRobotFile, type ParameterValues } from './parseRobotFile.js';
import { profileParameters, profileSection, profileVersion } from './profileKeys.js';
import { keyText, spanOf, valueOf } from './yamlNodes.js';

export interface ParsedProfile {
  /** In the order of the text. */
  readonly issues: readonly ConfigIssue[];
  /** Null when an issue is an error. */
  readonly profile: Profile | null;
}

export interface Profile {
  /** Of the robot that it was exported from. */
  readonly name: string;
  /** By entryKeyOf; profileParameters only. */
  readonly values: ParameterValues;
}

const known = new Set(profileParameters.map(({ section, key }) => entryKeyOf(section, key)));

/** Reads and checks a connection profile as a robot file is read and checked. Never throws, whatever the text. */
export function parseProfile(text: string): ParsedProfile {
  const parsed = parseRobotFile('profile', text);
  const { issues: own, document } = composeYaml(text);
  if (document === null || !parsed.readable) return { issues: parsed.issues, profile: null };
  const name = readHead(document, own);
  for (const entry of parsed.entries) checkBelongs(entry, own);
  const issues = [...parsed.issues, ...own.sorted()].sort((a, b) => a.line - b.line || a.column - b.column);
  const wrong = name === null || issues.some(({ severity }) => severity === 'error');
  return { issues, profile: wrong ? null : { name, values: parsed.values } };
}

/** The robot's name; null when something is wrong with it or with the version. */
function readHead(document: Document.Parsed, issues: IssueList): string | null {
  const root = document.contents as Node | null;
  const section = isMap(root) ? inner(root, profileSection) : null;
  const head = isMap(section) ? inner(section, 'ros__parameters') : null;
  if (!isMap(head)) {
    issues.error([0, 0], `this is no connection profile: "${profileSection}:" is missing`);
    return null;
  }
  const version = scalarOf(head, 'version', issues);
  if (version !== null && version.text !== String(profileVersion)) {
    const number = /^\d+$/.test(version.text) ? Number(version.text) : 0;
    const newer = `a newer Tether wrote this profile (version ${number}); this one reads version ${profileVersion}`;
    issues.error(version.span, number > profileVersion ? newer : `the version is ${profileVersion}`);
  }
  const name = scalarOf(head, 'name', issues);
  if (name === null) return null;
  if (isRobotName(name.text)) return name.text;
  issues.error(name.span, `${quote(name.text)} is no robot name: letters, digits, ".", "_" and "-", at most 64`);
  return null;
}

function inner(map: YAMLMap, key: string): Node | null {
  const pair = map.items.find((one) => keyText(one) === key);
  return pair === undefined ? null : valueOf(pair);
}

function scalarOf(
  map: YAMLMap,
  key: string,
  issues: IssueList,
): { text: string; span: readonly [number, number] } | null {
  const node = inner(map, key);
  if (isScalar(node) && typeof node.value === 'string') return { text: node.value, span: spanOf(node) };
  issues.error(node === null ? spanOf(map) : spanOf(node), `"${key}" is missing here, or no plain value`);
  return null;
}

/** What a profile may not carry is refused, so that nothing slips in with it: a password, or where records are kept. */
function checkBelongs(entry: Entry, issues: IssueList): void {
  if (sectionsOf(entry.section).some((section) => known.has(entryKeyOf(section, entry.key)))) return;
  issues.error(entry.keySpan, `${quote(entry.key)} does not belong into a connection profile: take it out`);
}
