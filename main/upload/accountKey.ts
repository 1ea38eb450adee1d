import type { CloudAccount } from '../model/Destination.js';

/** A text that is equal exactly when two accounts are equal. */
export function accountKey({ cloud, region, profile, endpoint }: CloudAccount): string {
  return JSON.stringify([cloud, region, profile, endpoint]);
}
