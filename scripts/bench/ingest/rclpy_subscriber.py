"""An rclpy subscriber of /rosout that only counts: the peer of the benchmark. Speaks as answer.mjs does."""

import json
import sys
import threading
import time

import rclpy
from rcl_interfaces.msg import Log
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

QUIET_S = 1.5
received = [0]


def count(message):
    if message.name == "tether_test_publisher":
        received[0] += 1


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
        say(event="report", received=received[0], lost=None, cpuS=time.process_time())
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
