import type { RobotStatus } from '../../main/contract/frames.js';
import { type GapStage, type LossStage, lossStages } from '../../main/model/Loss.js';

/** One stage of the list of losses. */
export interface LossLine {
  readonly stage: GapStage;
  /** Null where it cannot be counted: that is not 0. */
  readonly count: number | null;
  readonly words: string;
}

/** What was lost of a robot, by stage, in the order of the way of a record; and the rows that its list leaves out. */
export function lossLines({ lost }: Pick<RobotStatus, 'lost'>, rowsNotShown: number): readonly LossLine[] {
  const lines = lossStages.map((stage): LossLine => {
    const isCounted = !numberedStages.has(stage) || lost[stage] !== undefined;
    const words = stageWords[stage];
    return isCounted
      ? { stage, count: lost[stage] ?? 0, words }
      : { stage, count: null, words: `${words}: not counted here` };
  });
  return [...lines, { stage: 'page', count: rowsNotShown, words: notShownWords }];
}

/** What CloudWatch refused is kept: it is no part of the sum. */
export function lostSum({ lost }: Pick<RobotStatus, 'lost'>): number {
  return lossStages.filter((stage) => stage !== 'rejected').reduce((sum, stage) => sum + (lost[stage] ?? 0), 0);
}

/** Counted only where messages carry numbers; the engine then says 0. */
const numberedStages: ReadonlySet<LossStage> = new Set<LossStage>(['dds', 'link']);

const notShownWords = 'not shown, because this page was too slow: no loss, and not in the sum';

const stageWords: Readonly<Record<LossStage, string>> = {
  dds: 'before Tether could take them (DDS history)',
  link: 'between the robot and this laptop (gap in sequence numbers)',
  host: 'in the robot host (queue full, or it died)',
  decode: 'could not be understood',
  memory: 'the disk did not take them in time',
  evicted: 'oldest, dropped at a disk limit',
  torn: 'unreadable after a crash (set aside)',
  rejected: 'refused by CloudWatch so far: kept in quarantine, not in the sum',
};
