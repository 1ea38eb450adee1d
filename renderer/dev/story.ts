import type { LogRow, MetricSeriesUpdate } from '../../main/contract/frames.js';
import type { Severity } from '../../main/model/Severity.js';

/** A number from 0 to 1 that is the same for the same seed: the story looks the same at each start. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

interface Line {
  readonly weight: number;
  readonly severity: Severity;
  readonly node: string;
  readonly source: readonly [file: string, name: string, line: number];
  readonly message: (random: () => number) => string;
  /** How much more of it while the fault is there. */
  readonly fault?: number;
}

const say = (text: string) => () => text;
const between = (random: () => number, low: number, high: number, digits: number): string =>
  (low + random() * (high - low)).toFixed(digits);

const lines: readonly Line[] = [
  {
    weight: 26,
    severity: 'INFO',
    node: 'nav.planner',
    source: ['src/planner.cpp', 'plan()', 188],
    message: (random) =>
      `Path found: ${between(random, 6, 19, 1)} m, ${between(random, 20, 50, 0)} poses, ${between(random, 9, 30, 0)} ms`,
  },
  {
    weight: 20,
    severity: 'INFO',
    node: 'nav.controller',
    source: ['src/controller.cpp', 'control()', 97],
    message: (random) => `Following path, ${between(random, 0.4, 0.8, 2)} m/s`,
  },
  {
    weight: 18,
    severity: 'INFO',
    node: 'lidar.driver',
    source: ['driver.cpp', 'publish_scan()', 301],
    message: say('Scan 10.0 Hz, 0 dropped'),
  },
  {
    weight: 9,
    severity: 'INFO',
    node: 'arm.gripper',
    source: ['gripper.py', 'hold', 54],
    message: (random) => `Holding, ${between(random, 10, 14, 0)} N`,
  },
  {
    weight: 4,
    severity: 'INFO',
    node: 'nav.planner',
    source: ['src/planner.cpp', 'replan()', 240],
    message: say('Replanning: progress below 0.05 m/s'),
  },
  {
    weight: 14,
    severity: 'DEBUG',
    node: 'localization.ekf',
    source: ['src/ekf.cpp', 'update()', 412],
    message: (random) => `Covariance trace ${between(random, 0.012, 0.021, 4)}`,
  },
  {
    weight: 12,
    severity: 'DEBUG',
    node: 'nav.controller',
    source: ['src/controller.cpp', 'publish()', 131],
    message: (random) => `cmd_vel ${between(random, 0.5, 0.7, 2)} ${between(random, -0.1, 0.1, 2)}`,
  },
  {
    weight: 3,
    severity: 'WARN',
    node: 'battery.monitor',
    source: ['monitor.py', 'check_cells', 77],
    message: (random) => `Cell 3 sags to ${between(random, 3.35, 3.48, 2)} V under load`,
  },
  {
    weight: 3,
    severity: 'WARN',
    node: 'localization.ekf',
    source: ['src/ekf.cpp', 'gate()', 377],
    message: (random) => `Wheel odometry rejected (χ² ${between(random, 12, 24, 1)})`,
  },
  {
    weight: 1.5,
    fault: 9,
    severity: 'WARN',
    node: 'drive.left_motor',
    source: ['src/motor_node.cpp', 'check_temperature()', 162],
    message: (random) => `Winding temperature ${between(random, 68, 76, 1)} °C, derating at 75`,
  },
  {
    weight: 0.5,
    fault: 16,
    severity: 'ERROR',
    node: 'drive.left_motor',
    source: ['src/motor_node.cpp', 'check_tracking()', 214],
    message: (random) => `Encoder and command differ by ${between(random, 0.28, 0.52, 2)} rad/s for 400 ms`,
  },
  {
    weight: 0.2,
    fault: 12,
    severity: 'ERROR',
    node: 'nav.controller',
    source: ['src/controller.cpp', 'watchdog()', 155],
    message: say('No valid velocity command, stopping'),
  },
  {
    weight: 0.01,
    fault: 30,
    severity: 'FATAL',
    node: 'drive.left_motor',
    source: ['src/motor_node.cpp', 'trip()', 260],
    message: say('Overcurrent trip (I²t), driver disabled'),
  },
];

/** Every fourth minute the left motor develops its fault for some 25 seconds. */
export function faultAt(timeMs: number): number {
  const phase = (timeMs / 1000) % 240;
  return phase > 165 && phase < 190 ? 1 : 0;
}

