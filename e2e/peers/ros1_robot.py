#!/usr/bin/env python3
"""A real ROS 1 node (rospy) for tests. It needs ROS_MASTER_URI, and rospy of the system's Python.

It prints one JSON line for each moment: {"event": "ready"}, {"event": "logged"}, {"event": "measured"}, {"event": "said"}.
It obeys one JSON object a line on stdin:
{"do": "log", "first": n, "count": n, "subscriber": id, "skip": s}  numbered messages on --log-topic; `skip` sequence numbers are
                                                                    left out before them
{"do": "measure", "count": n, "subscriber": id}                     one MetricList of n metrics on --metric-topic
{"do": "say", "subscriber": id}                                     one message of each level by rospy's own logging (--own-rosout)
Before it obeys, it waits until the node `subscriber` is connected to what is to be sent (by way of the rosout node, if that
says /rosout again). It ends when stdin closes.
"""

import argparse
import json
import os
import sys
import threading
import time
import xmlrpc.client

import peer_events
import rosgraph
import rospy
from genpy.dynamic import generate_dynamic
from rosgraph_msgs.msg import Log
from std_msgs.msg import Header

LINE = "=" * 80
METRIC_LIST = f"""MetricData[] metrics
{LINE}
MSG: ros_monitoring_msgs/MetricData
Header header
string metric_name
string unit
float64 value
time time_stamp
MetricDimension[] dimensions
{LINE}
MSG: std_msgs/Header
uint32 seq
time stamp
string frame_id
{LINE}
MSG: ros_monitoring_msgs/MetricDimension
string name
string value
"""
LEVELS = [1, 2, 4, 8, 16]


# rospy writes its log lines to stdout: what is told here goes there alone.
OUTPUT = os.dup(1)
os.dup2(2, 1)


def say(**fields):
    peer_events.say(OUTPUT, **fields)


def aggregator():
    """The API of the node that publishes /rosout_agg, or None."""
    master = rosgraph.Master("/tether_test_look")
    publishers = dict(master.getSystemState()[0])
    nodes = publishers.get("/rosout_agg", [])
    return master.lookupNode(nodes[0]) if nodes else None


def is_connected(api, topic, subscriber):
    _, _, links = xmlrpc.client.ServerProxy(api).getBusInfo("/tether_test_look")
    return any(link[1] == subscriber and link[2] == "o" and link[4] == topic for link in links)


def wait_until(is_so):
    while not is_so():
        time.sleep(0.01)


def wait_for(publisher, topic, subscriber):
    own_api = rospy.get_node_uri()
    through = aggregator() if topic == "/rosout" else None
    if through is None:
        wait_until(lambda: is_connected(own_api, topic, subscriber))
        return
    wait_until(lambda: publisher is None or publisher.get_num_connections() > 0)
    wait_until(lambda: is_connected(through, "/rosout_agg", subscriber))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="tether_test_robot")
    parser.add_argument("--log-topic", default="/rosout")
    parser.add_argument("--metric-topic", default="/metrics")
    parser.add_argument("--queue", type=int, default=0, help="messages that wait for a slow subscriber; 0: no limit")
    parser.add_argument("--own-rosout", action="store_true", help="rospy's own logging goes to /rosout")
    parser.add_argument("--odd-topic", action="store_true", help="--metric-topic has a type that is no metric")
    parser.add_argument("--stamp", type=int, default=1_800_000_000, help="time of message 0, seconds since the epoch")
    arguments = parser.parse_args()

    rospy.init_node(
        arguments.name, log_level=rospy.DEBUG, disable_rosout=not arguments.own_rosout, disable_signals=True
    )
    types = generate_dynamic("ros_monitoring_msgs/MetricList", METRIC_LIST)
    metric_list = Header if arguments.odd_topic else types["ros_monitoring_msgs/MetricList"]
    logs = None
    if not arguments.own_rosout:
        logs = rospy.Publisher(arguments.log_topic, Log, queue_size=arguments.queue)
    metrics = rospy.Publisher(arguments.metric_topic, metric_list, queue_size=arguments.queue)
    say(event="ready")

    for line in sys.stdin:
        order = json.loads(line)
        if order["do"] == "log":
            wait_for(logs, arguments.log_topic, order["subscriber"])
            logs.impl.seq += order.get("skip", 0)
            for number in range(order["first"], order["first"] + order["count"]):
                header = Header(stamp=rospy.Time(arguments.stamp + number, 5))
                logs.publish(
                    Log(header, LEVELS[number % 5], "/node", f"message {number}", "a.py", "f", 7, ["/rosout", "/b"])
                )
            say(event="logged")
        elif order["do"] == "measure":
            wait_for(metrics, arguments.metric_topic, order["subscriber"])
            stamp = rospy.Time(arguments.stamp, 5)
            dimension = types["ros_monitoring_msgs/MetricDimension"](name="robot_id", value="r")
            metric = types["ros_monitoring_msgs/MetricData"]
            message = metric_list(
                [metric(Header(), f"m{i}", "percent", float(i), stamp, [dimension]) for i in range(order["count"])]
            )
            metrics.publish(message)
            say(event="measured")
        elif order["do"] == "say":
            wait_for(None, "/rosout", order["subscriber"])
            own = rospy.impl.rosout._rosout_pub
            wait_until(lambda: own.get_num_connections() > 0)
            for speak in (rospy.logdebug, rospy.loginfo, rospy.logwarn, rospy.logerr, rospy.logfatal):
                speak("%s says so", arguments.name)
            say(event="said")
    rospy.signal_shutdown("told to end")


if __name__ == "__main__":
    main()
