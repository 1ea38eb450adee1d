import type { Output } from './Output.js';

/** What the parts behind a command log, as notes of it. */
export function noteLog(output: Output): (line: string) => void {
  return (line) => {
    output.note(`tether: ${line}`);
  };
}
