// @ts-check
/** `@logtape/cloudwatch-logs` with its own settings; it is given records as fast as it sends them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { serve } from '../../cache/workers/serve.mjs';
import { clientSettings } from '../clients.mjs';
import { measured } from '../measured.mjs';
import { loadPeer } from '../peers.mjs';
import { group, logEvents, stream } from '../records.mjs';

const readyMax = 60_000;
/** It does not say when it is full: more than this many requests are not let pile up in its memory. */
const underWayMax = 4;

serve(async ({ count, endpoint }) => {
  const { getCloudWatchLogsSink } = await loadPeer('@logtape/cloudwatch-logs');
  const { CloudWatchLogsClient } = await loadPeer('@aws-sdk/client-cloudwatch-logs');
  const events = logEvents(Math.min(count, readyMax));
  const client = new CloudWatchLogsClient(clientSettings(endpoint));
  let underWay = 0;
  const send = client.send.bind(client);
  client.send = async (/** @type {any[]} */ ...args) => {
    underWay += 1;
    try {
      return await send(...args);
    } finally {
      underWay -= 1;
    }
  };
  return measured(count, async () => {
    const sink = getCloudWatchLogsSink({ client, logGroupName: group, logStreamName: stream });
    for (let sent = 0; sent < count; sent += 1) {
      const { timestamp, message } = events[sent % events.length] ?? { timestamp: 0, message: '' };
      sink({ category: ['bench'], level: 'info', rawMessage: message, message: [message], properties: {}, timestamp });
      if (underWay >= underWayMax) await until(() => underWay < underWayMax);
    }
    await sink[Symbol.asyncDispose]();
    await until(() => underWay === 0);
  });
});

/** @param {() => boolean} holds */
async function until(holds) {
  while (!holds()) await nextTurn();
}
