/**
 * - `pending`: durable, waiting to be sent
 * - `sending`: taken for upload, not yet answered
 * - `held`: kept back by a person
 * - `expired`: too old for CloudWatch, kept for export
 * - `quarantined`: refused by CloudWatch for good, kept with the reason
 */
export const cachedStates = ['pending', 'sending', 'held', 'expired', 'quarantined'] as const;
export type CachedState = (typeof cachedStates)[number];
