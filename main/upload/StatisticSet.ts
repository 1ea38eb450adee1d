import type { MetricStatistics } from '../seams/CloudSink.js';
import { metricValueMax } from './limits.js';

/**
 * Values of one series added up as they come: their number, least and greatest, and their sum as exactly as doubles allow
 * (Neumaier's: what one addition loses is carried beside).
 */
export class StatisticSet {
  private sampleCount = 0;
  private sum = 0;
  private carried = 0;
  private minimum = Infinity;
  private maximum = -Infinity;

  get values(): MetricStatistics {
    const { sampleCount, minimum, maximum } = this;
    return { sampleCount, sum: this.sum + this.carried, minimum, maximum };
  }

  /** False, and nothing has changed, when the sum would leave what CloudWatch takes. */
  add(value: number): boolean {
    const sum = this.sum + value;
    if (Math.abs(sum + this.carried) > metricValueMax) return false;
    this.carried += Math.abs(this.sum) >= Math.abs(value) ? this.sum - sum + value : value - sum + this.sum;
    this.sum = sum;
    this.sampleCount += 1;
    this.minimum = Math.min(this.minimum, value);
    this.maximum = Math.max(this.maximum, value);
    return true;
  }
}
