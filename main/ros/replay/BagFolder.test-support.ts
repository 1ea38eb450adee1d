import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { ros2LogSchemaName, ros2MetricListSchemaName } from '../../codec/schemas.js';
import { type Clock, systemClock } from '../../seams/Clock.js';
import { until } from '../realRos.test-support.js';
import { sourcePeersPython } from '../sourcePeers.test-support.js';
import { SourceRecorder } from '../SourceRecorder.test-support.js';
import { openBag } from './openBag.js';
import type { OpenRecording } from './Recording.js';
import { FileBookmark } from './ReplayBookmark.js';
import { ReplaySource, type ReplaySourceOptions } from './ReplaySource.js';

const root = path.resolve(import.meta.dirname, '../../..');
const topics = ['/rosout', '/metrics'];

/** A folder for each test, with bags in it that are written by others' libraries, and their replays. */
export class BagFolder {
  #path = '';

  constructor() {
    beforeEach(() => {
      this.#path = mkdtempSync(path.join(os.tmpdir(), 'tether-replay-'));
    });
    afterEach(() => {
      rmSync(this.#path, { recursive: true, force: true });
    });
  }

  get path(): string {
    return this.#path;
  }

  at(name: string): string {
    return path.join(this.#path, name);
  }

  /** A bag by the Python mcap library. */
  mcap(name: string, ...args: string[]): string {
    const python = path.join(root, '.cache/moto/bin/python3');
    if (!existsSync(python)) throw new Error('mcap is not set up: run npm run setup -- --tests');
    return this.#write(python, 'write_bag.py', name, args);
  }

  /** A bag of ROS 2 by the rosbags library: a folder. */
  rosbag2(name: string, ...args: string[]): string {
    return this.#write(sourcePeersPython(), 'write_rosbag2.py', name, args);
  }

  /** A bag of ROS 1 by the rosbags library. */
  rosbag1(name: string, ...args: string[]): string {
    return this.#write(sourcePeersPython(), 'write_rosbag1.py', name, args);
  }

  sourceOf(open: OpenRecording, changes: Partial<ReplaySourceOptions> = {}): ReplaySource {
    return new ReplaySource({
      ...{ name: 'the bag', open, speed: 0, clock: systemClock, drain: () => Promise.resolve() },
      bookmark: new FileBookmark(this.at('bookmark.json')),
      topics: [
        { topic: '/rosout', schemaName: ros2LogSchemaName },
        { topic: 'metrics', schemaName: ros2MetricListSchemaName },
      ],
      ...changes,
    });
  }

  replayOf(place: string, changes: Partial<ReplaySourceOptions> = {}): ReplaySource {
    return this.sourceOf(() => openBag({ place, topics }), changes);
  }

  /** Replays at the recording's own pace until time stands still, ends that, and has another source replay the rest. */
  async replayInTwo(place: string): Promise<{ readonly first: SourceRecorder; readonly rest: SourceRecorder }> {
    const first = new SourceRecorder();
    const isEnough = (): boolean => first.logs.length >= 10;
    let nowMs = 0;
    const clock: Clock = {
      nowNs: () => systemClock.nowNs(),
      monotonicMs: () => nowMs,
      after: (delayMs, callback) => {
        if (isEnough()) return () => undefined;
        return systemClock.after(0, () => {
          nowMs += delayMs;
          callback();
        });
      },
    };
    const source = this.replayOf(place, { speed: 1, clock });
    await source.start(first.listen);
    await until(isEnough);
    await source.stop();
    return { first, rest: await replay(this.replayOf(place)) };
  }

  #write(python: string, script: string, name: string, args: readonly string[]): string {
    const place = this.at(name);
    execFileSync(python, [path.join(root, 'e2e/peers', script), place, ...args], {
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    return place;
  }
}

/** The texts of the log messages that the writers of bags write. */
export function texts(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `message ${first + index}`);
}

/** Replays to the end, or to where it cannot go on. */
export async function replay(source: ReplaySource): Promise<SourceRecorder> {
  const heard = new SourceRecorder();
  await source.start(heard.listen);
  await untilOver(source);
  return heard;
}

export async function untilOver(source: ReplaySource): Promise<void> {
  await until(() => source.status().state === 'failed' || /on disk$|has no logs/.test(source.status().reason));
}
