// @ts-check
/**
 * The records that every part of the cache benchmark stores: rcl_interfaces/Log in CDR, about 200 bytes each, from twenty
 * nodes of a rover. The numbers in them come from a seeded generator, so that each run and each peer gets the same bytes.
 *
 * A node is in trouble for about two per cent of the time; only then does it speak of errors often, and FATAL at all.
 * Fifty fault codes are the rare words: half of them spread evenly over everything, half come in bursts.
 */
import { encodeLog } from '../../../build/main/codec/logMessage.js';
import { ros2LogChannel } from '../../../build/main/codec/schemas.js';

export const channel = ros2LogChannel('/rosout');
export const destination = {
  kind: /** @type {const} */ ('log'),
  account: { cloud: /** @type {const} */ ('local'), region: 'us-east-1', profile: '', endpoint: '' },
  group: 'bench',
  stream: 'rover',
};

/** @typedef {'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL'} Severity */
/** @typedef {{ severity: Severity, node: string, message: string, file: string, function: string, line: number }} Log */
/** @typedef {import('../../../build/main/seams/Cache.js').RecordToCache} RecordToCache */

export const nodes = [
  ['nav', 'controller_server', 'nav2_controller/src/controller_server', 'computeControl'],
  ['nav', 'planner_server', 'nav2_planner/src/planner_server', 'computePlan'],
  ['nav', 'behavior_server', 'nav2_behaviors/plugins/spin', 'onCycleUpdate'],
  ['nav', 'bt_navigator', 'nav2_bt_navigator/src/bt_navigator', 'onPreempt'],
  ['nav', 'waypoint_follower', 'nav2_waypoint_follower/src/waypoint_follower', 'followWaypoints'],
  ['nav', 'local_costmap', 'nav2_costmap_2d/src/costmap_2d_ros', 'mapUpdateLoop'],
  ['nav', 'global_costmap', 'nav2_costmap_2d/src/costmap_2d_ros', 'mapUpdateLoop'],
  ['localization', 'amcl', 'nav2_amcl/src/amcl_node', 'laserReceived'],
  ['localization', 'ekf_filter', 'robot_localization/src/ros_filter', 'periodicUpdate'],
  ['lidar', 'front_driver', 'velodyne_driver/src/driver/driver', 'poll'],
  ['lidar', 'rear_driver', 'velodyne_driver/src/driver/driver', 'poll'],
  ['camera', 'front', 'realsense2_camera/src/base_realsense_node', 'frame_callback'],
  ['camera', 'wrist', 'realsense2_camera/src/base_realsense_node', 'frame_callback'],
  ['base', 'motor_driver', 'roboteq_control/src/roboteq_hardware', 'write'],
  ['base', 'battery', 'bms_driver/src/bms_node', 'onStatusFrame'],
  ['base', 'safety', 'safety_io/src/safety_node', 'checkZones'],
  ['arm', 'move_group', 'moveit_ros/move_group/src/move_group', 'planAndExecute'],
  ['arm', 'controller_manager', 'controller_manager/src/controller_manager', 'update'],
  ['arm', 'gripper', 'gripper_controllers/src/gripper_action', 'checkForSuccess'],
  ['system', 'lifecycle_manager', 'nav2_lifecycle_manager/src/lifecycle_manager', 'checkBond'],
].map(([space, name, file, functionName]) => ({
  name: `${space}.${name}`,
  file: `/opt/ros/humble/src/${file}.cpp`,
  function: functionName,
}));

/** Words that are in many records. */
export const frequentTexts = ['new path', 'goal', 'cycle took', 'scan', 'covariance', 'voltage', 'poses', 'frame'];

export const rareCodes = {
  spread: Array.from({ length: 25 }, (_, number) => `E-${4100 + number * 7}`),
  burst: Array.from({ length: 25 }, (_, number) => `F-${7200 + number * 11}`),
};

/** No record holds it, though its beginning is in many. */
export const absentText = 'goal unreachable in hall 9';

