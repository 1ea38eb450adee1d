import { textBytesMax } from '../../main/config/text/composeYaml.js';
import type { ConfigIssue } from '../../main/model/ConfigIssue.js';

/** The text of a file that a person chose, with an issue when it is too large or not in UTF-8. */
export async function readProfileFile(
  file: Pick<File, 'size' | 'text'>,
): Promise<{ readonly text: string; readonly issue: ConfigIssue | null }> {
  if (file.size > textBytesMax) {
    return { text: '', issue: issueAt('', 0, `larger than ${textBytesMax} bytes: this is no profile`) };
  }
  const text = await file.text();
  // What is no UTF-8 became this character; nobody writes it in a profile.
  const at = text.indexOf('\ufffd');
  return { text, issue: at === -1 ? null : issueAt(text, at, 'not in UTF-8 from here on: save the file as UTF-8') };
}

function issueAt(text: string, at: number, message: string): ConfigIssue {
  const lines = text.slice(0, at).split('\n');
  const [line, column] = [lines.length, (lines.at(-1) ?? '').length + 1];
  return { line, column, endLine: line, endColumn: column + 1, severity: 'error', message, fix: null };
}
