#!/usr/bin/env python3
"""The demo robot: a real ROS 2 process of several nodes, for trying Tether without a robot.

It logs to /rosout at all five levels and publishes ros_monitoring_msgs/MetricList on /metrics, in a story that repeats
(see story.py). It prints `ready` when its publishers exist, and ends when it is told to (SIGTERM, SIGINT), when the
process that started it dies, and, with --exit-with-stdin, when its standard input closes.
"""

import argparse
import ctypes
import heapq
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import rclpy
from rclpy.executors import SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

sys.path.append(str(Path(__file__).resolve().parent.parent / 'health'))
from health_node import HealthNode
from metrics import MetricsNode
from nodes import RobotNode, create_nodes
from story import Moment, Phase, Story

METRICS_PERIOD = 1.0
"""Seconds between two MetricLists."""
JITTER = 0.15
"""How far a period may be off, as a share of it: clocks of real nodes drift against each other."""
SERVE_TIMEOUT = 0.2
"""Seconds until it is looked whether to stop."""
PR_SET_PDEATHSIG = 1


class Performance:
    """Plays the story: calls each node's duties when they are due, and tells each change of phase."""

    def __init__(
        self, nodes: list[RobotNode], metrics: MetricsNode, health: HealthNode, story: Story, rate_scale: float
    ) -> None:
        self._nodes = nodes
        self._story = story
        self._rate_scale = rate_scale
        self._phase: tuple[int, Phase] | None = None
        self._queue: list[tuple[float, int, float, Callable[[Moment], None]]] = []
        duties = [(METRICS_PERIOD, metrics.publish), (METRICS_PERIOD, lambda _: health.publish())]
        for node in nodes:
            duties.extend(node.duties())
        for number, (period, duty) in enumerate(duties):
            heapq.heappush(self._queue, (period * story.random.random(), number, period, duty))

    def play(self, stopped: threading.Event) -> None:
        """Runs until told to stop."""
        began = time.monotonic()
        self._tell_phase(self._story.at(0.0))
        while not stopped.is_set():
            due, number, period, duty = heapq.heappop(self._queue)
            wait = due / self._rate_scale - (time.monotonic() - began)
            if wait > 0 and stopped.wait(wait):
                return
            moment = self._story.at(due)
            self._tell_phase(moment)
            duty(moment)
            next_due = due + period * (1 + self._story.random.uniform(-JITTER, JITTER))
            heapq.heappush(self._queue, (next_due, number, period, duty))

    def _tell_phase(self, moment: Moment) -> None:
        if self._phase == (moment.loop, moment.phase):
            return
        self._phase = (moment.loop, moment.phase)
        for node in self._nodes:
            node.entered(moment)


def stop_with_parent(stopped: threading.Event) -> None:
    """Has the kernel send SIGTERM when the parent dies; stops now if it died before that was set up."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        stopped.set()


def stop_with_stdin(stopped: threading.Event) -> None:
    """Stops when standard input closes."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        stopped.set()

    threading.Thread(target=watch, daemon=True).start()


def serve(executor: SingleThreadedExecutor, stopped: threading.Event) -> None:
    """Answers who sets a node's level."""
    while not stopped.is_set():
        executor.spin_once(timeout_sec=SERVE_TIMEOUT)


def positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError('must be greater than 0')
    return value


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description='A robot to try Tether with.')
    parser.add_argument('--rate-scale', type=positive, default=1.0, help='how fast the story runs (1 is real time)')
    parser.add_argument('--robot-id', default='demo-rover', help='the dimension robot_id of its metrics')
    parser.add_argument('--exit-with-stdin', action='store_true', help='end when standard input closes')
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    stop_with_parent(stopped)
    if arguments.exit_with_stdin:
        stop_with_stdin(stopped)

    context = rclpy.Context()
    # Only /rosout: whoever starts the robot does not read its console, and nothing is to be left in ~/.ros.
    quiet = ['--ros-args', '--disable-stdout-logs', '--disable-external-lib-logs']
    rclpy.init(args=quiet, context=context, signal_handler_options=SignalHandlerOptions.NO)
    story = Story()
    nodes = create_nodes(context, story.random)
    metrics = MetricsNode(context, arguments.robot_id)
    health = HealthNode(context, arguments.robot_id, METRICS_PERIOD, namespace='/health')
    performance = Performance(nodes, metrics, health, story, arguments.rate_scale)
    executor = SingleThreadedExecutor(context=context)
    for node in nodes:
        executor.add_node(node)
    serving = threading.Thread(target=serve, args=(executor, stopped), daemon=True)
    serving.start()
    print('ready', flush=True)
    performance.play(stopped)
    serving.join()
    executor.shutdown()

    for node in [*nodes, metrics, health]:
        node.destroy_node()
    rclpy.shutdown(context=context)


if __name__ == '__main__':
    main()
