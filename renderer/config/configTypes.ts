import type { z } from 'zod';
import type { configIssueSchema, robotFileSchema } from '../../main/contract/calls.js';

export type ConfigIssueMessage = z.infer<typeof configIssueSchema>;
export type RobotFileMessage = z.infer<typeof robotFileSchema>;
