// @ts-check
import { Agent, createServer, request as ask } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** Each event and datum has one; inside a text the quotes would be escaped. */
const needles = { log: Buffer.from('"timestamp":'), metric: Buffer.from('"MetricName":') };
/** Who answers; without one, this does, and takes everything. */
const behind = process.argv[2];
const agent = new Agent({ keepAlive: true });
const nothing = () => ({ requests: 0, records: 0, bytes: 0, otherRequests: 0 });

let received = nothing();

const server = createServer((request, response) => {
  /** @type {Buffer[]} */
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const target = String(request.headers['x-amz-target']);
    const body = Buffer.concat(chunks);
    if (behind === undefined) answer(response, target);
    else forward(request, response, body, behind);
    const put = target.endsWith('.PutLogEvents') ? 'log' : target.endsWith('.PutMetricData') ? 'metric' : null;
    if (put === null) {
      received.otherRequests += 1;
      return;
    }
    received.requests += 1;
    received.bytes += body.length;
    received.records += count(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body, needles[put]);
  });
});

/**
 * @param {import('node:http').ServerResponse} response
 * @param {string} target
 */
function answer(response, target) {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'loopback' });
  response.end(target.endsWith('.DescribeLogStreams') ? '{"logStreams":[{"logStreamName":"rover"}]}' : '{}');
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {Buffer} body
 * @param {string} address
 */
function forward(request, response, body, address) {
  const { method, headers } = request;
  const onward = ask(address, { ...(method === undefined ? {} : { method }), headers, agent }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  onward.on('error', () => response.destroy());
  onward.end(body);
}

/**
 * @param {Buffer} body
 * @param {Buffer} needle
 */
function count(body, needle) {
  let found = 0;
  for (let at = body.indexOf(needle); at >= 0; at = body.indexOf(needle, at + needle.length)) found += 1;
  return found;
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  process.send?.({ url: `http://127.0.0.1:${address.port}` });
});
process.on('message', () => {
  process.send?.(received);
  received = nothing();
});
process.on('disconnect', () => process.exit(0));
