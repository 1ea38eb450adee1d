import type { CloudAccount } from '../model/Destination.js';
import type { Problem } from '../model/Problem.js';
import type { AccountClients } from './AccountClients.js';

/** Hosts of AWS say their region: `logs.eu-west-1.amazonaws.com`. */
const regionOfHost = /\.([a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2})\.(?:[a-z0-9-]+\.)*amazonaws\.com/i;

/**
 * Lets nothing go to another AWS region than the one that the robot file allows (`only_region`). A record keeps the region that
 * its robot's file named when it was taken; where that named none, the region is found out when it is sent (AWS_REGION, the
 * profile), on whatever laptop that is. So what the guard asks is where this request would go now.
 */
export class RegionGuard {
  /** Empty for any region. */
  constructor(private readonly region: string) {}

  /** Why nothing may go there, or null. Throws what the SDK throws when no region is set anywhere. */
  async problemOf({ logs }: AccountClients, account: CloudAccount): Promise<Problem | null> {
    if (this.region === '' || account.cloud === 'local') return null;
    const goesTo = regionOfHost.exec(account.endpoint)?.[1] ?? (await logs.config.region());
    if (goesTo === this.region) return null;
    const why =
      account.region === ''
        ? 'Nothing named a region for them when they were taken, so this laptop chose it (AWS_REGION, or the profile).'
        : 'They were taken when the robot file named that region.';
    return {
      code: 'other-region',
      message: `These records would go to ${goesTo}, but the robot file allows ${this.region} alone: nothing of them is sent. ${why}`,
      nextStep: `Give them the destination that the robot file names now (Re-aim on the cache desk, or tether cache reaim), or correct only_region. They stay on disk.`,
    };
  }
}
