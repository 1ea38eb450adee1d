import type { SourceConfig } from '../model/RobotConfig.js';
import type { RobotSource, SourceEvent, SourceStatus } from '../seams/RobotSource.js';

const kindWords: Readonly<Record<SourceConfig['kind'], string>> = {
  ros2: 'ROS 2',
  ros1: 'ROS 1',
  foxglove: 'Foxglove WebSocket',
};

/**
 * A source that this version reads in robot files but cannot connect to: it fails at once and says so, in place of listening
 * somewhere else. What is on disk of such a robot is reviewed and uploaded all the same.
 */
export class UnbuiltSource implements RobotSource {
  private stopped = false;

  constructor(private readonly kind: SourceConfig['kind']) {}

  start(listener: (event: SourceEvent) => void): Promise<void> {
    this.stopped = false;
    listener({ type: 'status', status: this.status() });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.stopped = true;
    return Promise.resolve();
  }

  status(): SourceStatus {
    return {
      state: this.stopped ? 'stopped' : 'failed',
      reason: `This version of Tether does not connect to ${kindWords[this.kind]} yet.`,
      nextStep:
        'Set `source: ros2` in the robot file if the robot speaks ROS 2; what is on disk can be uploaded as it is.',
      topics: [],
      hostPid: null,
      restarts: 0,
    };
  }
}
