import { z } from 'zod';
import { problemSchema } from './calls.js';
import type { StatusFrame } from './frames.js';
import type { PackedRobotFrame } from './packedFrame.js';

/** What goes over the page's MessagePort: calls and acknowledgements one way, answers and frames the other. */
export const pageMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number().int(), name: z.string(), input: z.unknown() }),
  z.object({ type: z.literal('ack'), sequence: z.number().int() }),
]);
export type PageMessage = z.infer<typeof pageMessageSchema>;

export const answerSchema = z.object({
  type: z.literal('answer'),
  id: z.number().int(),
  result: z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value: z.unknown() }),
    z.object({ ok: z.literal(false), problem: problemSchema }),
  ]),
});
export type Answer = z.infer<typeof answerSchema>;

export type EngineMessage = Answer | PackedRobotFrame | StatusFrame;
