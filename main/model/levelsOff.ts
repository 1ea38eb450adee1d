import type { Problem } from './Problem.js';
import type { SourceConfig } from './RobotConfig.js';

/** Why levels of a robot's nodes cannot be set through this kind of source; null where they can. */
export function levelsOff(kind: SourceConfig['kind']): Problem | null {
  switch (kind) {
    case 'ros2':
      return null;
    case 'ros1':
      return {
        code: 'no-levels',
        message: 'Tether does not set the levels of ROS 1 nodes.',
        nextStep: 'On the robot: rosservice call /NODE/set_logger_level ros LEVEL, or rqt_logger_level.',
      };
    case 'foxglove':
      return {
        code: 'no-levels',
        message: 'Tether does not set levels through a Foxglove bridge.',
        nextStep: 'Set it on the robot, or reach the robot by ROS 2.',
      };
    case 'replay':
      return {
        code: 'no-levels',
        message: 'This is a recording: its nodes do not run.',
        nextStep: 'To see less of a node, hide it or choose a severity.',
      };
  }
}
