import { destinationsOf } from '../model/destinationsOf.js';
import { checkPermissions, type PermissionAnswer } from '../upload/checkPermissions.js';
import type { CommandContext } from './CommandContext.js';
import type { ExitCode } from './ExitCode.js';
import { findRobotFile } from './findRobotFile.js';
import { reportProblem } from './reportProblem.js';

interface Asked {
  readonly robot: string;
  readonly policy: boolean;
  readonly json: boolean;
}

const marks: Readonly<Record<PermissionAnswer['state'], string>> = { allowed: 'ok  ', missing: 'MISS', untold: '?   ' };

/**
 * Exit 0 when everything that sending needs is allowed, 1 when something is missing, as for a problem that kept it from asking.
 * `--json`: `{ robot, accountId, answers, policy }` as in main/upload/checkPermissions.ts.
 */
export async function permissionsCommand({ home, output }: CommandContext, asked: Asked): Promise<ExitCode> {
  const file = await findRobotFile(home, asked.robot);
  if (!file.ok) return reportProblem(output, file.problem);
  const { config, name } = file.value;
  if (config === null) {
    const nextStep = `Mend it: tether config check ${asked.robot}`;
    return reportProblem(output, { code: 'bad-config', message: `${name}.yaml is not valid.`, nextStep });
  }
  if (config.account.cloud === 'local') {
    const nextStep = 'Set cloud: aws in the robot file to send to AWS.';
    const message = `${name} sends to the CloudWatch on this laptop, which needs no permission.`;
    return reportProblem(output, { code: 'local-cloud', message, nextStep });
  }
  const report = await checkPermissions({
    ...destinationsOf(config),
    ...(config.newGroups === undefined ? {} : { newGroups: config.newGroups }),
    ...{ connection: config.connection, accountId: config.sending.accountId, localEndpoint: () => null },
  });
  const { accountId, answers, policy, problem } = report;
  if (asked.policy) await output.line(policy);
  if (problem !== null) return reportProblem(output, problem);
  const missing = answers.filter(({ state }) => state === 'missing');
  if (asked.json) await output.line(JSON.stringify({ robot: name, accountId, answers, policy }));
  else if (!asked.policy) {
    await output.line(`${name}: account ${accountId ?? 'not known'}`);
    for (const { action, state, words } of answers) await output.line(`${marks[state]} ${action}  ${words}`);
    if (missing.length > 0) {
      await output.line('This policy gives what is missing, and nothing that Tether does not need:');
      await output.line(policy);
    }
  }
  return missing.some(({ needed }) => needed) ? 1 : 0;
}
