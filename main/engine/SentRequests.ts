import { z } from 'zod';
import { JsonLinesFile, type JsonLinesPlace } from './JsonLinesFile.js';

/** A request that CloudWatch accepted, wholly or in part. */
const requestSchema = z.object({
  /** CloudWatch's own name for it (`x-amzn-RequestId`). */
  requestId: z.string(),
  /** When its answer came, laptop time. */
  atMs: z.number(),
  kind: z.enum(['log', 'metric']),
  goesTo: z.string(),
  account: z.string(),
  /** Log events or metric data that were accepted. */
  events: z.number().int().min(0),
  refused: z.number().int().min(0),
});
export type SentRequest = z.infer<typeof requestSchema>;

/** About 40 KB of the file: who asks AWS's support asks about what was sent of late. */
export const sentRequestsMax = 200;
const linesMax = 2_000;
/** A longer file is not ours. */
const fileBytesMax = 4 * 1024 * 1024;

/**
 * The last requests of a robot, by the names that CloudWatch gave them. A file of JSON lines beside the ledger of uploads
 * (`uploads/<robot>.requests.jsonl`), for people as that is.
 */
export class SentRequests {
  /** In the order of their answers. */
  private requests: SentRequest[] = [];
  /** Not in the file yet. */
  private unwritten: SentRequest[] = [];
  private readonly book: JsonLinesFile<SentRequest>;

  private constructor(place: JsonLinesPlace) {
    this.book = new JsonLinesFile(place, {
      schema: requestSchema,
      called: 'the list of sent requests',
      bytesMax: fileBytesMax,
      save: () => this.save(),
    });
  }

  static async open(place: JsonLinesPlace): Promise<SentRequests> {
    const requests = new SentRequests(place);
    requests.requests = (await requests.book.read()).slice(-sentRequestsMax);
    return requests;
  }

  add(request: SentRequest): void {
    this.requests.push(request);
    this.unwritten.push(request);
    this.requests.splice(0, this.requests.length - sentRequestsMax);
    this.unwritten.splice(0, this.unwritten.length - sentRequestsMax);
    this.book.writeSoon();
  }

  /** Newest first. */
  list(): readonly SentRequest[] {
    return this.requests.toReversed();
  }

  async write(): Promise<void> {
    await this.book.write();
  }

  private async save(): Promise<void> {
    const requests = this.unwritten;
    this.unwritten = [];
    await this.book.add(requests, this.requests, linesMax);
  }
}
