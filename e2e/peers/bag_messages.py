"""What the writers of bags write, with the rosbags library: `message 0`, `message 1`, ... on /rosout, a MetricList of two on /metrics
after each tenth, and strings of some kilobytes on /chatter, which nobody asks for."""

from rosbags.typesys import Stores, get_types_from_msg, get_typestore

START_S = 1_700_000_000
METRIC_DIMENSION = "string name\nstring value\n"
METRIC_DATA = (
    "std_msgs/Header header\nstring metric_name\nstring unit\nfloat64 value\n{time} time_stamp\n"
    "ros_monitoring_msgs/MetricDimension[] dimensions\n"
)
METRIC_LIST = "ros_monitoring_msgs/MetricData[] metrics\n"
LIST_TYPE = "ros_monitoring_msgs/msg/MetricList"


def add_arguments(parser):
    parser.add_argument("--messages", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--period-ms", type=int, default=1000)
    parser.add_argument("--chatter-bytes", type=int, default=3000)
    parser.add_argument("--speed", action="store_true", help="a std_msgs/msg/Float64 on /speed after each tenth (ROS 2)")


class Messages:
    """Of ROS 1 or ROS 2, with their types."""

    def __init__(self, ros):
        self.ros = ros
        self.types = get_typestore(Stores.ROS1_NOETIC if ros == 1 else Stores.ROS2_JAZZY)
        time = "time" if ros == 1 else "builtin_interfaces/Time"
        for name, text in [("MetricDimension", METRIC_DIMENSION), ("MetricData", METRIC_DATA), ("MetricList", METRIC_LIST)]:
            self.types.register(get_types_from_msg(text.format(time=time), f"ros_monitoring_msgs/msg/{name}"))
        self.log_type = "rosgraph_msgs/msg/Log" if ros == 1 else "rcl_interfaces/msg/Log"
        self.serialize = self.types.serialize_ros1 if ros == 1 else self.types.serialize_cdr

    def topics(self, arguments):
        speed = {"/speed": "std_msgs/msg/Float64"} if arguments.speed else {}
        return {"/rosout": self.log_type, "/metrics": LIST_TYPE, "/chatter": "std_msgs/msg/String", **speed}

    def write(self, arguments, write):
        """Calls write(topic, time in ns, bytes) for each message."""
        for number in range(arguments.first, arguments.first + arguments.messages):
            at = START_S * 1_000_000_000 + number * arguments.period_ms * 1_000_000
            write("/rosout", at, self.serialize(self._log(number, at), self.log_type))
            chatter = self.types.types["std_msgs/msg/String"](data="x" * (arguments.chatter_bytes * (number % 7) // 3))
            write("/chatter", at, self.serialize(chatter, "std_msgs/msg/String"))
            if number % 10 == 9:
                write("/metrics", at, self.serialize(self._metrics(number, at), LIST_TYPE))
                if arguments.speed:
                    speed = self.types.types["std_msgs/msg/Float64"](data=number / 10)
                    write("/speed", at, self.serialize(speed, "std_msgs/msg/Float64"))

    def _time(self, at):
        return self.types.types["builtin_interfaces/msg/Time"](at // 1_000_000_000, at % 1_000_000_000)

    def _header(self, number, at):
        sequence = {"seq": number} if self.ros == 1 else {}
        return self.types.types["std_msgs/msg/Header"](**sequence, stamp=self._time(at), frame_id="")

    def _log(self, number, at):
        shared = {"name": "node", "msg": f"message {number}", "file": "a.py", "function": "f", "line": 7}
        log = self.types.types[self.log_type]
        if self.ros == 1:
            level = [1, 2, 4, 8, 16][number % 5]
            return log(header=self._header(number, at), level=level, topics=["/rosout"], **shared)
        return log(stamp=self._time(at), level=[10, 20, 30, 40, 50][number % 5], **shared)

    def _metrics(self, number, at):
        data = self.types.types["ros_monitoring_msgs/msg/MetricData"]
        header, stamp = self._header(number, at), self._time(at)
        values = [
            data(header=header, metric_name=f"m{i}", unit="percent", value=float(i), time_stamp=stamp, dimensions=[])
            for i in range(2)
        ]
        return self.types.types[LIST_TYPE](metrics=values)
