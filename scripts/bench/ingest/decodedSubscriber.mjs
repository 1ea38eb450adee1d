// @ts-check
/** rclnodejs as its documentation shows it: a subscription whose callback gets the decoded message. */
import { readToolchain } from '../../setup/toolchain.mjs';
import { answer } from './answer.mjs';

const rclnodejsState = readToolchain()?.rclnodejs;
if (!rclnodejsState?.ok) throw new Error('rclnodejs is not set up');
// Throws where the binary does not load; importing rclnodejs in that state would delete it.
process.dlopen({ exports: {} }, rclnodejsState.binaries.node);

const { default: rclnodejs } = await import('rclnodejs');
await rclnodejs.init();
const node = rclnodejs.createNode(`tether_bench_${process.pid}`);
const { QoS } = rclnodejs;
const qos = new QoS(
  QoS.HistoryPolicy.RMW_QOS_POLICY_HISTORY_KEEP_LAST,
  10_000,
  QoS.ReliabilityPolicy.RMW_QOS_POLICY_RELIABILITY_RELIABLE,
  QoS.DurabilityPolicy.RMW_QOS_POLICY_DURABILITY_TRANSIENT_LOCAL,
);
let received = 0;
node.createSubscription('rcl_interfaces/msg/Log', '/rosout', { qos }, (/** @type {{ name: string }} */ message) => {
  // rclnodejs's own node says something on /rosout too.
  if (message.name === 'tether_test_publisher') received += 1;
});
node.spin();
answer({
  received: () => received,
  lost: () => null,
  end: () => {
    rclnodejs.shutdown();
    return Promise.resolve();
  },
});
