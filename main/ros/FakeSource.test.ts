import { encodeLog } from '../codec/logMessage.js';
import { encodeMetricList } from '../codec/metricMessage.js';
import { ros2LogChannel, ros2MetricListChannel } from '../codec/schemas.js';
import { FakeSource } from './FakeSource.js';
import { robotSourceContract } from './robotSourceContract.test-support.js';

const logs = ros2LogChannel('/rosout');
const metrics = ros2MetricListChannel('/metrics');

robotSourceContract('the fake', () => {
  const source = new FakeSource();
  return {
    source,
    log: (first, count) => {
      for (let number = first; number < first + count; number += 1) {
        const stampNs = BigInt(number);
        const data = encodeLog({ stampNs, severity: 'INFO', node: 'node', message: `message ${number}` });
        source.give(logs, data, stampNs);
      }
      return Promise.resolve();
    },
    sendMetrics: (count) => {
      const list = Array.from({ length: count }, (_, index) => ({
        stampNs: 1n,
        name: `m${index}`,
        unit: 'percent',
        value: index,
        dimensions: [],
      }));
      source.give(metrics, encodeMetricList(list), 1n);
      return Promise.resolve();
    },
    end: () => Promise.resolve(),
  };
});
