"""The values that the demo robot's own parts measure, which go with the story. Its machine's health is told by Tether's health
node (assets/health), as on a real robot.
"""

from rclpy.context import Context
from rclpy.node import Node
from rclpy.qos import QoSProfile
from ros_monitoring_msgs.msg import MetricData, MetricDimension, MetricList

from story import Moment

TOPIC = '/metrics'
QUEUE_DEPTH = 100

Sample = tuple[str, str, float, dict[str, str]]
"""Name, unit, value, and the dimensions beside `robot_id`."""


class MetricsNode(Node):
    """Publishes one MetricList for each tick."""

    def __init__(self, context: Context, robot_id: str) -> None:
        super().__init__('telemetry', namespace='/drive', context=context, start_parameter_services=False)
        self._robot_id = robot_id
        self._metrics_publisher = self.create_publisher(MetricList, TOPIC, QoSProfile(depth=QUEUE_DEPTH))

    def publish(self, moment: Moment) -> None:
        """Measures and publishes, all with one time."""
        stamp = self.get_clock().now().to_msg()
        message = MetricList()
        for name, unit, value, dimensions in story_samples(moment):
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

