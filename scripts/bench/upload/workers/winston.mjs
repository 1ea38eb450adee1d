// @ts-check
/**
 * `winston-cloudwatch` with its own settings: a request every two seconds. With `flush` it is told to end at once, when it sends one
 * request after the other.
 */
import { promisify } from 'node:util';
import { serve } from '../../cache/workers/serve.mjs';
import { clientSettings } from '../clients.mjs';
import { measured } from '../measured.mjs';
import { loadPeer } from '../peers.mjs';
import { group, logEvents, stream } from '../records.mjs';

const readyMax = 60_000;
const askEveryMs = 20;

serve(async ({ count, endpoint, flush }) => {
  const winston = await loadPeer('winston');
  const { default: CloudWatch } = await loadPeer('winston-cloudwatch');
  const events = logEvents(Math.min(count, readyMax));
  const transport = new CloudWatch({
    logGroupName: group,
    logStreamName: stream,
    awsOptions: clientSettings(endpoint),
  });
  transport.flushTimeout = Infinity;
  const logger = winston.createLogger({ transports: [transport] });
  return measured(count, async () => {
    for (let sent = 0; sent < count; sent += 1) logger.info(events[sent % events.length]?.message);
    if (flush) await promisify(transport.kthxbye.bind(transport))();
    else while (transport.logEvents.length > 0) await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  });
});
