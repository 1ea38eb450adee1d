import type { CallOutput } from '../../main/contract/calls.js';

/** A robot on another domain, seen from a laptop that is otherwise well. */
export const fakeFindings: CallOutput<'robots.examine'>['findings'] = [
  {
    ...{
      id: 'interfaces',
      title: 'Network interfaces',
      state: 'note',
      details: ['wlp2s0: 10.0.4.17', 'enp3s0: 192.168.1.2'],
    },
    words: 'Wi-Fi (wlp2s0) and cable (enp3s0) are both up.',
    nextStep: 'If nothing comes, switch off the one that does not lead to the robot: DDS may choose the wrong one.',
  },
  {
    ...{ id: 'multicast', title: 'Multicast', state: 'ok', words: 'Works on every interface of this laptop.' },
    ...{ nextStep: '', details: [] },
  },
  {
    ...{ id: 'ros', title: 'ROS 2 on this laptop', state: 'ok', nextStep: '', details: ['ROS_DISTRO=jazzy'] },
    words: 'jazzy (opt), rmw_fastrtps_cpp. The robot should use the same RMW.',
  },
  {
    ...{ id: 'domains', title: 'ROS domains with somebody on them', state: 'warning' },
    words: 'Nobody on domain 7, but on domain 42.',
    nextStep: 'If that is the robot, write domain_id: 42 into the robot file.',
    details: ['domain 42: 9 participants at 192.168.1.5'],
  },
  {
    ...{ id: 'nodes', title: 'Nodes on domain 7', state: 'failed', words: 'None is discovered.', details: [] },
    nextStep:
      'Compare ROS_DOMAIN_ID, RMW_IMPLEMENTATION and ROS_AUTOMATIC_DISCOVERY_RANGE on the robot with the robot file.',
  },
];
