import type { Reached } from '../../main/contract/calls.js';

/** How a robot can be reached, in the order of the dialog. */
export const sourceKinds = [
  { by: 'ros2', label: 'ROS 2', words: 'Directly, over DDS. Needs ROS 2 on this laptop, which set-up brings.' },
  {
    by: 'ros1',
    label: 'ROS 1',
    words: 'A robot with a ROS master. Needs no ROS on this laptop; the robot must be able to call it back.',
    address: {
      label: 'ROS_MASTER_URI',
      placeholder: 'http://192.168.1.10:11311',
      description: 'As on the robot; port 11311 when left out.',
      problem: masterProblem,
    },
  },
  {
    by: 'foxglove',
    label: 'Foxglove',
    words: 'A robot that runs foxglove_bridge or the Foxglove SDK. Needs no ROS on this laptop.',
    address: {
      label: 'Address of the bridge',
      placeholder: 'ws://192.168.1.10:8765',
      description: 'The robot’s name or IP address; port 8765 when left out.',
      problem: foxgloveProblem,
    },
  },
  {
    by: 'replay',
    label: 'Recording',
    words: 'A bag or a folder of cwlog files on this laptop, replayed as if the robot were there.',
    address: {
      label: 'File or folder',
      placeholder: '/home/me/bags/rover-7.mcap',
      description: 'A .mcap, .db3 or .bag (ROS 1) file, the folder of a ROS 2 bag, or ~/.ros/cwlogs; the whole path.',
      problem: pathProblem,
    },
  },
] as const satisfies readonly SourceKind[];

interface SourceKind {
  readonly by: 'ros2' | Reached['by'];
  readonly label: string;
  /** What it is for. */
  readonly words: string;
  /** Missing: it has a domain. */
  readonly address?: AddressField;
}

export interface AddressField {
  readonly label: string;
  readonly placeholder: string;
  readonly description: string;
  /** Null for an address that may be right. */
  readonly problem: (address: string) => string | null;
}

function foxgloveProblem(address: string): string | null {
  if (address === '') return 'Give the address of the robot, for instance 192.168.1.10.';
  const url = /^[a-z]+:\/\//i.test(address) ? address : `ws://${address}`;
  return URL.canParse(url) && /^wss?:/i.test(url) ? null : 'An address like ws://192.168.1.10:8765.';
}

function masterProblem(address: string): string | null {
  if (address === '') return 'Give the address of the ROS master, for instance 192.168.1.10.';
  const url = /^[a-z]+:\/\//i.test(address) ? address : `http://${address}`;
  return URL.canParse(url) && /^http:/i.test(url) ? null : 'An address like http://192.168.1.10:11311.';
}

function pathProblem(path: string): string | null {
  if (path === '') return 'Give the path of a file or a folder.';
  return /^(?:\/|~\/|[A-Za-z]:\\)/.test(path) ? null : 'The whole path, from / or ~/ on.';
}
