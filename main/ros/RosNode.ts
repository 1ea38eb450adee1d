import type { TopicOnRobot } from '../model/NodeParameter.js';
import { fail, type Result, succeed } from '../model/Problem.js';
import { systemClock } from '../seams/Clock.js';
import { DrainLoop } from './DrainLoop.js';
import { type Handle, loadRosAddon, type Quality, type RosAddon, type ShadowNode, wordsOf } from './RosAddon.js';

/**
 * The little of rclnodejs that a robot host uses: its native addon, driven directly. Only to be used in a child process of
 * its own: the end of that is the only safe way to unload ROS.
 *
 * The package's JavaScript is not imported, for four reasons: it compiles itself anew, after deleting its native file, when that
 * does not load; it needs message classes generated into its own folder; it publishes /parameter_events; and loading it takes
 * 0.4 s, in which a restarted host misses messages. What is used of the addon is what `lib/node.js` and
 * `lib/subscription.js` of rclnodejs 2.2.0 use, the version that package.json pins.
 *
 * Messages are taken with their DDS sequence numbers, which is what makes losses countable. The addon gives those only
 * together with a take into the type's C struct, so the bytes are written again from it: the same CDR, but for a text with a NUL
 * character in it, which C ends there. That costs 10 µs a message instead of 4 (measured with rosout's 120 bytes).
 */
export const takenPerWakeMax = 2_048;

export interface PublisherFacts {
  readonly node: string;
  readonly schemaName: string;
  readonly reliable: boolean;
  readonly keepsMessages: boolean;
}

export interface SubscriptionQuality {
  readonly depth: number;
  readonly reliable: boolean;
  /** Ask publishers for what they kept (transient local). */
  readonly keptByPublishers: boolean;
}

/** One message as it came, and what DDS says of it. */
export interface TakenMessage {
  readonly data: Uint8Array;
  /** The publisher's identity in DDS (gid), as hexadecimal digits. */
  readonly publisher: string;
  /** Its number at the publisher, from 1; 0 where the RMW does not give it. */
  readonly sequence: number;
  /** When it was sent, by the publisher's clock; 0n where the RMW does not say. */
  readonly sentNs: bigint;
}

export interface RawSubscription {
  /** Takes what waits, at most `takenPerWakeMax` messages; how many it took. */
  drain(): number;
  close(): void;
}

/** A service of another node, by the bytes of its requests and answers (CDR). */
export interface ServiceClient {
  isAvailable(): boolean;
  /** Its number, which the answer has too. */
  send(request: Uint8Array): number;
  /** An answer that has come, or null. */
  take(): { readonly number: number; readonly data: Uint8Array } | null;
}

export interface RosNode {
  /** `type` as in `rcl_interfaces/srv/SetLoggerLevels`. */
  openService(name: string, type: string): Result<ServiceClient>;
  subscribe(
    topic: string,
    schemaName: string,
    quality: SubscriptionQuality,
    listener: (message: TakenMessage) => void,
  ): Result<RawSubscription>;
  publishers(topic: string): readonly PublisherFacts[];
  /** Who subscribes to the topic, as DDS names the participants (hexadecimal), by node name. */
  subscribers(topic: string): readonly { readonly node: string; readonly participant: string }[];
  /** All topics that were discovered, with their types. */
  topics(): readonly TopicOnRobot[];
  /** Full names of all nodes that were discovered, this one among them. */
  nodes(): readonly string[];
  /** The RMW implementation in use: `rmw_fastrtps_cpp`. */
  rmw(): string;
  /** Ends the context. After it, only the end of the process is safe. */
  shutdown(): void;
}

/** Values of rmw_qos_history_policy_t, rmw_qos_reliability_policy_t and rmw_qos_durability_policy_t. */
const systemDefault = 0;
const keepLast = 1;
const reliability = { reliable: 1, bestEffort: 2 } as const;
const durability = { transientLocal: 1, volatile: 2 } as const;