export function tellLine(random: () => number, id: number, timeMs: number): LogRow {
  const fault = faultAt(timeMs);
  const weights = lines.map((line) => line.weight * (fault === 1 ? (line.fault ?? 1) : 1));
  let place = random() * weights.reduce((sum, weight) => sum + weight, 0);
  let chosen = lines[0];
  for (const [index, line] of lines.entries()) {
    place -= weights[index] ?? 0;
    if (place <= 0) {
      chosen = line;
      break;
    }
  }
  if (chosen === undefined) throw new Error('the story has no lines');
  const [file, name, line] = chosen.source;
  return {
    type: 'log',
    id,
    stampMs: timeMs - 31 - random() * 9,
    receivedMs: timeMs,
    severity: chosen.severity,
    node: chosen.node,
    message: chosen.message(random),
    file,
    function: name,
    line,
    topic: '/rosout',
    state: 'cached',
  };
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly dimensions: readonly (readonly [name: string, value: string])[];
  readonly periodS: number;
  readonly value: (timeS: number, noise: number) => number;
}

const wave = (timeS: number, periodS: number): number => Math.sin((timeS / periodS) * 2 * Math.PI);
const health = [
  ['robot_id', 'rover-7'],
  ['category', 'RobotHealth'],
] as const;
const warmth = (timeS: number): number => {
  const phase = timeS % 240;
  return phase < 190 ? (phase / 190) ** 2 : 1 - ((phase - 190) / 50) ** 0.6;
};

export const metrics: readonly Metric[] = [
  {
    name: 'cpu_usage_tot',
    unit: 'Percent',
    dimensions: health,
    periodS: 1,
    value: (t, n) => 38 + 9 * wave(t, 47) + 6 * wave(t, 13) + 6 * n,
  },
  {
    name: 'free_ram',
    unit: 'Megabytes',
    dimensions: health,
    periodS: 1,
    value: (t, n) => 1820 + 160 * wave(t, 173) + 30 * n,
  },
  {
    name: 'battery_voltage',
    unit: 'None',
    dimensions: [['robot_id', 'rover-7']],
    periodS: 1,
    value: (t, n) => 25.4 - (t % 3600) / 2400 + 0.14 * n - 0.3 * warmth(t),
  },
  {
    name: 'battery_charge',
    unit: 'Percent',
    dimensions: [['robot_id', 'rover-7']],
    periodS: 5,
    value: (t) => 82 - (t % 3600) / 160,
  },
  {
    name: 'wifi_throughput',
    unit: 'Kilobytes/Second',
    dimensions: [['interface', 'wlan0']],
    periodS: 1,
    value: (t, n) => Math.max(0, 640 + 420 * wave(t, 61) + 260 * n),
  },
  {
    name: 'plan_time',
    unit: 'Milliseconds',
    dimensions: [['node', 'nav.planner']],
    periodS: 0.5,
    value: (t, n) => 18 + 5 * wave(t, 31) + 14 * Math.max(0, n - 0.4),
  },
  { name: 'system_uptime', unit: 'Seconds', dimensions: health, periodS: 5, value: (t) => 9000 + (t % 86_400) },
  ...(['left_motor', 'right_motor', 'arm_motor'] as const).map((motor, index) => ({
    name: 'winding_temperature',
    unit: 'None',
    dimensions: [['joint', `drive/${motor}`]] as const,
    periodS: 1,
    value: (t: number, n: number) => (index === 0 ? 54 + 22 * warmth(t) : 47 + index * 3 + 2 * wave(t, 97)) + 0.5 * n,
  })),
  ...([0, 1, 2, 3] as const).map((core) => ({
    name: 'cpu_usage_core',
    unit: 'Percent',
    dimensions: [['core', String(core)]] as const,
    periodS: 1,
    value: (t: number, n: number) => Math.max(1, 34 + 18 * wave(t + core * 19, 37 + core * 7) + 12 * n),
  })),
];

/** Samples of a metric between two times, with a silence of 40 s in each ten minutes of `wifi_throughput`. */
export function tellMetric(random: () => number, metric: Metric, fromMs: number, untilMs: number): MetricSeriesUpdate {
  const dimensions = metric.dimensions.map(([name, value]) => ({ name, value }));
  const samples = [];
  const stepMs = metric.periodS * 1000;
  for (let timeMs = Math.ceil(fromMs / stepMs) * stepMs; timeMs < untilMs; timeMs += stepMs) {
    const timeS = timeMs / 1000;
    if (metric.name === 'wifi_throughput' && timeS % 200 > 150 && timeS % 200 < 180) continue;
    samples.push({ stampMs: timeMs, value: metric.value(timeS, random() * 2 - 1) });
  }
  const key = `${metric.name} ${dimensions.map(({ name, value }) => `${name}=${value}`).join(',')}`;
  return { key, name: metric.name, unit: metric.unit, dimensions, samples };
}
