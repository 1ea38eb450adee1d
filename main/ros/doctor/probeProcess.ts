import type { Problem } from '../../model/Problem.js';
import { systemClock } from '../../seams/Clock.js';
import { openRosNode, type RosNode } from '../RosNode.js';
import { type ProbeOrder, probeOrderSchema, type ProbeReport } from './probeReport.js';

/**
 * The doctor's look at a robot, as a robot host sees it: joins the domain, listens for a while, tells what it saw and ends.
 * Its order is its one argument. It subscribes with the least (best effort, volatile), which every publisher serves.
 */
interface Heard {
  messages: number;
  clockDifferenceMs: number | null;
  numbered: boolean | null;
  problem: Problem | null;
}

/** Of the nodes that robot hosts and this probe make. */
const ourPrefix = 'tether_';
const millisecond = 1_000_000n;

function listen(node: RosNode, topic: string, schemaName: string): Heard {
  const heard: Heard = { messages: 0, clockDifferenceMs: null, numbered: null, problem: null };
  const quality = { depth: 100, reliable: false, keptByPublishers: false };
  const subscribed = node.subscribe(topic, schemaName, quality, ({ sequence, sentNs }) => {
    heard.messages += 1;
    heard.numbered = sequence > 0;
    if (sentNs <= 0n) return;
    const differenceMs = Number((systemClock.nowNs() - sentNs) / millisecond);
    const before = heard.clockDifferenceMs;
    heard.clockDifferenceMs = before === null ? differenceMs : Math.min(before, differenceMs);
  });
  if (!subscribed.ok) heard.problem = subscribed.problem;
  return heard;
}

function report(node: RosNode, order: ProbeOrder, heard: readonly Heard[]): ProbeReport {
  return {
    rmw: node.rmw(),
    nodes: node.nodes().filter((name) => !name.startsWith(`/${ourPrefix}`)),
    ours: order.topics.flatMap(({ topic }) =>
      node
        .subscribers(topic)
        .flatMap(({ node: name, participant }) => (name.startsWith(ourPrefix) ? [participant] : [])),
    ),
    topics: order.topics.map(({ topic, schemaName }, index) => {
      const { messages = 0, clockDifferenceMs = null, numbered = null, problem = null } = heard[index] ?? {};
      const publishers = node.publishers(topic).map((publisher) => ({
        node: publisher.node,
        type: publisher.schemaName,
        reliable: publisher.reliable,
        keepsMessages: publisher.keepsMessages,
      }));
      return { topic, schemaName, problem, publishers, messages, clockDifferenceMs, numbered };
    }),
    listenedMs: order.listenMs,
  };
}

/** The process cannot end in order once ROS runs (see RosNode): what it said is out, and then it goes. */
function leave(text: string, code: number): void {
  process.stdout.write(`${text}\n`, () => {
    process.exitCode = code;
    process.kill(process.pid, 'SIGKILL');
  });
}

const order = probeOrderSchema.parse(JSON.parse(process.argv[2] ?? ''));
const opened = openRosNode(`${ourPrefix}doctor_${process.pid}`, order.nativeFile);
if (opened.ok) {
  const node = opened.value;
  const heard = order.topics.map(({ topic, schemaName }) => listen(node, topic, schemaName));
  setTimeout(() => {
    const text = JSON.stringify(report(node, order, heard));
    node.shutdown();
    leave(text, 0);
  }, order.listenMs);
} else {
  leave(JSON.stringify({ problem: opened.problem }), 1);
}
