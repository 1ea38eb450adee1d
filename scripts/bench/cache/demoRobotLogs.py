"""Prints the demo robot's log lines as JSON, one a line, as fast as it goes: its own nodes and story, without ROS.

What the nodes need of rclpy stands here as stand-ins. A line's stamp is the story's time when it was said; file, function and line
are those of the code that said it, as rclpy has it. Usage: demoRobotLogs.py FOLDER_OF_THE_DEMO_ROBOT RECORDS
"""

import json
import sys
import types
from pathlib import Path
from random import Random

START_SECONDS = 1_790_000_000.25


class Spoken(Exception):
    """Enough lines were said."""


class Output:
    """Counts and prints; knows the story's time."""

    def __init__(self, records: int) -> None:
        self.left = records
        self.seconds = 0.0
        self._random = Random(3)

    def say(self, severity: str, node: str, message: str) -> None:
        caller = sys._getframe(2)
        stamp = round((START_SECONDS + self.seconds) * 1_000_000) * 1000 + self._random.randrange(1000)
        code = caller.f_code
        line = {
            'stampNs': str(stamp), 'severity': severity, 'node': node, 'message': message,
            'file': code.co_filename, 'function': code.co_name, 'line': caller.f_lineno,
        }
        print(json.dumps(line, ensure_ascii=False))
        # Saying takes a little time too: no two stamps are the same.
        self.seconds += 0.000_18
        self.left -= 1
        if self.left == 0:
            raise Spoken


class Logger:
    """Stands in for rclpy's."""

    def __init__(self, name: str, output: Output) -> None:
        self._name = name
        self._output = output

    def set_level(self, level: object) -> None:
        pass

    def debug(self, message: str) -> None:
        self._output.say('DEBUG', self._name, message)

    def info(self, message: str) -> None:
        self._output.say('INFO', self._name, message)

    def warning(self, message: str) -> None:
        self._output.say('WARN', self._name, message)

    def error(self, message: str) -> None:
        self._output.say('ERROR', self._name, message)

    def fatal(self, message: str) -> None:
        self._output.say('FATAL', self._name, message)


class SilentMetrics:
    """Only the logs are wanted."""

    def publish(self, moment: object = None) -> None:
        pass


class NeverStopped:
    """The story is played without waiting."""

    def is_set(self) -> bool:
        return False

    def wait(self, seconds: float) -> bool:
        return False


def stand_in(name: str, **content: object) -> None:
    module = types.ModuleType(name)
    vars(module).update(content)
    sys.modules[name] = module


def main() -> None:
    folder, records = Path(sys.argv[1]), int(sys.argv[2])
    output = Output(records)

    class Node:
        def __init__(self, name: str, namespace: str = '', **_: object) -> None:
            self._logger = Logger(f'{namespace}/{name}'.strip('/').replace('/', '.'), output)

        def get_logger(self) -> Logger:
            return self._logger

    stand_in('rclpy', Context=object)
    stand_in('rclpy.context', Context=object)
    stand_in('rclpy.executors', SingleThreadedExecutor=object)
    stand_in('rclpy.logging', LoggingSeverity=types.SimpleNamespace(DEBUG=10))
    stand_in('rclpy.node', Node=Node)
    stand_in('rclpy.qos', QoSProfile=object)
    stand_in('rclpy.signals', SignalHandlerOptions=object)
    stand_in('ros_monitoring_msgs')
    stand_in('ros_monitoring_msgs.msg', MetricData=object, MetricDimension=object, MetricList=object)
    sys.path.insert(0, str(folder))
    from demo_robot import Performance
    from nodes import create_nodes
    from story import Story

    class TimedStory(Story):
        def at(self, seconds: float) -> object:
            output.seconds = max(output.seconds, seconds)
            return super().at(seconds)

    story = TimedStory()
    try:
        silent = SilentMetrics()
        Performance(create_nodes(None, story.random), silent, silent, story, 1.0).play(NeverStopped())
    except Spoken:
        pass


if __name__ == '__main__':
    main()
