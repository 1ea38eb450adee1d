#!/usr/bin/env python3
"""Writes a bag of ROS 1 with the rosbags library: see bag_messages.py for what is in it. With --unclosed it ends as a recorder that
crashed: without an index."""

import argparse

import bag_messages
from rosbags.rosbag1 import Writer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--compression", choices=["none", "bz2", "lz4"], default="none")
    parser.add_argument("--chunk-bytes", type=int, default=1024 * 1024)
    parser.add_argument("--unclosed", action="store_true")
    bag_messages.add_arguments(parser)
    arguments = parser.parse_args()
    messages = bag_messages.Messages(ros=1)
    bag = Writer(arguments.file)
    bag.chunk_threshold = arguments.chunk_bytes
    if arguments.compression != "none":
        bag.set_compression(Writer.CompressionFormat[arguments.compression.upper()])
    bag.open()
    topics = {topic: bag.add_connection(topic, kind, typestore=messages.types) for topic, kind in messages.topics(arguments).items()}
    messages.write(arguments, lambda topic, at, data: bag.write(topics[topic], at, data))
    if arguments.unclosed:
        bag.abort()
    else:
        bag.close()


if __name__ == "__main__":
    main()
