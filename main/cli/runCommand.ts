import { unreachable } from '../model/unreachable.js';
import { cacheCatCommand } from './cacheCatCommand.js';
import { cacheCountsCommand } from './cacheCountsCommand.js';
import { cacheLsCommand } from './cacheLsCommand.js';
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

/** The commands that may write bring more code with them, and are loaded when they are asked for: `status` must answer at once. */
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
      return asked.by === null
        ? await cacheLsCommand(context, asked)
        : await cacheCountsCommand(context, { ...asked, by: asked.by });
    case 'cache cat':
      return await cacheCatCommand(context, asked);
    case 'cache check':
      return await (await import('./cacheCheckCommand.js')).cacheCheckCommand(context, asked);
    case 'cache dismiss':
      return await (await import('./cacheDismissCommand.js')).cacheDismissCommand(context, asked);
    case 'cache delete':
      return await (await import('./cacheDeleteCommand.js')).cacheDeleteCommand(context, asked);
    case 'cache undelete':
      return await (await import('./cacheUndeleteCommand.js')).cacheUndeleteCommand(context, asked);
    case 'cache hold':
    case 'cache unhold':
    case 'retry':
      return await (await import('./changeStateCommand.js')).changeStateCommand(context, asked);
    case 'cache shift':
      return await (await import('./cacheShiftCommand.js')).cacheShiftCommand(context, asked);
    case 'mode':
      return await (await import('./modeCommand.js')).modeCommand(context, asked);
    case 'uploads':
      return await (await import('./uploadsCommand.js')).uploadsCommand(context, asked);
    case 'link':
      return await (await import('./linkCommand.js')).linkCommand(context, asked);
    case 'cache redact':
      return await (await import('./cacheRedactCommand.js')).cacheRedactCommand(context, asked);
    case 'cache reaim':
      return await (await import('./cacheReaimCommand.js')).cacheReaimCommand(context, asked);
    case 'cache edits':
      return await (await import('./cacheEditsCommand.js')).cacheEditsCommand(context, asked);
    case 'cache confirm':
    case 'cache undo':
      return await (await import('./cacheEndEditCommand.js')).cacheEndEditCommand(context, asked);
    case 'config check':
      return await (await import('./configCheckCommand.js')).configCheckCommand(context, asked);
    case 'config diff':
      return await (await import('./configDiffCommand.js')).configDiffCommand(context, asked);
    case 'config set':
      return await (await import('./configSetCommand.js')).configSetCommand(context, asked);
    case 'config running':
      return await (await import('./configRunningCommand.js')).configRunningCommand(context, asked);
    case 'config export':
      return await (await import('./configExportCommand.js')).configExportCommand(context, asked);
    case 'config import':
      return await (await import('./configImportCommand.js')).configImportCommand(context, asked);
    case 'export':
      return await exportCommand(context, asked);
    case 'flush':
      return await flushCommand(context, asked);
    case 'import':
      return await importCommand(context, asked);
    case 'local-cloudwatch':
      return await localCloudWatchCommand(context, asked);
    case 'doctor':
      return await (await import('./doctorCommand.js')).doctorCommand(context, asked);
    case 'permissions':
      return await (await import('./permissionsCommand.js')).permissionsCommand(context, asked);
    case 'health':
      return await (await import('./healthCommand.js')).healthCommand(context, asked);
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
