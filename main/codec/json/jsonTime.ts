import { stampOrReceiptNs } from '../rosTime.js';
import type { JsonFields } from './JsonFields.js';

/**
 * A time as the JSON forms of ROS 1 (`secs`, `nsecs`), ROS 2 (`sec`, `nanosec`) and Foxglove (`sec`, `nsec`) write it. The time
 * of receipt where there is none, or where it was never set.
 */
export function jsonTimeNs(time: JsonFields | null, receivedNs: bigint): bigint {
  if (time === null) return receivedNs;
  const sec = time.integerOr(['sec', 'secs'], 0);
  return stampOrReceiptNs(sec, time.integerOr(['nanosec', 'nsec', 'nsecs'], 0), receivedNs);
}
