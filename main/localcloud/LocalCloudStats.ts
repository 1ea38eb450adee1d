/** What happened at the server since it started. Counters only grow. */
export interface LocalCloudStats {
  /** Requests per operation name, faults included; `(unknown)` for what named no operation that is answered here. */
  readonly requests: Record<string, number>;
  /** Answers that were errors by the API's own rules, per error code. Injected faults are not among them. */
  readonly errors: Record<string, number>;
  /** Faults fired, per kind. */
  readonly faults: Record<string, number>;
  eventsAccepted: number;
  eventsTooOld: number;
  eventsExpired: number;
  eventsTooNew: number;
  /** Accepted events whose stream already held the same timestamp and message. */
  eventsDuplicate: number;
  dataAccepted: number;
  /** Request bodies as they crossed the wire, before gunzip. */
  bytesIn: number;
  connections: number;
  /** Dropped because the store was full, oldest segment first. */
  eventsEvicted: number;
  dataEvicted: number;
  segmentsEvicted: number;
  /** Read back from the store folder at start. */
  eventsLoaded: number;
  dataLoaded: number;
  storeWriteFailures: number;
  /** What was found damaged in the store folder, in words. At most STORE_NOTES_MAX. */
  readonly storeNotes: string[];
}

export const STORE_NOTES_MAX = 100;

export function emptyStats(): LocalCloudStats {
  return {
    requests: {},
    errors: {},
    faults: {},
    eventsAccepted: 0,
    eventsTooOld: 0,
    eventsExpired: 0,
    eventsTooNew: 0,
    eventsDuplicate: 0,
    dataAccepted: 0,
    bytesIn: 0,
    connections: 0,
    eventsEvicted: 0,
    dataEvicted: 0,
    segmentsEvicted: 0,
    eventsLoaded: 0,
    dataLoaded: 0,
    storeWriteFailures: 0,
    storeNotes: [],
  };
}

export function count(counters: Record<string, number>, key: string): void {
  counters[key] = (counters[key] ?? 0) + 1;
}
