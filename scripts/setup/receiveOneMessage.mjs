// @ts-check
/**
 * Run as a child, in Node or in Electron's Node, with ROS's environment: proves that rclnodejs works by receiving a
 * message that it publishes itself, as raw bytes, the way robot hosts receive. Nothing leaves this machine.
 * Argument: the binary that rclnodejs will load.
 */
const binaryPath = /** @type {string} */ (process.argv[2]);
const topic = '/tether_setup_check';
const text = 'hello from set-up';
const publishEveryMs = 50;

// Read by ROS 2 when the context starts: the newer name, then Humble's.
process.env['ROS_AUTOMATIC_DISCOVERY_RANGE'] = 'LOCALHOST';
process.env['ROS_LOCALHOST_ONLY'] = '1';

// Throws where the binary does not load; importing rclnodejs in that state would delete it.
process.dlopen({ exports: {} }, binaryPath);

const { default: rclnodejs } = await import('rclnodejs');
await rclnodejs.init();
const node = rclnodejs.createNode(`tether_setup_check_${process.pid}`);
const publisher = node.createPublisher('std_msgs/msg/String', topic);
const received = new Promise((resolve) => {
  node.createSubscription('std_msgs/msg/String', topic, { isRaw: true }, (/** @type {Buffer} */ bytes) => {
    if (bytes.includes(text)) resolve(undefined);
  });
});
node.spin();
const timer = setInterval(() => publisher.publish({ data: text }), publishEveryMs);
await received;
clearInterval(timer);
rclnodejs.shutdown();
console.log('received');
