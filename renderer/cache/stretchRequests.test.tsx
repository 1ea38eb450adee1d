// @vitest-environment happy-dom
import { afterEach, expect, it } from 'vitest';
import { PageBench } from '../PageBench.test-support.js';
import { UploadHistory } from './UploadHistory.js';

let bench: PageBench;

afterEach(() => {
  bench.close();
});

const place = { kind: 'log', goesTo: 'field / rover-7', account: 'field' } as const;
const stretch = {
  ...{ ...place, fromMs: 1_000, toMs: 9_000, events: 30, requests: 3, bytes: 900, refused: 1 },
  ...{ destination: '', eventsFromMs: null, eventsToMs: null },
};

it('a stretch of the ledger says by which requests it was sent, and how many names are not kept', async () => {
  bench = new PageBench('live');
  const request = { ...place, requestId: 'id-2', atMs: 9_000, events: 20, refused: 1 };
  bench.answers['upload.ledger'] = () => [stretch];
  bench.answers['upload.requests'] = () => [
    request,
    { ...request, requestId: 'id-1', atMs: 2_000, events: 10, refused: 0 },
    { ...request, requestId: 'of another stretch', atMs: 10_000 },
  ];
  bench.show(<UploadHistory robot="rover-7" />);
  await bench.click('stretch-requests');
  await bench.find('copy-requests');
  const text = (await bench.find('request-ids')).textContent;
  expect(text).toMatch(/1 more had no name.*id-2.*20 log events, 1 refused.*id-1.*10 log events/);
  expect(text).not.toContain('of another stretch');
});
