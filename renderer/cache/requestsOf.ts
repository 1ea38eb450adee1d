import type { CallOutput } from '../../main/contract/calls.js';

type Stretch = Pick<CallOutput<'upload.ledger'>[number], 'kind' | 'goesTo' | 'account' | 'fromMs' | 'toMs'>;
type SentRequest = CallOutput<'upload.requests'>[number];

/** Those of the kept requests that a stretch of the ledger of uploads is made of. */
export function requestsOf(requests: readonly SentRequest[], stretch: Stretch): readonly SentRequest[] {
  const { kind, goesTo, account, fromMs, toMs } = stretch;
  return requests.filter(
    (request) =>
      request.kind === kind &&
      request.goesTo === goesTo &&
      request.account === account &&
      request.atMs >= fromMs &&
      request.atMs <= toMs,
  );
}
