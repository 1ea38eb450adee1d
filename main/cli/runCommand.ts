import { unreachable } from '../model/unreachable.js';
import { cacheCatCommand } from './cacheCatCommand.js';
import { cacheCheckCommand } from './cacheCheckCommand.js';
import { cacheDeleteCommand } from './cacheDeleteCommand.js';
import { cacheHoldCommand } from './cacheHoldCommand.js';
import { cacheLsCommand } from './cacheLsCommand.js';
import { cacheUndeleteCommand } from './cacheUndeleteCommand.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { exportCommand } from './exportCommand.js';
import { findApp } from './findApp.js';
import { flushCommand } from './flushCommand.js';
import { importCommand } from './importCommand.js';
import { localCloudWatchCommand } from './localCloudWatchCommand.js';
import { parseCommandLine } from './parseCommandLine.js';
import { recordCommand } from './recordCommand.js';
import { statusCommand } from './statusCommand.js';

export async function runCommand(words: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { output, clock } = context;
  const parsed = parseCommandLine(words, Number(clock.nowNs() / 1_000_000n));
  if (!parsed.ok) {
    output.note(parsed.message);
    return 2;
  }
  const asked = parsed.value;
  switch (asked.command) {
    case 'record':
      return await recordCommand(context, asked);
    case 'status':
      return await statusCommand(context, asked);
    case 'cache ls':
      return await cacheLsCommand(context, asked);
    case 'cache cat':
      return await cacheCatCommand(context, asked);
    case 'cache check':
      return await cacheCheckCommand(context, asked);
    case 'cache delete':
      return await cacheDeleteCommand(context, asked);
    case 'cache undelete':
      return await cacheUndeleteCommand(context, asked);
    case 'cache hold':
    case 'cache unhold':
      return await cacheHoldCommand(context, asked);
    case 'export':
      return await exportCommand(context, asked);
    case 'flush':
      return await flushCommand(context, asked);
    case 'import':
      return await importCommand(context, asked);
    case 'local-cloudwatch':
      return await localCloudWatchCommand(context, asked);
    case 'help':
      await output.line(asked.text);
      return 0;
    case 'version':
      await output.line(`tether ${findApp().version}`);
      return 0;
    default:
      return unreachable(asked);
  }
}
