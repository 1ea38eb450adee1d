#!/usr/bin/env python3
"""Writes a bag with the Python mcap library: `message 0`, `message 1`, ... on /rosout, one every --period-ms, and a MetricList of two
after each tenth. Besides them there is a topic that nobody asks for."""

import argparse

from mcap.writer import CompressionType
from mcap_ros2.writer import Writer

LINE = "=" * 80
TIME = f"{LINE}\nMSG: builtin_interfaces/Time\nint32 sec\nuint32 nanosec\n"
LOG = (
    "builtin_interfaces/Time stamp\nuint8 level\nstring name\nstring msg\nstring file\nstring function\nuint32 line\n"
    + TIME
)
METRICS = (
    f"ros_monitoring_msgs/MetricData[] metrics\n{LINE}\nMSG: ros_monitoring_msgs/MetricData\nstd_msgs/Header header\n"
    "string metric_name\nstring unit\nfloat64 value\nbuiltin_interfaces/Time time_stamp\n"
    f"ros_monitoring_msgs/MetricDimension[] dimensions\n{LINE}\nMSG: std_msgs/Header\nbuiltin_interfaces/Time stamp\n"
    f"string frame_id\n{LINE}\nMSG: ros_monitoring_msgs/MetricDimension\nstring name\nstring value\n" + TIME
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--period-ms", type=int, default=100)
    parser.add_argument("--compression", choices=["none", "lz4", "zstd"], default="zstd")
    parser.add_argument("--chunk-bytes", type=int, default=1024 * 1024)
    parser.add_argument("--speed", action="store_true", help="a std_msgs/msg/Float64 on /speed after each tenth")
    parser.add_argument("--start", type=int, default=1_700_000_000, help="time of message 0, seconds since the epoch")
    arguments = parser.parse_args()
    compression = CompressionType[arguments.compression.upper()]
    with open(arguments.file, "wb") as stream:
        writer = Writer(stream, chunk_size=arguments.chunk_bytes, compression=compression)
        log = writer.register_msgdef("rcl_interfaces/msg/Log", LOG)
        metrics = writer.register_msgdef("ros_monitoring_msgs/msg/MetricList", METRICS)
        speed = writer.register_msgdef("std_msgs/msg/Float64", "float64 data") if arguments.speed else None
        other = writer.register_msgdef("std_msgs/msg/String", "string data")
        for number in range(arguments.first, arguments.first + arguments.messages):
            at = arguments.start * 1_000_000_000 + number * arguments.period_ms * 1_000_000
            stamp = {"sec": at // 1_000_000_000, "nanosec": at % 1_000_000_000}
            level = [10, 20, 30, 40, 50][number % 5]
            text = {"stamp": stamp, "level": level, "name": "node", "msg": f"message {number}", "file": "a.py", "function": "f", "line": 7}
            writer.write_message("/rosout", log, text, log_time=at, publish_time=at, sequence=number)
            writer.write_message("/chatter", other, {"data": "x"}, log_time=at, publish_time=at, sequence=number)
            if number % 10 == 9:
                header = {"stamp": stamp, "frame_id": ""}
                metric = {"header": header, "unit": "percent", "time_stamp": stamp, "dimensions": []}
                values = [{**metric, "metric_name": f"m{i}", "value": float(i)} for i in range(2)]
                if arguments.speed:
                    writer.write_message("/speed", speed, {"data": number / 10}, log_time=at, publish_time=at, sequence=number)
                writer.write_message("/metrics", metrics, {"metrics": values}, log_time=at, publish_time=at, sequence=number)
        writer.finish()


if __name__ == "__main__":
    main()
