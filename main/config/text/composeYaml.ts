import { Composer, Lexer, LineCounter, Parser } from 'yaml';
import type { CST, Document } from 'yaml';
import { IssueList } from './IssueList.js';

/**
 * A text to a YAML document, within limits: the parser's own stack says how deep the text nests before anything recurses
 * over it, and every scalar stays a text (what it means is for classifyScalar.ts). Aliases are never expanded here.
 */
export const textBytesMax = 1_000_000;
export const nestingDepthMax = 64;
/** A parameter file of a whole robot has a few thousand. */
export const lexemesMax = 40_000;
/** One value, in UTF-16 units: far more than a parameter takes. The library goes through it character by character. */
export const lexemeLengthMax = 65_536;

export interface ComposedYaml {
  readonly issues: IssueList;
  /** Null when the text could not be read as one YAML document; issues then say why. */
  readonly document: Document.Parsed | null;
}

// Everything that YAML calls printable (1.2, 5.1) but for lone surrogates, which UTF-8 cannot carry.
const forbiddenCharacter =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u0084\u0086-\u009f\ufffe\uffff]|[\ud800-\udfff]/u;

/** Bytes in UTF-8. More than the limit is not counted out. */
function utf8Length(text: string): number {
  if (text.length > textBytesMax) return text.length;
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Each half of a pair counts two of its four bytes.
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) bytes += 2;
    else if (unit >= 0x80) bytes += 1;
  }
  return bytes;
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

/** Null when a limit was passed (and said). */
function parseTokens(text: string, issues: IssueList): CST.Token[] | null {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.length > lexemeLengthMax && !lexeme.startsWith('#')) {
      issues.error([parser.offset, parser.offset + 1], `longer than ${lexemeLengthMax} characters in one piece`);
      return null;
    }
    for (const token of parser.next(lexeme)) tokens.push(token);
    lexemes += 1;
    const at = parser.offset;
    if (parser.stack.length > nestingDepthMax) {
      issues.error([at, at + 1], `nested deeper than ${nestingDepthMax} levels`);
      return null;
    }
    if (lexemes > lexemesMax) {
      issues.error([at, at + 1], 'too much for a robot file: the rest was not read');
      return null;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function composeDocument(tokens: readonly CST.Token[], text: string, issues: IssueList): Document.Parsed | null {
  // Duplicate keys are looked for elsewhere: the library compares every pair with every other.
  const composer = new Composer({
    schema: 'failsafe',
    uniqueKeys: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  let first: Document.Parsed | null = null;
  for (const document of composer.compose(tokens, true, text.length)) {
    if (first !== null) {
      const start = document.range[0];
      issues.error([start, start + 1], 'a second YAML document: a robot file holds one');
      break;
    }
    first = document;
  }
  for (const problem of first?.errors ?? []) {
    issues.error([problem.pos[0], problem.pos[1]], sayYamlError(problem.code, problem.message));
  }
  return first;
}

function sayYamlError(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab stands where spaces must: YAML indents with spaces only';
  if (code === 'MULTILINE_IMPLICIT_KEY') return 'a key must stand on one line: is a colon or a quote missing?';
  return message.charAt(0).toLowerCase() + message.slice(1);
}

export function composeYaml(text: string): ComposedYaml {
  if (utf8Length(text) > textBytesMax) {
    // Its lines need not be counted to say that at its beginning.
    const tooLarge = new IssueList(countLines(''), text.length);
    tooLarge.error([0, 0], `larger than ${textBytesMax} bytes: this is no robot file`);
    return { issues: tooLarge, document: null };
  }
  const issues = new IssueList(countLines(text), text.length);
  const forbidden = forbiddenCharacter.exec(text);
  if (forbidden !== null) {
    const code = (text.codePointAt(forbidden.index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const span = [forbidden.index, forbidden.index + 1] as const;
    issues.error(span, `the character U+${code} may not stand in YAML: is this a text file, in UTF-8?`, '');
    return { issues, document: null };
  }
  const tokens = parseTokens(text, issues);
  if (tokens === null) return { issues, document: null };
  return { issues, document: composeDocument(tokens, text, issues) };
}
