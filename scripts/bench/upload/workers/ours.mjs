// @ts-check
/** Ours, as a robot's session has it: the cache on disk, durable intents, the uploader, the sink. Done when all is acknowledged durably. */
import path from 'node:path';
import { newRobotText } from '../../../../build/main/config/newRobotText.js';
import { parseRobotFile } from '../../../../build/main/config/text/parseRobotFile.js';
import { systemClock } from '../../../../build/main/seams/Clock.js';
import { CloudWatchSink } from '../../../../build/main/upload/CloudWatchSink.js';
import { FileIntentBook } from '../../../../build/main/upload/intents/FileIntentBook.js';
import { Uploader } from '../../../../build/main/upload/Uploader.js';
import { openCache } from '../../cache/openCache.mjs';
import { serve } from '../../cache/workers/serve.mjs';
import { measured } from '../measured.mjs';
import { accountAt, group, namespace, stream } from '../records.mjs';

// Any server on loopback takes them.
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' });

serve(async ({ folder, kind, count, endpoint }) => {
  const { config } = parseRobotFile('rover', newRobotText({ name: 'rover', domainId: 0, cloud: 'aws' }));
  if (config === null) throw new Error('the new robot file is not valid');
  const account = accountAt(endpoint);
  const sink = new CloudWatchSink({ account, connection: config.connection, localEndpoint: () => null });
  await askOnce(sink, kind, account);
  return measured(count, async () => {
    const cache = await openCache(folder);
    const intents = await FileIntentBook.load(path.join(folder, 'intents.jsonl'));
    const settings = config;
    /** @type {() => void} */
    let done = () => undefined;
    /** @type {(error: Error) => void} */
    let refused = () => undefined;
    const sent = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
      done = resolve;
      refused = reject;
    });
    const uploader = new Uploader({
      ...{ cache, sink, intents, settings, clock: systemClock, random: Math.random },
      onStatus: ({ sentLogs, sentMetrics, problem }) => {
        if (problem !== null) refused(new Error(problem.message));
        if ((kind === 'log' ? sentLogs : sentMetrics) >= count) done();
      },
    });
    uploader.start();
    await sent;
    await uploader.stop();
    await intents.close();
    await cache.close();
    sink.close();
  });
});

/**
 * The SDK loads much of itself at the first request of each of its clients, and a robot's session has done that long before. The
 * worker of the bare SDK begins with such a question too.
 * @param {CloudWatchSink} sink
 * @param {'log' | 'metric'} kind
 * @param {ReturnType<typeof accountAt>} account
 */
async function askOnce(sink, kind, account) {
  const signal = AbortSignal.timeout(10_000);
  const timestampMs = Date.now();
  if (kind === 'log') {
    await sink.findEvents({ kind, account, group, stream }, [{ timestampMs, message: 'x' }], signal);
    return;
  }
  const datum = { timestampMs, name: 'x', value: 0, unit: 'None', dimensions: [], storageResolutionS: 60 };
  await sink.countSamples({ kind, account, namespace }, /** @type {any} */ (datum), signal);
}
