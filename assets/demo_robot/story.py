"""The demo robot's day, thirteen minutes long and then again: what is physically so at each moment.

A rover leaves its dock, climbs a ramp with a load, and its left motor, whose encoder slips, overheats until the driver
trips; it cools, goes on slowly, delivers, and comes home for a fresh battery. Nothing here knows of ROS: `nodes.py`
turns this into log lines, `metrics.py` into metrics, so that both tell the same story.

Times are seconds since the loop began. Values between two points of a curve lie on a straight line.
"""

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from random import Random

LOOP_SECONDS = 780.0


class Phase(Enum):
    """What the robot is doing, with the second at which it begins."""

    BRING_UP = 0.0
    OUTBOUND = 12.0
    CLIMB = 150.0
    FAULT = 330.0
    TRIPPED = 450.0
    COOLING = 462.0
    RECOVERY = 560.0
    DELIVERY = 660.0
    HOME = 700.0


class Curve:
    """A value over the time of the loop."""

    def __init__(self, *points: tuple[float, float]) -> None:
        self._times = [time for time, _ in points]
        self._values = [value for _, value in points]

    def at(self, time: float) -> float:
        """The value at a second of the loop; before the first and after the last point, that point's."""
        after = bisect_right(self._times, time)
        if after == 0:
            return self._values[0]
        if after == len(self._times):
            return self._values[-1]
        begin, end = self._times[after - 1], self._times[after]
        share = (time - begin) / (end - begin)
        return self._values[after - 1] + share * (self._values[after] - self._values[after - 1])


SPEED = Curve(
    (12, 0), (16, 0.62), (150, 0.62), (165, 0.44), (330, 0.41), (420, 0.28), (449, 0.19), (450, 0), (560, 0),
    (568, 0.30), (655, 0.31), (660, 0), (700, 0), (705, 0.50), (760, 0.50), (765, 0),
)
LEFT_WINDING = Curve((0, 41), (150, 49), (330, 66), (400, 73), (449, 84.5), (470, 83), (560, 58), (660, 61), (780, 41))
RIGHT_WINDING = Curve((0, 40), (150, 46), (330, 55), (449, 58), (560, 47), (660, 50), (780, 40))
CHARGE = Curve((0, 94), (150, 88), (330, 74), (450, 66), (560, 65), (700, 60), (764, 57), (765, 94), (780, 94))
ENCODER_GAP = Curve(
    (0, 0.01), (330, 0.02), (345, 0.19), (400, 0.34), (449, 0.61), (450, 0.0), (560, 0.02), (780, 0.01),
)
LOAD_CURRENT = Curve(
    (0, 0.9), (12, 1.1), (16, 4.2), (150, 4.4), (165, 9.6), (330, 11.2), (449, 19.8), (450, 0.8), (560, 0.8),
    (568, 4.8), (660, 1.2), (700, 4.0), (765, 0.9),
)

GOALS = {
    Phase.BRING_UP: ('dock', 0.0),
    Phase.OUTBOUND: ('ramp foot', 85.0),
    Phase.CLIMB: ('loading bay', 118.0),
    Phase.FAULT: ('loading bay', 46.0),
    Phase.TRIPPED: ('loading bay', 12.4),
    Phase.COOLING: ('loading bay', 12.4),
    Phase.RECOVERY: ('loading bay', 31.0),
    Phase.DELIVERY: ('loading bay', 0.3),
    Phase.HOME: ('dock', 32.0),
}


@dataclass(frozen=True)
class Moment:
    """The robot at one moment. Temperatures in °C, currents in A, speeds in m/s, lengths in m, angles in rad."""

    time: float
    loop: int
    phase: Phase
    speed: float
    turn_rate: float
    left_winding: float
    right_winding: float
    left_current: float
    right_current: float
    encoder_gap: float
    charge_percent: float
    battery_voltage: float
    weakest_cell: int
    weakest_cell_voltage: float
    covariance_trace: float
    innovation: float
    goal: str
    distance_to_goal: float

    @property
    def in_phase(self) -> float:
        """Seconds since the phase began."""
        return self.time - self.phase.value

    @property
    def is_moving(self) -> bool:
        return self.speed > 0.02


class Story:
    """Answers what is so at a time; small noise comes from a seeded generator, so that runs look alike."""

    def __init__(self, seed: int = 7) -> None:
        self.random = Random(seed)

    def at(self, seconds: float) -> Moment:
        """The moment `seconds` after the story began, whichever loop that is in."""
        loop, time = divmod(seconds, LOOP_SECONDS)
        phase = phase_at(time)
        speed = max(0.0, SPEED.at(time) + self._noise(0.012)) if SPEED.at(time) > 0 else 0.0
        current = LOAD_CURRENT.at(time)
        charge = CHARGE.at(time)
        voltage = 20.6 + 0.045 * charge - 0.055 * current + self._noise(0.02)
        slip = ENCODER_GAP.at(time)
        goal, distance = GOALS[phase]
        return Moment(
            time=time,
            loop=int(loop),
            phase=phase,
            speed=speed,
            turn_rate=self._noise(0.06) if speed > 0 else 0.0,
            left_winding=LEFT_WINDING.at(time) + self._noise(0.15),
            right_winding=RIGHT_WINDING.at(time) + self._noise(0.15),
            left_current=max(0.0, current * 0.56 + self._noise(0.2)),
            right_current=max(0.0, current * 0.44 + self._noise(0.2)),
            encoder_gap=max(0.0, slip + self._noise(0.02)),
            charge_percent=charge,
            battery_voltage=voltage,
            weakest_cell=3,
            weakest_cell_voltage=voltage / 7 - 0.02 - 0.006 * current,
            covariance_trace=0.0165 + 0.03 * slip + abs(self._noise(0.0012)),
            innovation=3.0 + 34 * slip + abs(self._noise(3.0)),
            goal=goal,
            distance_to_goal=max(0.0, distance - self._travelled(phase, time)),
        )

    def _noise(self, spread: float) -> float:
        return self.random.gauss(0.0, spread)

    def _travelled(self, phase: Phase, time: float) -> float:
        """Metres since the phase began, near enough."""
        return (SPEED.at(time) + SPEED.at((phase.value + time) / 2)) / 2 * (time - phase.value)


def phase_at(time: float) -> Phase:
    """The last phase that has begun at a second of the loop."""
    return max((phase for phase in Phase if phase.value <= time), key=lambda phase: phase.value)
