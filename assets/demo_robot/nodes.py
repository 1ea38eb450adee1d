"""The demo robot's nodes. Each logs through its own rclpy logger, so that name, file, function and line are real.

A node lists what it does as (period, method); the methods are called with the present moment, and with each change of
phase `entered` is called once. Periods are in seconds of the story. rclpy keeps the severity of a line of code, so each
severity has a call of its own.
"""

from collections.abc import Callable
from inspect import signature
from random import Random

from rclpy.context import Context
from rclpy.logging import LoggingSeverity
from rclpy.node import Node

from story import Moment, Phase

LOGGER_SERVICE = {'enable_logger_service': True} if 'enable_logger_service' in signature(Node).parameters else {}
"""Jazzy has it; Humble's nodes do not let their level be set."""

Duty = tuple[float, Callable[[Moment], None]]


class RobotNode(Node):
    """A node that speaks. Its parameter services stay off, so it starts quickly; the level of what it says can be set."""

    def __init__(self, name: str, namespace: str, context: Context, random: Random) -> None:
        super().__init__(name, namespace=namespace, context=context, start_parameter_services=False, **LOGGER_SERVICE)
        self.log = self.get_logger()
        self.log.set_level(LoggingSeverity.DEBUG)
        self.random = random

    def duties(self) -> list[Duty]:
        """What the node does again and again."""
        raise NotImplementedError

    def entered(self, moment: Moment) -> None:
        """A phase has begun."""


