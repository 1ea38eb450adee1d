"""What the peers tell the tests: one JSON object a line on standard output."""

import json
import os
import sys
import threading

_ONE_AT_A_TIME = threading.Lock()


def say(descriptor=None, **fields):
    """Write one event as one line.

    Peers tell from several threads, and print() writes a line and its end apart: two lines came out
    as one. Here a line goes out whole before the next begins.
    """
    left = (json.dumps(fields) + "\n").encode()
    target = sys.stdout.fileno() if descriptor is None else descriptor
    with _ONE_AT_A_TIME:
        while left:
            left = left[os.write(target, left) :]