/** Two letters that follow each other in no record. */
export const absentPairs = ['qz', 'jq', 'zx', 'qj', 'vq'];

/** Pairs of numbers that follow each other in no record, though each of them, and all runs of three characters, are in many. */
export const absentNumberPairs = ['0.53 0.77', '0.18 0.62', '0.44 0.91', '0.07 0.58', '0.61 0.83'];

/** Numbers that their phrase never has, though phrase and number, and all runs of three characters, are in many. */
export const absentNumbersOfWords = ['713 cells changed', 'cell 17 at', 'gain 23', '412 m left', 'channel 13: 4'];

/**
 * Phrases that are in no record (what is left is 80 to 120 m), though all that an index knows of them is in every segment: the
 * worst case, for which everything is read.
 */
export const absentCombinations = ['left of 37', 'left of 42', 'left of 55', 'left of 61', 'left of 73'];

/** A number that is longer than any, though all its runs of three digits are in many. */
export const absentLongNumbers = ['7318264', '2046913', '9157308', '6482057', '3590471'];

const troubleStarts = 0.0004;
const troubleEnds = 0.02;
const spreadCodeShare = 0.001;
const burstStarts = 0.00002;
const burstRecords = 60;

/** Small, fast and seeded (mulberry32). */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 to below 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** @param {number} count a whole number from 0 to below `count` */
  below(count) {
    return Math.floor(this.next() * count);
  }

  /**
   * @template T
   * @param {readonly T[]} items
   */
  pick(items) {
    return /** @type {T} */ (items[this.below(items.length)]);
  }
}

/** @type {Readonly<Record<Severity, readonly ((random: Random) => string)[]>>} */
const phrases = {
  DEBUG: [
    (r) => `Covariance trace ${number(r, 0.01, 0.09, 4)}, ${r.below(400) + 100} of 500 particles agree`,
    (r) => `cmd_vel ${number(r, 0, 0.7, 2)} ${number(r, -0.4, 0.4, 2)}, cycle took ${number(r, 2, 14, 2)} ms`,
    (r) =>
      `Costmap updated, ${r.below(600)} cells changed, origin (${number(r, -20, 20, 2)}, ${number(r, -20, 20, 2)})`,
    (r) => `scan ${r.below(1_000_000)}: ${r.below(1800)} points, ${number(r, 0, 4, 1)} % outside the range`,
    (r) => `frame ${r.below(1_000_000)} published, exposure ${number(r, 2, 33, 1)} ms, gain ${r.below(16)}`,
  ],
  INFO: [
    (r) =>
      `Passing new path to controller: ${r.below(240)} poses, goal (${number(r, -20, 20, 2)}, ${number(r, -9, 9, 2)})`,
    (r) =>
      `Following path at ${number(r, 0.1, 0.7, 2)} m/s, ${number(r, 0, 80, 1)} m left of ${number(r, 80, 120, 1)} m`,
    (r) => `Path found: ${number(r, 1, 120, 1)} m, ${r.below(300)} poses, ${r.below(40)} ms`,
    (r) =>
      `Cell ${r.below(14) + 1} at ${number(r, 3.2, 4.1, 3)} V, pack voltage ${number(r, 21, 26, 2)} V, ${number(r, 1, 20, 1)} A`,
    (r) => `Received goal ${r.below(9999)} preemption request, trajectory of ${r.below(90)} points replaces it`,
  ],
  WARN: [
    (r) => `Control loop missed its desired rate of 20.0000 Hz, the cycle took ${number(r, 0.05, 0.4, 4)} s`,
    (r) => `Message filter dropping message: frame 'base_scan' at time ${r.below(1_000_000)}.${r.below(999)}`,
    (r) =>
      `Wheel odometry rejected (innovation ${number(r, 11, 30, 1)}), gap of encoders ${number(r, 0.1, 0.6, 2)} m/s`,
  ],
  ERROR: [
    (r) => `No valid trajectory out of ${r.below(900)}, stopping at (${number(r, -20, 20, 2)}, ${number(r, -9, 9, 2)})`,
    (r) => `Timed out waiting for transform from base_link to map, ${number(r, 0.1, 4, 3)} s behind`,
    (r) =>
      `Overcurrent on channel ${r.below(2) + 1}: ${number(r, 20, 60, 1)} A, driver status 0x${r.below(65536).toString(16)}`,
  ],
  FATAL: [
    (r) => `Emergency stop: bond of heartbeat ${r.below(9999)} broke after ${number(r, 1, 9, 2)} s, shutting down`,
  ],
};

