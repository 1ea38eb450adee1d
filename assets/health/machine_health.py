"""A machine's health, from /proc and /sys. No ROS here, and nothing beyond Python's own library.

The first six are those of RoboMaker's health_metric_collector, with its names, units and dimension, so that what was set up
for it finds the same: `cpu_usage_tot`, `cpu_usage_core_N`, `system_uptime`, `free_ram`, `total_ram`, `process_count`. It had
nothing of disks, networks, temperatures and batteries: those are named in the same manner here. Megabytes are of 2^20
bytes, as in its ROS 1 version; its ROS 2 version forgot a factor.
"""

import math
import os
import time
from pathlib import Path

MEGABYTE = 1024 * 1024
KILOBYTE = 1024
CATEGORY = {'category': 'RobotHealth'}

Sample = tuple[str, str, float, dict[str, str]]
"""Name, unit (a constant of ros_monitoring_msgs/MetricData), value, and the dimensions beside `robot_id`."""

DISK_FILE_SYSTEMS = {'ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'zfs', 'vfat', 'exfat', 'overlay', 'ubifs', 'jfs'}
"""Of all that is mounted, what keeps data. The rest (proc, tmpfs, squashfs, ...) is never full or always full."""
DISKS_MAX = 8
INTERFACES_MAX = 8
SENSORS_MAX = 16
"""Limits of what is measured: each is a metric that CloudWatch charges for."""


class MachineHealth:
    """Use of processors and networks is measured between two calls, so the first call gives none of these."""

    def __init__(self, proc: Path = Path('/proc'), sys: Path = Path('/sys')) -> None:
        self._proc = proc
        self._sys = sys
        self._last_times = self._processor_times()
        self._last_traffic = self._traffic()
        self._last_traffic_at = time.monotonic()

    def samples(self) -> list[Sample]:
        """What can be measured here; what this machine does not have is left out, never 0."""
        free, total = self._memory_megabytes()
        return [
            *self._processor_use(),
            ('system_uptime', 'sec', self._uptime(), CATEGORY),
            ('free_ram', 'megabytes', free, CATEGORY),
            ('total_ram', 'megabytes', total, CATEGORY),
            ('process_count', 'none', self._process_count(), CATEGORY),
            *self._disks(),
            *self._network_use(),
            *self._temperatures(),
            *self._batteries(),
        ]

    def _processor_use(self) -> list[Sample]:
        times = self._processor_times()
        samples = []
        for name, (busy, total) in times.items():
            last_busy, last_total = self._last_times.get(name, (busy, total))
            if total > last_total:
                use = 100 * (busy - last_busy) / (total - last_total)
                samples.append((name, 'percent', min(100.0, max(0.0, use)), CATEGORY))
        self._last_times = times
        return samples

    def _processor_times(self) -> dict[str, tuple[int, int]]:
        """Busy and total ticks since start, by metric name: of all cores together and of each."""
        times = {}
        for line in read_text(self._proc / 'stat').splitlines():
            if not line.startswith('cpu'):
                break
            label, *fields = line.split()
            # user, nice, system, idle, iowait, irq, softirq, steal; guest times are in user already.
            ticks = [int(field) for field in fields[:8]]
            idle = ticks[3] + ticks[4]
            name = 'cpu_usage_tot' if label == 'cpu' else f'cpu_usage_core_{label[3:]}'
            times[name] = (sum(ticks) - idle, sum(ticks))
        return times

    def _uptime(self) -> float:
        return float(int(float(read_text(self._proc / 'uptime').split()[0])))

    def _memory_megabytes(self) -> tuple[float, float]:
        """Free and total memory. Free is what nothing uses: what a cache holds is not in it, as in the original."""
        fields = dict(line.split(':', 1) for line in read_text(self._proc / 'meminfo').splitlines() if ':' in line)
        kilobytes = {name: int(fields[name].split()[0]) for name in ('MemFree', 'MemTotal')}
        return kilobytes['MemFree'] * KILOBYTE / MEGABYTE, kilobytes['MemTotal'] * KILOBYTE / MEGABYTE

    def _process_count(self) -> int:
        return sum(name.isdigit() for name in os.listdir(self._proc))

    def _disks(self) -> list[Sample]:
        """Each disk once, by the first place where it is mounted."""
        samples: list[Sample] = []
        seen: set[int] = set()
        for line in read_text(self._proc / 'self' / 'mounts').splitlines():
            fields = line.split()
            if len(fields) < 3 or fields[2] not in DISK_FILE_SYSTEMS or len(seen) == DISKS_MAX:
                continue
            mount = fields[1].replace('\\040', ' ')
            try:
                device = os.stat(mount).st_dev
                if device in seen or not os.path.isdir(mount):
                    continue
                state = os.statvfs(mount)
            except OSError:
                continue
            if state.f_blocks == 0:
                continue
            seen.add(device)
            where = {**CATEGORY, 'mount': mount}
            # As df counts it: what is kept for root is not there for others.
            usable = state.f_blocks - state.f_bfree + state.f_bavail
            samples.append(('disk_usage', 'percent', 100 * (state.f_blocks - state.f_bfree) / usable, where))
            samples.append(('free_disk', 'megabytes', state.f_bavail * state.f_frsize / MEGABYTE, where))
        return samples

    def _network_use(self) -> list[Sample]:
        traffic, now = self._traffic(), time.monotonic()
        seconds = now - self._last_traffic_at
        samples: list[Sample] = []
        for interface, (received, sent, errors) in traffic.items():
            last = self._last_traffic.get(interface)
            if last is None or seconds <= 0 or received < last[0] or sent < last[1]:
                continue
            where = {**CATEGORY, 'interface': interface}
            samples.append(('network_received', 'kilobytes_per_sec', (received - last[0]) / KILOBYTE / seconds, where))
            samples.append(('network_sent', 'kilobytes_per_sec', (sent - last[1]) / KILOBYTE / seconds, where))
            samples.append(('network_errors', 'count', max(0, errors - last[2]), where))
        self._last_traffic, self._last_traffic_at = traffic, now
        return samples

    def _traffic(self) -> dict[str, tuple[int, int, int]]:
        """Bytes received and sent since start, and packets that went wrong or were dropped, by interface but loopback."""
        traffic = {}
        for line in read_text(self._proc / 'net' / 'dev').splitlines()[2:]:
            interface, _, counts = line.partition(':')
            fields = [int(field) for field in counts.split()]
            # One that never carried anything is a name without a cable.
            used = len(fields) >= 12 and fields[0] + fields[8] > 0
            if used and interface.strip() != 'lo' and len(traffic) < INTERFACES_MAX:
                traffic[interface.strip()] = (fields[0], fields[8], fields[2] + fields[3] + fields[10] + fields[11])
        return traffic

    def _temperatures(self) -> list[Sample]:
        """Degrees Celsius; CloudWatch has no unit for them."""
        samples: list[Sample] = []
        for zone in sorted((self._sys / 'class' / 'thermal').glob('thermal_zone*'))[:SENSORS_MAX]:
            value = number_in(zone / 'temp')
            if value is not None:
                sensor = read_text(zone / 'type').strip() or zone.name
                samples.append(('temperature', 'none', value / 1000, {**CATEGORY, 'sensor': f'{zone.name} {sensor}'}))
        return samples

    def _batteries(self) -> list[Sample]:
        samples: list[Sample] = []
        for supply in sorted((self._sys / 'class' / 'power_supply').glob('*'))[:SENSORS_MAX]:
            if read_text(supply / 'type').strip() != 'Battery':
                continue
            where = {**CATEGORY, 'battery': supply.name}
            charge, volts = number_in(supply / 'capacity'), number_in(supply / 'voltage_now')
            if charge is not None:
                samples.append(('battery_level', 'percent', charge, where))
            if volts is not None:
                samples.append(('battery_voltage', 'none', volts / 1_000_000, where))
        return samples


def read_text(path: Path) -> str:
    """Empty for what is not there or cannot be read: sensors come and go."""
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError):
        return ''


def number_in(path: Path) -> float | None:
    try:
        value = float(read_text(path))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
