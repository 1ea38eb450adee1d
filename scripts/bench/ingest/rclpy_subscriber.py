"""An rclpy subscriber of /rosout that only counts: the peer of the benchmarks. Speaks as answer.mjs does.

With --latencies it also notes how old each message is when its callback is called.
"""

import json
import sys
import threading
import time

import rclpy
from rcl_interfaces.msg import Log
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

QUIET_S = 1.5
NOTES_AGES = "--latencies" in sys.argv
received = [0]
ages_ms = []


def count(message):
    if message.name == "tether_test_publisher":
        received[0] += 1
        if NOTES_AGES:
            ages_ms.append(time.time_ns() / 1e6 - message.stamp.sec * 1e3 - message.stamp.nanosec / 1e6)


def say(**fields):
    print(json.dumps(fields), flush=True)


def listen(node):
    for line in sys.stdin:
        if line.strip() != "report":
            continue
        last = -1
        since = time.monotonic()
        while time.monotonic() - since < QUIET_S:
            if received[0] != last:
                since = time.monotonic()
            last = received[0]
            time.sleep(0.05)
        say(event="report", received=received[0], lost=None, cpuS=time.process_time(), agesMs=ages_ms)
    rclpy.try_shutdown()


def main():
    rclpy.init()
    node = rclpy.create_node("tether_bench_rclpy", enable_rosout=False, start_parameter_services=False)
    qos = QoSProfile(
        depth=10_000, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.TRANSIENT_LOCAL
    )
    node.create_subscription(Log, "/rosout", count, qos)
    threading.Thread(target=listen, args=(node,), daemon=True).start()
    say(event="ready")
    try:
        rclpy.spin(node)
    except rclpy.executors.ExternalShutdownException:
        pass


main()
