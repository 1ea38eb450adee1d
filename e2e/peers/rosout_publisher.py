#!/usr/bin/env python3
"""A real ROS 2 publisher for tests: numbered log messages on /rosout and, if asked, MetricLists on /metrics.

It offers what rclcpp's own /rosout publisher offers (reliable, transient local), and prints one JSON line for each moment:
{"event": "ready"}, {"event": "matched", "subscribers": n}, {"event": "started"}, {"event": "paused"} (with --pause-after: it goes on
with a line on stdin), {"event": "sent"} (nobody need have it yet),
{"event": "stamps", "stampsMs": [...]} (with --tell-stamps), {"event": "done", "logs": n, "metricLists": n, "seconds": s}.
Then it stays until SIGTERM comes (or its stdin closes, with --exit-with-stdin), so that what it kept can still be asked for,
unless --leave is given.
"""

import argparse
import os
import signal
import sys
import threading
import time

from peer_events import say


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domain", type=int, default=None, help="ROS domain; default: ROS_DOMAIN_ID")
    parser.add_argument("--node", default="tether_test_publisher", help="name of the node, and of the logger in the messages")
    parser.add_argument("--logger", default=None, help="name in the messages, should it not be the node's: `arm.gripper`")
    clock = parser.add_mutually_exclusive_group()
    clock.add_argument("--clock-offset", type=float, default=0.0, help="seconds that this robot's clock is ahead; below 0: behind")
    clock.add_argument(
        "--booted-at", type=float, default=None, help="stamps count from here, seconds since 1970: a robot whose clock was not set"
    )
    parser.add_argument("--topic", default="/rosout")
    parser.add_argument("--count", type=int, default=100, help="log messages to send; 0: until ended")
    parser.add_argument("--no-logs", action="store_true", help="publish metrics only")
    parser.add_argument("--rate", type=float, default=100.0, help="log messages a second; 0: as fast as possible")
    parser.add_argument("--first", type=int, default=0, help="number of the first message")
    parser.add_argument("--text", default="message {number} of the test", help="{number} stands for the sequence number")
    parser.add_argument("--level", type=int, default=0, help="one level for all; 0: the five in turn")
    parser.add_argument("--depth", type=int, default=1000, help="history depth of the log publisher")
    parser.add_argument("--volatile", action="store_true", help="offer no history (transient local otherwise)")
    parser.add_argument("--best-effort", action="store_true", help="publish logs and metrics best effort")
    parser.add_argument("--metrics", type=int, default=0, help="metrics in each list; 0: none are published")
    parser.add_argument("--metric-lists", type=int, default=10, help="lists to send")
    parser.add_argument("--metric-rate", type=float, default=10.0, help="lists a second")
    parser.add_argument("--metric-topic", default="/metrics")
    parser.add_argument("--logger-service", action="store_true", help="let the level be set; say each as {event: level N}")
    parser.add_argument("--numbers", type=int, default=0, help="messages to send on /speed (Float64) and /diagnostics")
    parser.add_argument("--wait-for-subscribers", type=int, default=0, help="start when so many have matched")
    parser.add_argument(
        "--settle",
        type=float,
        default=0.5,
        help="seconds to wait after the match: a publisher finds a subscriber up to 0.3 s before it is found by it, and one "
        "that sends best effort is never told that it was; a reliable one that sends more than it keeps, and fast, also waits "
        "until its first message is acknowledged",
    )
    parser.add_argument("--pause-after", type=int, default=0, help="log messages after which it waits for a line on stdin")
    parser.add_argument("--burst", type=int, default=0, help="log messages that it sends at once after that wait")
    parser.add_argument("--leave", action="store_true", help="end when all is sent and acknowledged")
    parser.add_argument("--tell-stamps", action="store_true", help="say the stamps of all log messages, ms since the epoch")
    parser.add_argument("--exit-with-stdin", action="store_true", help="end when stdin closes")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.domain is not None:
        os.environ["ROS_DOMAIN_ID"] = str(arguments.domain)
    import rclpy
    from rcl_interfaces.msg import Log
    from rclpy.duration import Duration
    from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGINT, lambda *_: ended.set())
    go_on = threading.Event()
    if arguments.exit_with_stdin:
        threading.Thread(target=follow_stdin, args=(go_on, ended), daemon=True).start()

    rclpy.init(signal_handler_options=rclpy.signals.SignalHandlerOptions.NO)
    # The node's own /rosout stays off: what the tests count is what they ordered.
    with_service = {"enable_logger_service": True} if arguments.logger_service else {}
    node = rclpy.create_node(arguments.node, enable_rosout=False, start_parameter_services=False, **with_service)
    if arguments.logger_service:
        threading.Thread(target=serve_level, args=(node, ended), daemon=True).start()
    reliability = ReliabilityPolicy.BEST_EFFORT if arguments.best_effort else ReliabilityPolicy.RELIABLE
    durability = DurabilityPolicy.VOLATILE if arguments.volatile else DurabilityPolicy.TRANSIENT_LOCAL
    log_publisher = None
    if not arguments.no_logs:
        log_publisher = node.create_publisher(
            Log, arguments.topic, QoSProfile(depth=arguments.depth, reliability=reliability, durability=durability)
        )
    metric_publisher = None
    if arguments.metrics > 0:
        from ros_monitoring_msgs.msg import MetricList

        metric_publisher = node.create_publisher(
            MetricList, arguments.metric_topic, QoSProfile(depth=100, reliability=reliability)
        )
    number_publishers = []
    if arguments.numbers > 0:
        from diagnostic_msgs.msg import DiagnosticArray
        from std_msgs.msg import Float64

        number_publishers = [
            node.create_publisher(Float64, "/speed", 100),
            node.create_publisher(DiagnosticArray, "/diagnostics", 100),
        ]
    say(event="ready")
    wait_for_subscribers(arguments, [p for p in (log_publisher, metric_publisher, *number_publishers) if p], ended)
    say(event="started")
    began = time.monotonic()
    lists_sent = [0]
    metric_thread = threading.Thread(target=lambda: send_metrics(arguments, node, metric_publisher, lists_sent, ended))
    metric_thread.start()
    stamps_ms = [] if arguments.tell_stamps else None
    logs_sent = send_logs(arguments, node, log_publisher, ended, go_on, stamps_ms) if log_publisher else 0
    send_numbers(arguments, node, number_publishers, ended)
    metric_thread.join()
    say(event="sent")
    if stamps_ms is not None:
        say(event="stamps", stampsMs=stamps_ms)
    for publisher in (log_publisher, metric_publisher):
        if publisher and not arguments.best_effort:
            publisher.wait_for_all_acked(Duration(seconds=10))
    say(event="done", logs=logs_sent, metricLists=lists_sent[0], seconds=round(time.monotonic() - began, 3))
    if not arguments.leave:
        ended.wait()
    node.destroy_node()
    rclpy.shutdown()


