// @ts-check
/**
 * Our robot host and the source that takes its batches, and behind them nothing but a WebSocket: each batch is decoded and sent to
 * the plain page as it comes. Says the port. Argument: the domain.
 */
import { WebSocketServer } from 'ws';
import { answer, ownCpuS } from '../ingest/answer.mjs';
import { benchSource } from '../ingest/benchSource.mjs';
import { cpuSOf } from '../ingest/childCpu.mjs';

const { decoderFor } = await import('../../../build/main/codec/MessageDecoder.js');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
await new Promise((resolve) => server.once('listening', resolve));
const source = benchSource(Number(process.argv[2]));
let received = 0;
/** @type {import('../../../main/codec/MessageDecoder.js').MessageDecoder | null} */
let decoder = null;
await source.start((event) => {
  if (event.type === 'channel') {
    const found = decoderFor(event.channel);
    decoder = found.ok ? found.value : null;
  }
  if (event.type !== 'messages') return;
  received += event.messages.length;
  /** @type {string[]} */
  const lines = [];
  for (const { data, receivedNs } of event.messages) {
    const decoded = decoder?.decode(data, receivedNs);
    if (!decoded?.ok) continue;
    for (const { record } of decoded.value) {
      if (record.kind === 'log') lines.push(`${record.severity} ${record.node} ${record.message}`);
    }
  }
  for (const client of server.clients) client.send(JSON.stringify(lines));
});
process.stdout.write(`${JSON.stringify({ event: 'port', port: /** @type {any} */ (server.address()).port })}\n`);
answer({
  received: () => received,
  lost: () => null,
  cpuS: () => ownCpuS() + cpuSOf(source.status().hostPid),
  end: async () => {
    for (const client of server.clients) client.terminate();
    server.close();
    await source.stop();
  },
});