/**
 * @param {Random} random
 * @param {number} from
 * @param {number} to
 * @param {number} digits
 */
function number(random, from, to, digits) {
  return (from + random.next() * (to - from)).toFixed(digits);
}

/** Gives one log after the other. */
export class LogMaker {
  #random;
  #inTrouble = new Array(nodes.length).fill(false);
  /** @type {{ code: string, left: number }} */
  #burst = { code: '', left: 0 };
  #bursts = 0;

  constructor(seed = 7) {
    this.#random = new Random(seed);
  }

  /** @returns {Log} */
  next() {
    const random = this.#random;
    const place = random.below(nodes.length);
    const trouble = this.#inTrouble[place];
    if (random.next() < (trouble ? troubleEnds : troubleStarts)) this.#inTrouble[place] = !trouble;
    const severity = trouble ? this.#severityInTrouble() : this.#severity();
    const node = /** @type {(typeof nodes)[number]} */ (nodes[place]);
    const message = random.pick(phrases[severity])(random) + this.#code();
    return {
      severity,
      node: node.name,
      message,
      file: node.file,
      function: node.function ?? '',
      line: 40 + random.below(900),
    };
  }

  /** @returns {Severity} */
  #severity() {
    const share = this.#random.next();
    if (share < 0.38) return 'DEBUG';
    if (share < 0.94) return 'INFO';
    return share < 0.995 ? 'WARN' : 'ERROR';
  }

  /** @returns {Severity} */
  #severityInTrouble() {
    const share = this.#random.next();
    if (share < 0.44) return 'INFO';
    if (share < 0.74) return 'WARN';
    return share < 0.99 ? 'ERROR' : 'FATAL';
  }

  #code() {
    const random = this.#random;
    if (this.#burst.left > 0 && random.next() < 0.1) {
      this.#burst.left -= 1;
      return `, fault ${this.#burst.code}`;
    }
    const share = random.next();
    if (share < burstStarts) {
      this.#burst = { code: rareCodes.burst[this.#bursts % rareCodes.burst.length] ?? '', left: burstRecords };
      this.#bursts += 1;
    } else if (share > 1 - spreadCodeShare) {
      return `, fault ${random.pick(rareCodes.spread)}`;
    }
    return '';
  }
}

/**
 * @param {Log} log
 * @param {bigint} stampNs
 * @returns {RecordToCache}
 */
export function toRecord(log, stampNs) {
  const data = encodeLog({ ...log, stampNs });
  const receivedNs = stampNs + 800_000n;
  return {
    channel,
    destination,
    receivedNs,
    stampNs,
    data,
    kind: 'log',
    severity: log.severity,
    label: log.node,
    origin: '',
  };
}

/**
 * Records made beforehand, given out in batches round and round, so that making them is not measured.
 */
export class RecordPool {
  #next = 0;

  /** @param {number} count */
  constructor(count, seed = 7) {
    const maker = new LogMaker(seed);
    const startNs = BigInt(Date.now()) * 1_000_000n;
    this.logs = Array.from({ length: count }, () => maker.next());
    this.records = this.logs.map((log, place) => toRecord(log, startNs + BigInt(place) * 100_137n));
  }

  /**
   * @param {number} size
   * @returns {{ records: readonly RecordToCache[], logs: readonly Log[] }}
   */
  batch(size) {
    if (this.#next + size > this.records.length) this.#next = 0;
    const from = this.#next;
    this.#next += size;
    return { records: this.records.slice(from, this.#next), logs: this.logs.slice(from, this.#next) };
  }
}
