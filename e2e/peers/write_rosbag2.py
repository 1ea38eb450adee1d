#!/usr/bin/env python3
"""Writes a folder as ROS 2 records bags, with the rosbags library, in MCAP or SQLite: see bag_messages.py for what is in it."""

import argparse

import bag_messages
from rosbags.rosbag2 import CompressionFormat, CompressionMode, StoragePlugin, Writer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--storage", choices=["mcap", "sqlite3"], default="mcap")
    parser.add_argument("--compress", choices=["none", "file", "message"], default="none")
    bag_messages.add_arguments(parser)
    arguments = parser.parse_args()
    messages = bag_messages.Messages(ros=2)
    bag = Writer(arguments.folder, version=9, storage_plugin=StoragePlugin[arguments.storage.upper()])
    bag.set_compression(CompressionMode[arguments.compress.upper()], CompressionFormat.ZSTD)
    with bag:
        topics = {
            topic: bag.add_connection(topic, kind, typestore=messages.types) for topic, kind in messages.topics(arguments).items()
        }
        messages.write(arguments, lambda topic, at, data: bag.write(topics[topic], at, data))


if __name__ == "__main__":
    main()
