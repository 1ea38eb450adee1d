import { request } from 'node:http';
import { fail, type Result, succeed } from '../../model/Problem.js';
import { readResponse, writeCall, type XmlRpcValue } from './xmlRpc.js';

export interface XmlRpcAnswer {
  readonly value: XmlRpcValue;
  /** This laptop's address on the connection: what the other side can call back. */
  readonly localAddress: string;
}

/** A node that does not answer within this time is not reachable. */
export const callMsMax = 5_000;
/** The system state of a robot with hundreds of nodes is some 100 kB. */
const responseBytesMax = 16 * 1024 * 1024;

/**
 * One XML-RPC call. Problems: a code of Node's (`ECONNREFUSED`, `ENOTFOUND`, ...), `timeout`, or `not-xmlrpc` when something else
 * answers. Never throws.
 */
export function callXmlRpc(
  url: string,
  method: string,
  parameters: readonly XmlRpcValue[],
): Promise<Result<XmlRpcAnswer>> {
  return new Promise((resolve) => {
    const body = Buffer.from(writeCall(method, parameters));
    let localAddress = '';
    const call = request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'text/xml', 'content-length': body.length },
        signal: AbortSignal.timeout(callMsMax),
        agent: false,
      },
      (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on('data', (part: Buffer) => {
          bytes += part.length;
          parts.push(part);
          if (bytes > responseBytesMax) response.destroy(new Error('the answer is too long'));
        });
        response.on('error', (error) => {
          resolve(failed(url, error));
        });
        response.on('end', () => {
          const answer = response.statusCode === 200 ? readResponse(Buffer.concat(parts).toString('utf8')) : null;
          if (answer === null) resolve(fail('not-xmlrpc', `what answers at ${url} is no ROS 1 node or master`, ''));
          else if ('fault' in answer) resolve(fail('fault', `${method} at ${url}: ${answer.fault}`, ''));
          else resolve(succeed({ value: answer.value, localAddress }));
        });
      },
    );
    call.on('socket', (socket) => {
      socket.once('connect', () => {
        localAddress = socket.localAddress ?? '';
      });
    });
    call.on('error', (error) => {
      resolve(failed(url, error));
    });
    call.end(body);
  });
}

function failed(url: string, error: Error): Result<never> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (error.name === 'AbortError' || error.name === 'TimeoutError' || code === 'ABORT_ERR')
    return fail('timeout', `${url} does not answer`, '');
  if (code.startsWith('HPE_') || code === 'ECONNRESET') {
    return fail('not-xmlrpc', `what answers at ${url} is no ROS 1 node or master`, '');
  }
  return fail(code || 'connection', `${url}: ${error.message}`, '');
}
