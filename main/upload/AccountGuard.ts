import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { CloudAccount } from '../model/Destination.js';
import type { Problem } from '../model/Problem.js';
import type { AccountClients } from './AccountClients.js';
import { sdkFailureOf } from './SdkFailure.js';
import { WireError } from './WireError.js';

/**
 * Lets nothing go to another account than the one that the robot file names (`account_id`). Whose credentials are is asked
 * of STS (GetCallerIdentity needs no permission) once for each access key: a new sign-in is asked about anew.
 */
export class AccountGuard {
  private readonly accountOfKey = new Map<string, string | null>();

  /** `accountId`: twelve digits, or empty for any account. */
  constructor(private readonly accountId: string) {}

  /** Why nothing may go there, or null. Throws what the SDK throws when that cannot be asked now. */
  async problemOf(clients: AccountClients, account: CloudAccount, abortSignal: AbortSignal): Promise<Problem | null> {
    if (this.accountId === '' || account.cloud === 'local') return null;
    const { accessKeyId } = await clients.identity.config.credentials();
    const known = this.accountOfKey.get(accessKeyId);
    const found = known === undefined ? await askWhose(clients, abortSignal) : known;
    this.accountOfKey.set(accessKeyId, found);
    return this.problemOfAccount(found, account);
  }

  /** The same for an account that somebody asked for already; null when the service could not say it. */
  problemOfAccount(found: string | null, account: CloudAccount): Problem | null {
    if (this.accountId === '' || account.cloud === 'local' || found === this.accountId) return null;
    if (found === null) {
      return {
        code: 'other-account',
        message: `The robot file names the account ${this.accountId}, but ${account.endpoint} cannot say whose the credentials are: nothing is sent.`,
        nextStep: 'Take account_id out of the robot file to send there all the same. The records stay on disk.',
      };
    }
    const signIn = account.profile === '' ? 'aws sso login' : `aws sso login --profile ${account.profile}`;
    return {
      code: 'other-account',
      message: `The credentials are for the account ${found}, but the robot file names ${this.accountId}: nothing is sent.`,
      nextStep: `Choose a profile of ${this.accountId} in the robot file (profile), or sign in to it: ${signIn}. If ${found} is meant, correct account_id. The records stay on disk.`,
    };
  }
}

async function askWhose({ identity }: AccountClients, abortSignal: AbortSignal): Promise<string | null> {
  try {
    return (await identity.send(new GetCallerIdentityCommand({}), { abortSignal })).Account ?? null;
  } catch (error) {
    if (isAnswerWithoutIdentity(error)) return null;
    throw error;
  }
}

/** An endpoint of one's own need not know STS: it answered, but not that. */
export function isAnswerWithoutIdentity(error: unknown): boolean {
  if (error instanceof WireError) return error.failure === 'portal' && error.status !== null && error.status >= 400;
  const { name, status } = sdkFailureOf(error);
  return status !== null && status >= 400 && status < 500 && (name === 'InvalidAction' || name === 'UnknownOperation');
}
