#!/usr/bin/env python3
"""Reads an MCAP file with the public Python packages `mcap` and `mcap-ros2-support`: a reader that is none of ours.

Prints one JSON line for each message, in the file's order, with the robot's message decoded from the file's own schema.
Integers that JSON's numbers may not hold come as texts. With --seeking the file's summary and chunk indexes are used.
The last line sums up: {"messages": n, "statistics": n or null, "chunkIndexes": n or null}.
"""

import argparse
import json
import sys

from mcap.reader import NonSeekingReader, SeekingReader
from mcap_ros2.decoder import DecoderFactory


def plain(value):
    if hasattr(value, "__slots__"):
        return {name: plain(getattr(value, name)) for name in value.__slots__}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--seeking", action="store_true")
    arguments = parser.parse_args()
    with open(arguments.file, "rb") as stream:
        kind = SeekingReader if arguments.seeking else NonSeekingReader
        reader = kind(stream, validate_crcs=True, decoder_factories=[DecoderFactory()])
        count = 0
        for schema, channel, message, decoded in reader.iter_decoded_messages(log_time_order=False):
            count += 1
            report = {
                "topic": channel.topic,
                "messageEncoding": channel.message_encoding,
                "metadata": channel.metadata,
                "schemaName": schema.name,
                "schemaEncoding": schema.encoding,
                "logTime": str(message.log_time),
                "publishTime": str(message.publish_time),
                "sequence": message.sequence,
                "data": message.data.hex(),
                "decoded": plain(decoded),
            }
            print(json.dumps(report))
    with open(arguments.file, "rb") as stream:
        summary = SeekingReader(stream).get_summary()
    statistics = summary.statistics.message_count if summary is not None and summary.statistics is not None else None
    indexes = len(summary.chunk_indexes) if summary is not None else None
    print(json.dumps({"messages": count, "statistics": statistics, "chunkIndexes": indexes}))


if __name__ == "__main__":
    sys.exit(main())