/** We must not be heard on /rosout ourselves, nor write log files. */
const rosArguments = ['tether', '--ros-args', '--disable-rosout-logs', '--disable-external-lib-logs'];

/** The first bytes of an endpoint's identity name its participant (RTPS: the GUID's prefix). */
const participantBytes = 12;

/** How long the wait set's thread waits at most before it looks for changes. */
const waitTimeoutMs = 10;

/** Joins the robot's domain. Problems: `no-rclnodejs` (nothing but set-up helps), `ros-start` (another try may). */
export function openRosNode(name: string, nativeFile: string | null): Result<RosNode> {
  const addon = loadRosAddon(nativeFile);
  if (!addon.ok) return addon;
  try {
    return succeed(startNode(addon.value, name));
  } catch (error) {
    return fail(
      'ros-start',
      `ROS 2 did not start: ${wordsOf(error)}`,
      'Check the domain, the RMW implementation and the network interface in the robot file; Tether tries again by itself.',
    );
  }
}

function startNode(addon: RosAddon, name: string): RosNode {
  const context = addon.createContext();
  addon.init(context, rosArguments);
  const nodeHandle = addon.createNode(name, '', context, [], true);
  const listeners = new Map<Handle, () => number>();
  const closed: Handle[] = [];
  const clients: Handle[] = [];
  const node = new (waitingNodeClass(addon, (handles) => {
    for (const handle of handles) listeners.get(handle)?.();
    loop.woken();
  }))();
  const wait = (): void => {
    node.waitFor(loop.isWaiting ? [...listeners.keys()] : []);
  };
  const loop = new DrainLoop({
    drain: () => {
      const taken = [...listeners.values()].map((drain) => drain());
      return { taken: taken.reduce((sum, each) => sum + each, 0), more: taken.includes(takenPerWakeMax) };
    },
    setWaiting: wait,
    clock: systemClock,
  });
  node.start(context, waitTimeoutMs);

  return {
    subscribe: (topic, schemaName, quality, listener) => {
      try {
        const type = typeParts(schemaName);
        const handle = addon.createSubscription(nodeHandle, ...type, topic, { qos: qosOf(quality) });
        const take = takerOf(addon, handle, type);
        const drain = (): number => {
          for (let taken = 0; taken < takenPerWakeMax; taken += 1) {
            const message = take();
            if (message === null) return taken;
            if (message !== 'unreadable') listener(message);
          }
          return takenPerWakeMax;
        };
        listeners.set(handle, drain);
        wait();
        return succeed({
          drain,
          close: () => {
            listeners.delete(handle);
            wait();
            handle.release();
            // The wait loop may still have it in hand, so it must not be collected. There are few of these.
            closed.push(handle);
          },
        });
      } catch (error) {
        return cannotSubscribe(topic, schemaName, error);
      }
    },
    publishers: (topic) =>
      addon.getPublishersInfoByTopic(nodeHandle, topic, false).map((info) => ({
        node: info.node_name,
        schemaName: info.topic_type,
        reliable: info.qos_profile.reliability !== reliability.bestEffort,
        keepsMessages: info.qos_profile.durability === durability.transientLocal,
      })),
    subscribers: (topic) =>
      addon.getSubscriptionsInfoByTopic(nodeHandle, topic, false).map((info) => ({
        node: info.node_name,
        participant: Buffer.from(info.endpoint_gid.slice(0, participantBytes)).toString('hex'),
      })),
    openService: (name, type) => {
      try {
        const [packageName, subFolder, typeName] = typeParts(type);
        const client = addon.createClient(nodeHandle, name, typeName, packageName, 'qos_profile_services_default');
        clients.push(client);
        const request = Buffer.alloc(structBytesMax);
        const response = Buffer.alloc(structBytesMax);
        return succeed({
          isAvailable: () => addon.serviceServerIsAvailable(nodeHandle, client),
          send: (data) => {
            addon.deserialize(packageName, subFolder, `${typeName}_Request`, Buffer.from(data), request);
            return addon.sendRequest(client, request);
          },
          take: () => {
            const number = addon.rclTakeResponse(client, response);
            if (number === undefined) return null;
            return { number, data: addon.serialize(packageName, subFolder, `${typeName}_Response`, response) };
          },
        });
      } catch (error) {
        return fail('no-service', `${name} cannot be called: ${wordsOf(error)}`, 'See whether the node still runs.');
      }
    },
    topics: () => addon.getTopicNamesAndTypes(nodeHandle, false).map(({ name, types }) => ({ topic: name, types })),
    nodes: () =>
      addon.getNodeNames(nodeHandle, false).map(({ namespace, name }) => `${namespace.replace(/\/$/, '')}/${name}`),
    rmw: () => addon.getRMWImplementationIdentifier(),
    shutdown: () => {
      loop.stop();
      node.stop();
      for (const handle of [...listeners.keys(), ...clients]) handle.release();
      nodeHandle.release();
      addon.shutdown(context);
    },
  };
}