def serve_level(node, ended):
    import rclpy

    last = None
    while not ended.is_set():
        rclpy.spin_once(node, timeout_sec=0.05)
        level = int(node.get_logger().get_effective_level())
        if level != last:
            say(event=f"level {level}")
        last = level


def wait_for_subscribers(arguments, publishers, ended):
    if arguments.wait_for_subscribers == 0:
        return
    matched = 0
    while not ended.is_set() and matched < arguments.wait_for_subscribers:
        time.sleep(0.02)
        matched = min(publisher.get_subscription_count() for publisher in publishers)
    say(event="matched", subscribers=matched)
    ended.wait(arguments.settle)


def follow_stdin(go_on, ended):
    for _ in sys.stdin:
        go_on.set()
    go_on.set()
    ended.set()


def outruns_its_history(arguments):
    """Whether its first message may be gone before a busy machine has found it."""
    sends_more = arguments.count == 0 or arguments.count > arguments.depth
    return sends_more and (arguments.rate <= 0 or arguments.depth / arguments.rate < 10)


def wait_until_heard(arguments, publisher, ended):
    """Who has acknowledged a message has found its publisher: all that comes after reaches it, or is known to be lost."""
    from rclpy.duration import Duration

    if arguments.wait_for_subscribers == 0 or arguments.best_effort:
        return
    while not ended.is_set() and not publisher.wait_for_all_acked(Duration(seconds=0.2)):
        pass


