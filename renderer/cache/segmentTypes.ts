import type { z } from 'zod';
import type { segmentSchema } from '../../main/contract/calls.js';

/** One MCAP file of the cache, as the engine tells of it. */
export type Segment = z.infer<typeof segmentSchema>;
