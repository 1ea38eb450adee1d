"""The demo robot's metrics: this machine's own health, and the values that go with the story.

Names, units and dimensions of the health metrics are those of RoboMaker's health_metric_collector, so that what was set
up for it finds the same names.
"""

import os
import time
from pathlib import Path

from rclpy.context import Context
from rclpy.node import Node
from rclpy.qos import QoSProfile
from ros_monitoring_msgs.msg import MetricData, MetricDimension, MetricList

from story import Moment

TOPIC = '/metrics'
QUEUE_DEPTH = 100
MEGABYTE = 1024 * 1024

Sample = tuple[str, str, float, dict[str, str]]
"""Name, unit, value, and the dimensions beside `robot_id`."""


class MetricsNode(Node):
    """Publishes one MetricList for each tick."""

    def __init__(self, context: Context, robot_id: str) -> None:
        super().__init__('metrics', namespace='/health', context=context, start_parameter_services=False)
        self._robot_id = robot_id
        self._machine = MachineHealth()
        self._metrics_publisher = self.create_publisher(MetricList, TOPIC, QoSProfile(depth=QUEUE_DEPTH))

    def publish(self, moment: Moment) -> None:
        """Measures and publishes, all with one time."""
        stamp = self.get_clock().now().to_msg()
        message = MetricList()
        for name, unit, value, dimensions in self._machine.samples() + story_samples(moment):
            metric = MetricData(metric_name=name, unit=unit, value=float(value), time_stamp=stamp)
            metric.header.stamp = stamp
            named = {'robot_id': self._robot_id, **dimensions}
            metric.dimensions = [MetricDimension(name=key, value=text) for key, text in named.items()]
            message.metrics.append(metric)
        self._metrics_publisher.publish(message)


def story_samples(moment: Moment) -> list[Sample]:
    """What the robot's own parts measure at this moment."""
    power = {'category': 'Power'}
    left, right = {'category': 'Drive', 'motor': 'left'}, {'category': 'Drive', 'motor': 'right'}
    none, percent = MetricData.UNIT_NONE, MetricData.UNIT_PERCENTAGE
    return [
        ('battery_voltage', none, moment.battery_voltage, power),
        ('battery_charge', percent, moment.charge_percent, power),
        ('winding_temperature', none, moment.left_winding, left),
        ('winding_temperature', none, moment.right_winding, right),
        ('motor_current', none, moment.left_current, left),
        ('motor_current', none, moment.right_current, right),
        ('speed', none, moment.speed, {'category': 'Drive'}),
    ]


class MachineHealth:
    """Reads /proc. Processor use is measured between two calls, so the first call gives none."""

    def __init__(self) -> None:
        self._last_times = read_processor_times()

    def samples(self) -> list[Sample]:
        health = {'category': 'RobotHealth'}
        free, total = read_memory_megabytes()
        return [
            *((name, MetricData.UNIT_PERCENTAGE, value, health) for name, value in self._processor_use().items()),
            ('free_ram', MetricData.UNIT_MEGABYTES, free, health),
            ('total_ram', MetricData.UNIT_MEGABYTES, total, health),
            ('system_uptime', MetricData.UNIT_SEC, int(time.clock_gettime(time.CLOCK_BOOTTIME)), health),
            ('process_count', MetricData.UNIT_NONE, count_processes(), health),
        ]

    def _processor_use(self) -> dict[str, float]:
        times = read_processor_times()
        use = {}
        for name, (busy, total) in times.items():
            last_busy, last_total = self._last_times.get(name, (busy, total))
            if total > last_total:
                use[name] = 100 * (busy - last_busy) / (total - last_total)
        self._last_times = times
        return use


def read_processor_times() -> dict[str, tuple[int, int]]:
    """Busy and total ticks since start, by metric name: of all cores together and of each."""
    times = {}
    for line in Path('/proc/stat').read_text().splitlines():
        if not line.startswith('cpu'):
            break
        label, *fields = line.split()
        # user, nice, system, idle, iowait, irq, softirq, steal; guest times are in user already.
        ticks = [int(field) for field in fields[:8]]
        idle = ticks[3] + ticks[4]
        name = 'cpu_usage_tot' if label == 'cpu' else f'cpu_usage_core_{label[3:]}'
        times[name] = (sum(ticks) - idle, sum(ticks))
    return times


def read_memory_megabytes() -> tuple[float, float]:
    """Free and total memory."""
    page = os.sysconf('SC_PAGE_SIZE')
    free, total = os.sysconf('SC_AVPHYS_PAGES'), os.sysconf('SC_PHYS_PAGES')
    return free * page / MEGABYTE, total * page / MEGABYTE


def count_processes() -> int:
    return sum(name.isdigit() for name in os.listdir('/proc'))