type TypeParts = [packageName: string, subFolder: string, typeName: string];

/** Larger than the C struct of any message type that is subscribed to: texts and lists lie outside it. */
const structBytesMax = 64 * 1024;

/** Null when nothing waits; `unreadable` for bytes that are not of the type, which a gap in the numbers will show. */
function takerOf(addon: RosAddon, handle: Handle, type: TypeParts): () => TakenMessage | null | 'unreadable' {
  const struct = Buffer.alloc(structBytesMax);
  return () => {
    try {
      const info = addon.rclTakeWithInfo(handle, struct);
      if (info === undefined) return null;
      // An RMW that does not number messages gives the largest unsigned number, which reads as -1.
      const sequence = Math.max(0, Number(info.publication_sequence_number));
      return {
        data: addon.serialize(...type, struct),
        publisher: info.publisher_gid.toString('hex'),
        sequence,
        sentNs: info.source_timestamp,
      };
    } catch {
      return 'unreadable';
    }
  };
}

/** The class that the addon's wait loop knows how to read: it looks for these fields by name. */
function waitingNodeClass(
  addon: RosAddon,
  ready: (handles: readonly Handle[]) => void,
): new () => ShadowNode & { waitFor(subscriptions: readonly Handle[]): void } {
  return class extends addon.ShadowNode {
    readonly _timers = [];
    _subscriptions: { readonly _handle: Handle }[] = [];
    readonly _clients = [];
    readonly _services = [];
    readonly _guards = [];
    readonly _actionClients = [];
    readonly _actionServers = [];
    readonly _events = [];

    execute(handles: readonly Handle[]): void {
      ready(handles);
    }

    waitFor(subscriptions: readonly Handle[]): void {
      this._subscriptions = subscriptions.map((_handle) => ({ _handle }));
      this.syncHandles();
    }
  };
}

/** All that a subscription needs of a type is its name, for the type support library. */
function typeParts(schemaName: string): TypeParts {
  const [packageName = '', subFolder = '', typeName = ''] = schemaName.split('/');
  return [packageName, subFolder, typeName];
}

function qosOf({ depth, reliable, keptByPublishers }: SubscriptionQuality): Quality {
  return {
    history: keepLast,
    depth,
    reliability: reliable ? reliability.reliable : reliability.bestEffort,
    durability: keptByPublishers ? durability.transientLocal : durability.volatile,
    liveliness: systemDefault,
    avoidRosNameSpaceConventions: false,
  };
}

function cannotSubscribe(topic: string, schemaName: string, error: unknown): Result<never> {
  const [packageName = schemaName] = schemaName.split('/');
  const text = wordsOf(error);
  if (text.includes(`lib${packageName}__`)) {
    return fail(
      'no-message-package',
      `${topic} cannot be received: the message package ${packageName} is not in this ROS environment`,
      `Run \`npm run setup\`, which builds ${packageName}, or source a workspace that has it.`,
    );
  }
  return fail('cannot-subscribe', `${topic} cannot be received: ${text}`, 'Check the topic name in the robot file.');
}
