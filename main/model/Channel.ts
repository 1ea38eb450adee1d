/** How the bytes of a topic are to be read: what MCAP calls a channel with its schema. */
export interface Channel {
  readonly topic: string;
  /** `cdr` (ROS 2), `ros1` or `json`. */
  readonly messageEncoding: 'cdr' | 'ros1' | 'json';
  /** Full type name, for example `rcl_interfaces/msg/Log`. */
  readonly schemaName: string;
  /** `ros2msg`, `ros1msg` or `jsonschema`. */
  readonly schemaEncoding: 'ros2msg' | 'ros1msg' | 'jsonschema';
  /** The schema's text: message definition with its dependencies after `===` lines, as MCAP's registry says. */
  readonly schemaText: string;
}
