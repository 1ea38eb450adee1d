#!/usr/bin/env python3
"""Publishes this machine's health as ros_monitoring_msgs/MetricList on /metrics (or `--topic`), as RoboMaker's health_metric_collector did.

For the robot or the laptop: `tether health`, or with a sourced ROS 2 `python3 health_node.py`. It reads the original's
parameters `interval` (seconds, 5; the original's ROS 2 version read it and then took 1 s) and `robot_id`, also from its
parameter file (`--ros-args --params-file`).
"""

import argparse
import os
import signal
import sys
import threading

import rclpy
from rclpy.context import Context
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.signals import SignalHandlerOptions
from ros_monitoring_msgs.msg import MetricData, MetricDimension, MetricList

from machine_health import MachineHealth

TOPIC = '/metrics'
"""From the root on, as the original's; a topic without the slash lies in the node's namespace."""
QUEUE_DEPTH = 1000
INTERVAL_MIN, INTERVAL_MAX = 0.1, 3600.0


class HealthNode(Node):
    """One MetricList a measurement, all with one time. Whoever owns it calls `publish`."""

    def __init__(
        self, context: Context, robot_id: str | None, interval: float | None, namespace: str = '', topic: str = TOPIC
    ) -> None:
        super().__init__(
            'health_metric_collector', namespace=namespace, context=context, start_parameter_services=False
        )
        # Taken as it is written: the originals' parameter files have it as an integer or as a float.
        self.declare_parameter('interval', 5.0, ignore_override=interval is not None, descriptor=any_number())
        self.declare_parameter('robot_id', 'Default_Robot', ignore_override=robot_id is not None)
        self.interval = float(interval if interval is not None else self.get_parameter('interval').value)
        self._robot_id = robot_id if robot_id is not None else str(self.get_parameter('robot_id').value)
        self._machine = MachineHealth()
        self._metrics_publisher = self.create_publisher(MetricList, topic, QoSProfile(depth=QUEUE_DEPTH))

    def publish(self) -> int:
        """Measures and publishes; returns how many metrics these were."""
        stamp = self.get_clock().now().to_msg()
        message = MetricList()
        for name, unit, value, dimensions in self._machine.samples():
            metric = MetricData(metric_name=name, unit=unit, value=float(value), time_stamp=stamp)
            metric.header.stamp = stamp
            named = {'robot_id': self._robot_id, **dimensions}
            metric.dimensions = [MetricDimension(name=key, value=text) for key, text in named.items()]
            message.metrics.append(metric)
        self._metrics_publisher.publish(message)
        return len(message.metrics)


def any_number():
    from rcl_interfaces.msg import ParameterDescriptor

    return ParameterDescriptor(dynamic_typing=True)


def parse_arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description="Publishes this machine's health on a topic.")
    parser.add_argument('--namespace', default='', help='of the node, and of a topic without a slash in front')
    parser.add_argument('--topic', default=None, help='default: /metrics, with a namespace NAMESPACE/metrics')
    parser.add_argument('--robot-id', default=None, help='the dimension robot_id; default: the parameter robot_id')
    parser.add_argument('--interval', type=float, default=None, help='seconds between two measurements')
    parser.add_argument('--exit-with-stdin', action='store_true', help='end when standard input closes')
    return parser.parse_known_args()


def main() -> int:
    arguments, ros_arguments = parse_arguments()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    if arguments.exit_with_stdin:
        threading.Thread(target=lambda: (drain_stdin(), stopped.set()), daemon=True).start()
    context = Context()
    rclpy.init(
        args=ros_arguments or ['--ros-args', '--disable-external-lib-logs'],
        context=context,
        signal_handler_options=SignalHandlerOptions.NO,
    )
    topic = arguments.topic or (TOPIC if arguments.namespace == '' else TOPIC.lstrip('/'))
    node = HealthNode(context, arguments.robot_id, arguments.interval, arguments.namespace, topic)
    if not INTERVAL_MIN <= node.interval <= INTERVAL_MAX:
        print(f'interval is {node.interval}: it must be {INTERVAL_MIN} to {INTERVAL_MAX} seconds', file=sys.stderr)
        return 2
    print('ready', flush=True)
    while not stopped.wait(node.interval):
        node.publish()
    node.destroy_node()
    rclpy.shutdown(context=context)
    return 0


def drain_stdin() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass


if __name__ == '__main__':
    sys.exit(main())
