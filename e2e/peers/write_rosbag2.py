#!/usr/bin/env python3
"""Writes a folder as ROS 2 records bags, with the rosbags library: ten log messages on /rosout, in MCAP or SQLite."""

import argparse

from rosbags.rosbag2 import StoragePlugin, Writer
from rosbags.typesys import Stores, get_typestore


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--storage", choices=["mcap", "sqlite3"], default="mcap")
    arguments = parser.parse_args()
    types = get_typestore(Stores.ROS2_JAZZY)
    log, time = types.types["rcl_interfaces/msg/Log"], types.types["builtin_interfaces/msg/Time"]
    with Writer(arguments.folder, version=9, storage_plugin=StoragePlugin[arguments.storage.upper()]) as bag:
        connection = bag.add_connection("/rosout", log.__msgtype__, typestore=types)
        for number in range(10):
            stamp = time(1_700_000_000 + number, 0)
            message = log(stamp=stamp, level=20, name="node", msg=f"message {number}", file="", function="", line=0)
            bag.write(connection, stamp.sec * 1_000_000_000, types.serialize_cdr(message, log.__msgtype__))


if __name__ == "__main__":
    main()
