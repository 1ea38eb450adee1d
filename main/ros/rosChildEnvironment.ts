import type { RosEnvironment } from './toolchain.js';

/**
 * Variables that a child of ours does not inherit: it needs no display, no cloud credentials, and neither another process's
 * IPC channel nor its Node options.
 */
const withheldNames = /^(AWS_.*|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|NODE_OPTIONS|NODE_CHANNEL_.*|ELECTRON_.*|VITEST.*)$/;

/** The whole environment of a process that uses ROS; later parts win. */
export function rosChildEnvironment(parts: {
  readonly inherited: Readonly<Record<string, string | undefined>>;
  readonly ros: RosEnvironment;
  readonly domainId: number;
  /** What the robot file asks for (RMW_IMPLEMENTATION, ROS_STATIC_PEERS, ...). */
  readonly robot: Readonly<Record<string, string>>;
  readonly runtime: Readonly<Record<string, string>>;
}): Record<string, string> {
  const kept = Object.entries(parts.inherited).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !withheldNames.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    ...parts.ros.variables,
    ROS_DOMAIN_ID: String(parts.domainId),
    ...parts.robot,
    ...parts.runtime,
  };
}