class Planner(RobotNode):
    """Plans paths to the goal of the phase."""

    def __init__(self, context: Context, random: Random) -> None:
        super().__init__('planner', '/nav', context, random)

    def duties(self) -> list[Duty]:
        return [(1.6, self.plan), (2.4, self.check_progress), (9.0, self.report_costmap)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.log.info(f'Map hall_2.yaml loaded: 1184 x 902 cells, 5 cm; mission {moment.loop + 1} begins')
        elif moment.phase is Phase.TRIPPED:
            self.log.error(f'Goal {moment.goal} aborted {moment.distance_to_goal:.1f} m before it: drive not available')
        elif moment.phase is Phase.COOLING:
            self.log.warning('Mission paused until the drive is back')
        elif moment.phase is Phase.DELIVERY:
            self.log.info(f'Goal {moment.goal} reached, 0.04 m and 1.2 degrees off')
        else:
            self.log.info(f'New goal: {moment.goal}, {moment.distance_to_goal:.1f} m')

    def plan(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.log.info('Waiting for the costmap')
        if not moment.is_moving:
            return
        poses = max(3, int(moment.distance_to_goal * 2.6))
        milliseconds = self.random.randint(11, 26)
        self.log.info(f'Path found: {moment.distance_to_goal:.1f} m, {poses} poses, {milliseconds} ms')

    def check_progress(self, moment: Moment) -> None:
        if moment.phase is Phase.FAULT and self.random.random() < 0.55:
            self.log.warning('Replanning: progress below 0.05 m/s')
        elif moment.is_moving:
            self.log.debug(f'Progress {moment.speed:.2f} m/s towards {moment.goal}')

    def report_costmap(self, moment: Moment) -> None:
        self.log.debug(f'Costmap updated, {self.random.randint(180, 420)} cells changed')


class Controller(RobotNode):
    """Follows the path."""

    def __init__(self, context: Context, random: Random) -> None:
        super().__init__('controller', '/nav', context, random)

    def duties(self) -> list[Duty]:
        return [(0.3, self.command), (1.1, self.follow)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.TRIPPED:
            self.log.error('No valid velocity command, stopping')
        elif moment.phase is Phase.RECOVERY:
            self.log.warning('Speed limited to 0.30 m/s after a drive fault')

    def command(self, moment: Moment) -> None:
        if moment.is_moving:
            self.log.debug(f'cmd_vel {moment.speed:.2f} {moment.turn_rate:.2f}')
        elif moment.phase is Phase.BRING_UP:
            self.log.debug('Waiting for the transform from map to odom')

    def follow(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.log.info(f'Holding still until localized, {100 * moment.time / Phase.OUTBOUND.value:.0f} % sure')
        elif moment.phase is Phase.TRIPPED:
            self.log.error('No valid velocity command, stopping')
        elif moment.phase is Phase.FAULT and self.random.random() < 0.12:
            self.log.error(f'Off the path by {0.21 + moment.encoder_gap / 3:.2f} m, turning left')
        elif moment.is_moving:
            self.log.info(f'Following path, {moment.speed:.2f} m/s')


class Localization(RobotNode):
    """Fuses wheels, inertial unit and scans."""

    def __init__(self, context: Context, random: Random) -> None:
        super().__init__('ekf', '/localization', context, random)

    def duties(self) -> list[Duty]:
        return [(0.4, self.update), (2.1, self.check_odometry)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.log.info('Initial pose from dock marker 4: x 2.31 y 0.87 yaw 1.57')
        elif moment.phase is Phase.OUTBOUND:
            self.log.info('Localized, 412 of 500 particles agree')

    def update(self, moment: Moment) -> None:
        self.log.debug(f'Covariance trace {moment.covariance_trace:.4f}')

    def check_odometry(self, moment: Moment) -> None:
        if Lidar.STALLS_AT <= moment.time < Lidar.BACK_AT:
            self.log.warning('No scans to match, dead reckoning')
        elif moment.innovation > 11.0:
            self.log.warning(f'Wheel odometry rejected (χ² {moment.innovation:.1f})')


class Lidar(RobotNode):
    """Reads the scanner, whose motor does not like cold starts."""

    STALLS_AT = 5.0
    BACK_AT = 10.0
    SILENT_FOR = 2.0

    def __init__(self, context: Context, random: Random) -> None:
        super().__init__('driver', '/lidar', context, random)
        self.told_stall = False
        self.told_back = False

    def duties(self) -> list[Duty]:
        return [(1.0, self.report_scans), (0.5, self.watch_motor)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.told_stall = False
            self.told_back = False
            self.log.info('Scanner RS-16 serial 20841, firmware 3.2.1')
            self.log.debug('Spinning up to 600 rpm')

    def report_scans(self, moment: Moment) -> None:
        if moment.time < 1.0 or self.STALLS_AT - self.SILENT_FOR <= moment.time < self.BACK_AT:
            return
        dropped = self.random.randint(1, 3) if self.random.random() < 0.06 else 0
        if dropped:
            self.log.warning(f'Scan {9.7 + self.random.random() / 5:.1f} Hz, {dropped} dropped')
        else:
            self.log.info(f'Scan {9.95 + self.random.random() / 10:.1f} Hz, 0 dropped')

    def watch_motor(self, moment: Moment) -> None:
        if moment.phase is not Phase.BRING_UP:
            return
        if self.STALLS_AT - self.SILENT_FOR <= moment.time < self.STALLS_AT:
            self.log.error(f'No packet for {(moment.time - self.STALLS_AT + self.SILENT_FOR) * 1000:.0f} ms')
        elif moment.time >= self.STALLS_AT and not self.told_stall:
            self.told_stall = True
            self.log.fatal('Scanner motor stalled at 214 rpm, driver stopped')
            self.log.info('Restarting the driver, attempt 1 of 3')
        elif moment.time >= self.BACK_AT and not self.told_back:
            self.told_back = True
            self.log.info('Scanner at 600 rpm, driver running again')


class Battery(RobotNode):
    """Watches the pack: seven cells."""

    def __init__(self, context: Context, random: Random) -> None:
        super().__init__('monitor', '/battery', context, random)

    def duties(self) -> list[Duty]:
        return [(2.2, self.report_pack), (3.7, self.check_cells)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.log.info(f'Pack 24V-20Ah: {moment.charge_percent:.0f} %, {moment.battery_voltage:.2f} V, 212 cycles')
            self.log.warning('Cell 3 is 38 mV below the others')
        elif moment.phase is Phase.HOME:
            self.log.warning(f'Charge {moment.charge_percent:.0f} %, going home for a fresh pack')

    def report_pack(self, moment: Moment) -> None:
        current = moment.left_current + moment.right_current + 1.3
        self.log.info(f'{moment.battery_voltage:.2f} V, {current:.1f} A, {moment.charge_percent:.0f} %')

    def check_cells(self, moment: Moment) -> None:
        if moment.weakest_cell_voltage < 3.40:
            self.log.warning(f'Cell {moment.weakest_cell} sags to {moment.weakest_cell_voltage:.2f} V under load')
        else:
            self.log.debug(f'Cell {moment.weakest_cell} {moment.weakest_cell_voltage:.3f} V, balancing off')


class Motor(RobotNode):
    """One of the two drive motors. The left one's encoder slips more and more, until its driver trips."""

    DERATES_AT_CELSIUS = 75
    RESTARTS_BELOW_CELSIUS = 60

    def __init__(self, side: str, context: Context, random: Random) -> None:
        super().__init__(f'{side}_motor', '/drive', context, random)
        self.is_left = side == 'left'
        self.test_steps = 0

    def duties(self) -> list[Duty]:
        return [(0.8, self.report_current), (2.8, self.check_temperature), (0.7, self.check_tracking)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.test_steps = 0
            self.log.info(f'Driver ready, {"left" if self.is_left else "right"} wheel, 2048 counts, limit 20 A')
        elif not self.is_left:
            return
        elif moment.phase is Phase.TRIPPED:
            self.log.fatal('Overcurrent trip (I²t), driver disabled')
        elif moment.phase is Phase.RECOVERY:
            self.log.info(f'Winding {moment.left_winding:.1f} °C, driver enabled again, current limited to 12 A')

    def report_current(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.test_steps += 1
            resistance = 212 + self.random.randint(-3, 3)
            self.log.info(f'Self-test {self.test_steps}: phase resistance {resistance} mΩ, passed')
        if not moment.is_moving:
            return
        current, temperature = self._current(moment), self._temperature(moment)
        self.log.debug(f'Current {current:.1f} A, winding {temperature:.1f} °C')

    def check_temperature(self, moment: Moment) -> None:
        temperature = self._temperature(moment)
        if self.is_left and moment.phase is Phase.COOLING:
            self.log.info(f'Cooling, {temperature:.1f} °C, restart below {self.RESTARTS_BELOW_CELSIUS}')
        elif temperature > self.DERATES_AT_CELSIUS:
            percent = self._derating(temperature)
            self.log.warning(f'Winding temperature {temperature:.1f} °C, derating to {percent:.0f} %')
        elif temperature > 64:
            self.log.warning(f'Winding temperature {temperature:.1f} °C, derating at {self.DERATES_AT_CELSIUS}')

    def check_tracking(self, moment: Moment) -> None:
        if self.is_left and moment.encoder_gap > 0.15:
            self.log.error(f'Encoder and command differ by {moment.encoder_gap:.2f} rad/s for 400 ms')

    def _current(self, moment: Moment) -> float:
        return moment.left_current if self.is_left else moment.right_current

    def _temperature(self, moment: Moment) -> float:
        return moment.left_winding if self.is_left else moment.right_winding

    def _derating(self, temperature: float) -> float:
        return max(40.0, 100 - 6 * (temperature - self.DERATES_AT_CELSIUS))


class Gripper(RobotNode):
    """Holds the load on its way to the bay."""

    def __init__(self, context: Context, random: Random) -> None:
        super().__init__('gripper', '/arm', context, random)

    def duties(self) -> list[Duty]:
        return [(4.3, self.report_hold)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.log.info('Homed in 1.8 s, stroke 84 mm')
        elif moment.phase is Phase.OUTBOUND:
            self.log.info('Crate gripped, 12 N at 61 mm')
        elif moment.phase is Phase.DELIVERY:
            self.log.info('Crate set down, opened to 84 mm')

    def report_hold(self, moment: Moment) -> None:
        if Phase.OUTBOUND.value <= moment.time < Phase.DELIVERY.value:
            force = 12.0 + self.random.gauss(0.0, 0.5)
            if force < 11.2:
                self.log.warning(f'Grip force {force:.1f} N, tightening')
            else:
                self.log.info(f'Holding, {force:.0f} N')


class Camera(RobotNode):
    """Looks ahead."""

    def __init__(self, context: Context, random: Random) -> None:
        super().__init__('front', '/camera', context, random)
        self.frames = 0

    def duties(self) -> list[Duty]:
        return [(1.3, self.report_frames), (17.0, self.see)]

    def entered(self, moment: Moment) -> None:
        if moment.phase is Phase.BRING_UP:
            self.log.info('Streaming 1280 x 720 at 30 Hz')

    def report_frames(self, moment: Moment) -> None:
        self.frames += 39
        self.log.debug(f'Frame {self.frames}, exposure {self.random.uniform(6.1, 11.4):.1f} ms')

    def see(self, moment: Moment) -> None:
        if moment.is_moving:
            side = self.random.choice(['left', 'right'])
            self.log.info(f'Person at {self.random.uniform(3.1, 8.8):.1f} m, {side}, slowing zone free')


def create_nodes(context: Context, random: Random) -> list[RobotNode]:
    """All of the robot's nodes that log."""
    return [
        Planner(context, random),
        Controller(context, random),
        Localization(context, random),
        Lidar(context, random),
        Battery(context, random),
        Motor('left', context, random),
        Motor('right', context, random),
        Gripper(context, random),
        Camera(context, random),
    ]
