import { expect, test } from 'vitest';
import { requestsOf } from './requestsOf.js';

const place = { kind: 'log', goesTo: 'team / rover', account: 'field' } as const;
const request = { ...place, requestId: 'a', atMs: 1_000, events: 1, refused: 0 };

test('a stretch’s requests are those to its place within its time, both ends included', () => {
  const requests = [
    request,
    { ...request, requestId: 'b', atMs: 3_000 },
    { ...request, requestId: 'later', atMs: 3_001 },
    { ...request, requestId: 'metrics', kind: 'metric' as const },
    { ...request, requestId: 'elsewhere', goesTo: 'team / arm' },
    { ...request, requestId: 'another', account: 'lab' },
  ];
  const found = requestsOf(requests, { ...place, fromMs: 1_000, toMs: 3_000 });
  expect(found.map(({ requestId }) => requestId)).toEqual(['a', 'b']);
});