class Pace:
    """Keeps a rate over many messages: late ones are caught up with, so the count of a second is right."""

    def __init__(self, rate):
        self.rate = rate
        self.began = time.monotonic()

    def begin_with(self, index):
        self.began = time.monotonic() - (index / self.rate if self.rate > 0 else 0)

    def wait_for(self, index):
        if self.rate <= 0:
            return
        wait = self.began + index / self.rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)


def send_logs(arguments, node, publisher, ended, go_on, stamps_ms=None):
    from rcl_interfaces.msg import Log
    from rclpy.duration import Duration

    message = Log()
    message.name = arguments.logger or arguments.node
    message.file = "rosout_publisher.py"
    message.function = "send_logs"
    levels = [Log.DEBUG, Log.INFO, Log.WARN, Log.ERROR, Log.FATAL]
    levels = [level if isinstance(level, int) else level[0] for level in levels]
    ahead_s = arguments.clock_offset if arguments.booted_at is None else arguments.booted_at - time.time()
    shift = Duration(seconds=ahead_s) if ahead_s else None
    pace = Pace(arguments.rate)
    sent = 0
    while (sent < arguments.count or arguments.count == 0) and not ended.is_set():
        pace.wait_for(sent)
        number = arguments.first + sent
        now = node.get_clock().now()
        if shift is not None:
            now += shift
        message.stamp = now.to_msg()
        if stamps_ms is not None:
            stamps_ms.append(round(now.nanoseconds / 1e6, 3))
        message.level = arguments.level or levels[number % len(levels)]
        message.msg = arguments.text.replace("{number}", str(number))
        message.line = number % 1000
        publisher.publish(message)
        sent += 1
        if sent == 1 and outruns_its_history(arguments):
            wait_until_heard(arguments, publisher, ended)
            pace.begin_with(sent)
        if sent == arguments.pause_after:
            say(event="paused")
            go_on.wait()
            pace.begin_with(sent + arguments.burst)
    return sent


def send_numbers(arguments, node, publishers, ended):
    if not publishers:
        return
    from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus, KeyValue
    from std_msgs.msg import Float64

    pace = Pace(arguments.metric_rate)
    for number in range(arguments.numbers):
        if ended.is_set():
            return
        pace.wait_for(number)
        publishers[0].publish(Float64(data=number / 2))
        status = DiagnosticStatus(level=DiagnosticStatus.WARN, name="left motor", hardware_id="m-1")
        status.values = [KeyValue(key="temperature", value=str(60 + number)), KeyValue(key="state", value="runs")]
        array = DiagnosticArray(status=[status])
        array.header.stamp = node.get_clock().now().to_msg()
        publishers[1].publish(array)


def send_metrics(arguments, node, publisher, lists_sent, ended):
    if publisher is None:
        return
    from ros_monitoring_msgs.msg import MetricData, MetricDimension, MetricList

    pace = Pace(arguments.metric_rate)
    while lists_sent[0] < arguments.metric_lists and not ended.is_set():
        pace.wait_for(lists_sent[0])
        stamp = node.get_clock().now().to_msg()
        message = MetricList()
        for index in range(arguments.metrics):
            metric = MetricData()
            metric.header.stamp = stamp
            metric.metric_name = f"test_metric_{index}"
            metric.unit = MetricData.UNIT_PERCENTAGE if hasattr(MetricData, "UNIT_PERCENTAGE") else "percent"
            metric.value = float(lists_sent[0])
            metric.time_stamp = stamp
            metric.dimensions = [MetricDimension(name="robot_id", value=arguments.node)]
            message.metrics.append(metric)
        publisher.publish(message)
        lists_sent[0] += 1


if __name__ == "__main__":
    main()
