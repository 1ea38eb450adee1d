import { formatQuantity } from '../format/formatCount.js';

/** What the metric desk does not draw, in words; empty when it draws everything. `samples`: of series beyond the limits. */
export function leftOutWords(samples: number): string {
  if (samples === 0) return '';
  return `More series came than are shown at once: ${formatQuantity(samples, 'sample')} of further ones ${samples === 1 ? 'is' : 'are'} recorded, but on no chart.`;
}

/**
 * What is not read back after a start, in words; empty when all is. What CloudWatch acknowledged leaves the disk, and with it the
 * charts of earlier starts.
 *
 * @param sentBefore samples that CloudWatch had before the robot was opened this time
 * @param beginWords when the charts begin; empty when nothing is on them
 */
export function notHereWords(sentBefore: number, beginWords: string): string {
  if (sentBefore <= 0) return '';
  const begin = beginWords === '' ? 'Charts begin with the next sample' : `Charts begin at ${beginWords}`;
  return `${begin}: not here from earlier starts is what CloudWatch has, ${formatQuantity(sentBefore, 'sample')}.`;
}

/** Of one chart: samples whose stamps are far behind those that came before; empty when there are none. */
export function lateWords(late: number): string {
  if (late === 0) return '';
  return `${formatQuantity(late, 'sample')} came too late to be put in ${late === 1 ? 'its' : 'their'} place, and ${late === 1 ? 'is' : 'are'} recorded, but not drawn.`;
}
