import { compressBody, compressedBytesMin } from './compressBody.js';

interface CommandStack {
  add(middleware: (next: Next) => Next, options: object): void;
}

type Next = (args: { request?: unknown; input: never }) => Promise<never>;

/**
 * The command, with its body written here: the SDK writes a request of thousands of events or data field by field, which takes as
 * long as all the rest of its sending. What it signs and sends is this body, compressed here when `compress` says so (the SDK itself
 * compresses metrics, and no logs).
 */
export function withWrittenBody<Command extends { readonly middlewareStack: unknown }>(
  command: Command,
  body: Uint8Array,
  { compress = false } = {},
): Command {
  (command.middlewareStack as CommandStack).add(
    (next) => async (args) => {
      const { request } = args;
      if (!isJsonRequest(request)) throw new Error('the SDK made no HTTP request in JSON');
      const isCompressed = compress && body.length >= compressedBytesMin;
      request.body = isCompressed ? await compressBody(body) : body;
      if (isCompressed) request.headers['content-encoding'] = 'gzip';
      return next(args);
    },
    // Behind the SDK's own writing, and before it compresses, counts the bytes and signs.
    { step: 'serialize', name: 'writtenBody', priority: 'low' },
  );
  return command;
}

/** Another release of the SDK may speak another protocol, for which this would be no body. */
function isJsonRequest(request: unknown): request is { body: unknown; headers: Record<string, string> } {
  if (typeof request !== 'object' || request === null || !('body' in request) || !('headers' in request)) return false;
  const headers = request.headers as Readonly<Record<string, string>>;
  return headers['content-type']?.startsWith('application/x-amz-json-1.') === true;
}
