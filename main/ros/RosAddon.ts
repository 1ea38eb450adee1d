import { createRequire } from 'node:module';
import path from 'node:path';
import { fail, type Result, succeed } from '../model/Problem.js';
import { nativeFileOf } from './nativeFile.js';

/** What `RosNode` uses of rclnodejs's native addon, and how that is loaded. See there for why it is driven directly. */
export interface Handle {
  release(): void;
}

export interface Quality {
  readonly history: number;
  readonly depth: number;
  readonly reliability: number;
  readonly durability: number;
  readonly liveliness: number;
  readonly avoidRosNameSpaceConventions: boolean;
}

interface EndpointInfo {
  readonly node_name: string;
  readonly topic_type: string;
  readonly endpoint_gid: readonly number[];
  readonly qos_profile: { readonly reliability: number; readonly durability: number };
}

interface MessageInfo {
  readonly source_timestamp: bigint;
  readonly publication_sequence_number: bigint;
  readonly publisher_gid: Buffer;
}

/** Runs the wait set in a thread of its own and calls `execute` of the derived class with the handles that are ready. */
export interface ShadowNode {
  start(context: Handle, timeoutMs: number): void;
  stop(): void;
  /** Takes over the arrays of entities after a change. */
  syncHandles(): void;
}

export interface RosAddon {
  readonly ShadowNode: new () => ShadowNode;
  createContext(): Handle;
  init(context: Handle, argv: readonly string[]): void;
  shutdown(context: Handle): void;
  createNode(
    name: string,
    namespace: string,
    context: Handle,
    argv: readonly string[],
    globalArguments: boolean,
  ): Handle;
  createSubscription(
    node: Handle,
    packageName: string,
    subFolder: string,
    typeName: string,
    topic: string,
    options: { readonly qos: Quality },
  ): Handle;
  /** Takes into `message`, the memory of the type's C struct, which must begin as zeros and is used again. */
  rclTakeWithInfo(subscription: Handle, message: Buffer): MessageInfo | undefined;
  serialize(packageName: string, subFolder: string, typeName: string, message: Buffer): Uint8Array;
  createClient(node: Handle, service: string, typeName: string, packageName: string, qos: string): Handle;
  serviceServerIsAvailable(node: Handle, client: Handle): boolean;
  sendRequest(client: Handle, request: Buffer): number;
  rclTakeResponse(client: Handle, response: Buffer): number | undefined;
  deserialize(packageName: string, subFolder: string, typeName: string, data: Buffer, message: Buffer): void;
  getNodeNames(node: Handle, withEnclaves: boolean): readonly { readonly name: string; readonly namespace: string }[];
  getTopicNamesAndTypes(
    node: Handle,
    noDemangle: boolean,
  ): readonly { readonly name: string; readonly types: readonly string[] }[];
  getRMWImplementationIdentifier(): string;
  getSubscriptionsInfoByTopic(node: Handle, topic: string, noDemangle: boolean): readonly EndpointInfo[];
  getPublishersInfoByTopic(node: Handle, topic: string, noDemangle: boolean): readonly EndpointInfo[];
}

/** Problem `no-rclnodejs`: nothing but set-up helps. */
export function loadRosAddon(nativeFile: string | null): Result<RosAddon> {
  const require = createRequire(import.meta.url);
  try {
    const file = nativeFile ?? nativeFileOf(path.dirname(require.resolve('rclnodejs/package.json')));
    return succeed(require(file) as RosAddon);
  } catch (error) {
    return fail(
      'no-rclnodejs',
      `rclnodejs's native part does not load: ${wordsOf(error)}`,
      'Run `npm run setup`, which builds it for the ROS 2 that it finds.',
    );
  }
}

/** An error's own words, in one line. */
export function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}
