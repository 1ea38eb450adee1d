#!/usr/bin/env python3
"""A Foxglove WebSocket server for tests, made of the Foxglove SDK; messages are serialised by `rosbags`.

It prints one JSON line for each moment: {"event": "ready", "port": n}, {"event": "subscribed", "topic": t},
{"event": "logged"}, {"event": "measured"}. It obeys one JSON object a line on stdin:
{"do": "log", "first": n, "count": n, "skip": s}   numbered messages, once a client has subscribed; `skip`: sequence numbers left out
{"do": "measure", "count": n}                       one MetricList of n metrics, once a client has subscribed
It ends when stdin closes.
"""

import argparse
import json
import sys
import threading

import foxglove
from foxglove import Channel, Schema
from foxglove.messages import Log, LogLevel, Timestamp
from peer_events import say
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

METRICS = {
    "MetricDimension": "string name\nstring value\n",
    "MetricData": "std_msgs/Header header\nstring metric_name\nstring unit\nfloat64 value\n{time} time_stamp\n"
    "ros_monitoring_msgs/MetricDimension[] dimensions\n",
    "MetricList": "ros_monitoring_msgs/MetricData[] metrics\n",
}
LEVELS = {"cdr": [10, 20, 30, 40, 50], "ros1": [1, 2, 4, 8, 16], "json": [1, 2, 3, 4, 5]}


def types_for(ros):
    store = get_typestore(Stores.ROS2_JAZZY if ros == 2 else Stores.ROS1_NOETIC)
    added = {}
    for name, text in METRICS.items():
        time = "builtin_interfaces/Time" if ros == 2 else "time"
        added.update(get_types_from_msg(text.format(time=time), f"ros_monitoring_msgs/msg/{name}"))
    store.register(added)
    return store


class Robot:
    def __init__(self, encoding, log_topic, metric_topic, stamp):
        self.stamp = stamp
        self.encoding = encoding
        self.ros = 1 if encoding == "ros1" else 2
        self.types = types_for(self.ros)
        log_type = "rcl_interfaces/msg/Log" if self.ros == 2 else "rosgraph_msgs/msg/Log"
        self.log_type = log_type
        if encoding in ("json", "protobuf"):
            self.metrics = Channel(metric_topic, message_encoding="json", schema=self.json_schema("ros_monitoring_msgs/msg/MetricList"))
            if encoding == "json":
                self.logs = Channel(log_topic, message_encoding="json", schema=self.json_schema("foxglove.Log"))
            else:
                self.logs = foxglove.channels.LogChannel(log_topic)
        else:
            self.logs = self.ros_channel(log_topic, log_type)
            self.metrics = self.ros_channel(metric_topic, "ros_monitoring_msgs/msg/MetricList")

    def json_schema(self, name):
        return Schema(name=name, encoding="jsonschema", data=b'{"type": "object"}')

    def ros_channel(self, topic, message_type):
        text, _ = self.types.generate_msgdef(message_type, ros_version=self.ros)
        name = message_type if self.ros == 2 else message_type.replace("/msg/", "/")
        encoding = f"ros{self.ros}msg"
        schema = Schema(name=name, encoding=encoding, data=text.encode())
        return Channel(topic, message_encoding="cdr" if self.ros == 2 else "ros1", schema=schema)

    def bytes_of(self, message, message_type):
        serialise = self.types.serialize_cdr if self.ros == 2 else self.types.serialize_ros1
        return bytes(serialise(message, message_type))

    def log(self, number, sequence):
        text = f"message {number}"
        stamp = (self.stamp + number, 5)
        if self.encoding == "protobuf":
            levels = [LogLevel.Debug, LogLevel.Info, LogLevel.Warning, LogLevel.Error, LogLevel.Fatal]
            level = levels[number % 5]
            self.logs.log(Log(timestamp=Timestamp(*stamp), level=level, message=text, name="node", file="a.py", line=7))
            return
        level = LEVELS[self.encoding][number % 5]
        if self.encoding == "json":
            time = {"sec": stamp[0], "nsec": stamp[1]}
            self.logs.log({"timestamp": time, "level": level, "message": text, "name": "node", "file": "a.py", "line": 7})
            return
        kinds = self.types.types
        time = kinds["builtin_interfaces/msg/Time"](*stamp)
        rest = {"level": level, "name": "node", "msg": text, "file": "a.py", "function": "f", "line": 7}
        if self.ros == 2:
            message = kinds[self.log_type](stamp=time, **rest)
        else:
            header = kinds["std_msgs/msg/Header"](seq=sequence, stamp=time, frame_id="")
            message = kinds[self.log_type](header=header, topics=["/a", "/b"], **rest)
        self.logs.log(self.bytes_of(message, self.log_type))

    def measure(self, count):
        if self.encoding in ("json", "protobuf"):
            time = {"sec": self.stamp, "nanosec": 5}
            metric = {"unit": "percent", "time_stamp": time, "dimensions": [{"name": "robot_id", "value": "r"}]}
            self.metrics.log({"metrics": [{**metric, "metric_name": f"m{i}", "value": float(i)} for i in range(count)]})
            return
        kinds = self.types.types
        time = kinds["builtin_interfaces/msg/Time"](self.stamp, 5)
        first = {"seq": 0} if self.ros == 1 else {}
        header = kinds["std_msgs/msg/Header"](**first, stamp=time, frame_id="")
        dimension = kinds["ros_monitoring_msgs/msg/MetricDimension"](name="robot_id", value="r")
        metrics = [
            kinds["ros_monitoring_msgs/msg/MetricData"](
                header=header, metric_name=f"m{i}", unit="percent", value=float(i), time_stamp=time, dimensions=[dimension]
            )
            for i in range(count)
        ]
        list_type = "ros_monitoring_msgs/msg/MetricList"
        self.metrics.log(self.bytes_of(kinds[list_type](metrics=metrics), list_type))


