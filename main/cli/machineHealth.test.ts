import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourcePeersPython } from '../ros/sourcePeers.test-support.js';

/** Of `assets/health/machine_health.py`: a sample's name, unit, value and dimensions. */
type Sample = readonly [name: string, unit: string, value: number, dimensions: Readonly<Record<string, string>>];

const healthFolder = path.resolve(import.meta.dirname, '../../assets/health');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tether-health-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const traffic = (...lines: readonly string[]): string => ['Inter-| Receive', ' face |bytes', ...lines, ''].join('\n');

/** A machine of files: what it says after `proc/net/dev` and `proc/stat` became what is in `later`. */
function samplesOf(): readonly Sample[] {
  const script = [
    'import json, shutil, sys, time',
    'from pathlib import Path',
    'from machine_health import MachineHealth',
    'root = Path(sys.argv[1])',
    "machine = MachineHealth(root / 'proc', root / 'sys')",
    'time.sleep(0.02)',
    "shutil.copytree(root / 'later', root / 'proc', dirs_exist_ok=True)",
    'print(json.dumps(machine.samples()))',
  ].join('\n');
  const env = { ...process.env, PYTHONPATH: healthFolder, PYTHONDONTWRITEBYTECODE: '1' };
  return JSON.parse(execFileSync(sourcePeersPython(), ['-c', script, folder], { env, encoding: 'utf8' })) as Sample[];
}

function writeMachine(): void {
  write('proc/stat', 'cpu  100 0 100 800 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0\nintr 1\n');
  write('later/stat', 'cpu  150 0 150 900 0 0 0 0\ncpu0 150 0 150 900 0 0 0 0\nintr 2\n');
  write('proc/uptime', '3600.42 100.0\n');
  write('proc/meminfo', 'MemTotal:        2048 kB\nMemFree:         1024 kB\n');
  write('proc/12/comm', 'init');
  write('proc/self/mounts', '');
  write('proc/net/dev', traffic());
  write('later/net/dev', traffic());
  mkdirSync(path.join(folder, 'sys'), { recursive: true });
}

test('what a machine does not have is left out, never 0', () => {
  writeMachine();
  const samples = samplesOf();
  expect(samples.map(([name, unit, value]) => [name, unit, value])).toEqual([
    ['cpu_usage_tot', 'percent', 50],
    ['cpu_usage_core_0', 'percent', 50],
    ['system_uptime', 'sec', 3600],
    ['free_ram', 'megabytes', 1],
    ['total_ram', 'megabytes', 2],
    ['process_count', 'none', 1],
  ]);
});

test('networks are told by what came between two measurements, loopback and unused ones apart', () => {
  writeMachine();
  const unused = '  eth9: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0';
  write(
    'proc/net/dev',
    traffic('    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0', '  eth0: 1000 5 1 0 0 0 0 0 500 5 0 0 0 0 0 0', unused),
  );
  write(
    'later/net/dev',
    traffic('    lo: 99 1 0 0 0 0 0 0 99 1 0 0 0 0 0 0', '  eth0: 5000 9 2 3 0 0 0 0 1500 9 0 1 0 0 0 0', unused),
  );
  const network = samplesOf().filter(([name]) => name.startsWith('network'));
  const [received, sent, errors] = network;
  expect(network.map(([name, unit, , { interface: where }]) => [name, unit, where])).toEqual([
    ['network_received', 'kilobytes_per_sec', 'eth0'],
    ['network_sent', 'kilobytes_per_sec', 'eth0'],
    ['network_errors', 'count', 'eth0'],
  ]);
  expect((received?.[2] ?? 0) / (sent?.[2] ?? 1)).toBeCloseTo(4);
  expect(errors?.[2]).toBe(5);
});

test('each disk that keeps data is told once; what was unplugged is left out', () => {
  writeMachine();
  const place = path.join(folder, 'a disk');
  mkdirSync(place);
  const mounts = [
    'proc /proc proc rw 0 0',
    `/dev/gone ${folder}/gone ext4 rw 0 0`,
    `/dev/sda1 ${place.replaceAll(' ', '\\040')} ext4 rw 0 0`,
    `/dev/sda1 ${folder} ext4 rw 0 0`,
    'short',
  ];
  write('proc/self/mounts', `${mounts.join('\n')}\n`);
  const disks = samplesOf().filter(([name]) => name.includes('disk'));
  expect(disks.map(([name, unit, , { mount }]) => [name, unit, mount])).toEqual([
    ['disk_usage', 'percent', place],
    ['free_disk', 'megabytes', place],
  ]);
  expect(disks[0]?.[2]).toBeGreaterThanOrEqual(0);
  expect(disks[0]?.[2]).toBeLessThanOrEqual(100);
});

test('temperatures and batteries are told where a sensor answers', () => {
  writeMachine();
  write('sys/class/thermal/thermal_zone0/temp', '48500\n');
  write('sys/class/thermal/thermal_zone0/type', 'x86_pkg_temp\n');
  write('sys/class/thermal/thermal_zone1/temp', 'no reading\n');
  write('sys/class/power_supply/AC/type', 'Mains\n');
  write('sys/class/power_supply/AC/voltage_now', '19000000\n');
  write('sys/class/power_supply/BAT0/type', 'Battery\n');
  write('sys/class/power_supply/BAT0/capacity', '81\n');
  write('sys/class/power_supply/BAT0/voltage_now', '12100000\n');
  write('sys/class/power_supply/BAT1/type', 'Battery\n');
  const category = { category: 'RobotHealth' };
  expect(samplesOf().slice(6)).toEqual([
    ['temperature', 'none', 48.5, { ...category, sensor: 'thermal_zone0 x86_pkg_temp' }],
    ['battery_level', 'percent', 81, { ...category, battery: 'BAT0' }],
    ['battery_voltage', 'none', 12.1, { ...category, battery: 'BAT0' }],
  ]);
});
