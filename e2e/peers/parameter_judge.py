"""ROS 2's own parser as the judge of parameter files.

Reads one JSON document a line: {"files", "nodes": [{"name", "namespace", "parameters": {name: type}}]}. For each it starts
these nodes with `--params-file` for each of the files, declares the parameters with their types as the original nodes do, and answers
{"ok": true, "values": [{name: value}, ...]} with what was read back, or {"ok": false, "error"}.
"""

import json
import sys

import rclpy
from rclpy.context import Context
from rclpy.executors import ExternalShutdownException  # noqa: F401  (fails early when rclpy is not whole)
from rclpy.node import Node
from rclpy.parameter import Parameter

TYPES = {
    "bool": Parameter.Type.BOOL,
    "int": Parameter.Type.INTEGER,
    "double": Parameter.Type.DOUBLE,
    "string": Parameter.Type.STRING,
    "string[]": Parameter.Type.STRING_ARRAY,
}


def read_back(context, described):
    node = Node(
        described["name"],
        namespace=described["namespace"],
        context=context,
        enable_rosout=False,
        start_parameter_services=False,
    )
    try:
        values = {}
        for name, kind in described["parameters"].items():
            node.declare_parameter(name, TYPES[kind])
            value = node.get_parameter(name).value
            values[name] = list(value) if kind == "string[]" else value
        return values
    finally:
        node.destroy_node()


def judge(asked):
    context = Context()
    try:
        rclpy.init(args=["--ros-args", *(word for file in asked["files"] for word in ("--params-file", file))], context=context)
        return {"ok": True, "values": [read_back(context, node) for node in asked["nodes"]]}
    except Exception as error:  # whatever ends a node ends this one
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}
    finally:
        if context.ok():
            context.try_shutdown()


for line in sys.stdin:
    print(json.dumps(judge(json.loads(line))), flush=True)
