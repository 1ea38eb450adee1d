#!/usr/bin/env python3
"""A real rclpy node with parameters, as the original CloudWatch node declares them, for tests of the parameter services.

It refuses a log group whose name begins with "forbidden", in its own words, and says each value that it takes as
{"event": "NAME=VALUE"}. {"event": "ready"} when it spins. Ends on SIGTERM, or when stdin closes with --exit-with-stdin.
"""

import argparse
import sys
import threading

from peer_events import say


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--node", default="cloudwatch_logger")
    parser.add_argument("--namespace", default="/")
    parser.add_argument("--no-services", action="store_true", help="switch the parameter services off")
    parser.add_argument("--exit-with-stdin", action="store_true", help="end when stdin closes")
    arguments = parser.parse_args()
    import rclpy
    from rcl_interfaces.msg import ParameterDescriptor, SetParametersResult
    from rclpy.node import Node

    rclpy.init()
    node = Node(arguments.node, namespace=arguments.namespace, start_parameter_services=not arguments.no_services)
    for name, value in {
        "log_group_name": "old group",
        "publish_frequency": 5.0,
        "sub_to_rosout": True,
        "storage_limit": 1048576,
        "topics": ["/a", "/bé"],
        "numbers": [1, 2],
        "aws_client_configuration.region": "us-west-2",
    }.items():
        node.declare_parameter(name, value)
    node.declare_parameter("log_stream_name", "fixed", ParameterDescriptor(read_only=True))

    def take(parameters):
        for parameter in parameters:
            if parameter.name == "log_group_name" and parameter.value.startswith("forbidden"):
                return SetParametersResult(successful=False, reason="that group is not ours")
        for parameter in parameters:
            say(event=f"{parameter.name}={parameter.value}")
        return SetParametersResult(successful=True)

    node.add_on_set_parameters_callback(take)
    if arguments.exit_with_stdin:
        threading.Thread(target=lambda: (sys.stdin.read(), rclpy.try_shutdown()), daemon=True).start()
    say(event="ready")
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, rclpy.executors.ExternalShutdownException):
        pass


main()