class Listener:
    """Knows which topics a client has subscribed to."""

    def __init__(self):
        self.changed = threading.Condition()
        self.subscribed = {}

    def on_subscribe(self, client, channel):
        with self.changed:
            self.subscribed[channel.topic] = self.subscribed.get(channel.topic, 0) + 1
            self.changed.notify_all()
        say(event="subscribed", topic=channel.topic)

    def on_unsubscribe(self, client, channel):
        with self.changed:
            self.subscribed[channel.topic] = self.subscribed.get(channel.topic, 1) - 1

    def wait_for(self, topic):
        with self.changed:
            self.changed.wait_for(lambda: self.subscribed.get(topic, 0) > 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoding", choices=["cdr", "ros1", "json", "protobuf"], default="cdr")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log-topic", default="/rosout")
    parser.add_argument("--metric-topic", default="/metrics")
    parser.add_argument("--stamp", type=int, default=1_800_000_000, help="time of message 0, seconds since the epoch")
    parser.add_argument("--speed-topic", default="", help="a topic of std_msgs/msg/Float64, one number with each measurement")
    parser.add_argument("--odd-topic", action="store_true", help="/rosout has a type that is no log")
    arguments = parser.parse_args()

    listener = Listener()
    server = foxglove.start_server(name="test robot", port=arguments.port, server_listener=listener, message_backlog_size=100_000)
    if arguments.odd_topic:
        odd = Channel("/rosout", message_encoding="cdr", schema=Schema(name="std_msgs/msg/String", encoding="ros2msg", data=b"string data\n"))
    robot = None if arguments.odd_topic else Robot(arguments.encoding, arguments.log_topic, arguments.metric_topic, arguments.stamp)
    speed = robot.ros_channel(arguments.speed_topic, "std_msgs/msg/Float64") if arguments.speed_topic else None
    say(event="ready", port=server.port)
    sequence = 0
    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "log":
            listener.wait_for(arguments.log_topic)
            sequence += order.get("skip", 0)
            for number in range(order["first"], order["first"] + order["count"]):
                sequence += 1
                robot.log(number, sequence)
            say(event="logged")
        elif order["do"] == "measure":
            listener.wait_for(arguments.metric_topic)
            robot.measure(order["count"])
            if speed is not None:
                listener.wait_for(arguments.speed_topic)
                number = robot.types.types["std_msgs/msg/Float64"](data=1.5)
                speed.log(robot.bytes_of(number, "std_msgs/msg/Float64"))
            say(event="measured")
    server.stop()


if __name__ == "__main__":
    main()
