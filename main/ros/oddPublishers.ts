/** What of a publisher decides how its topic can be heard. */
interface Offer {
  readonly node: string;
  readonly reliable: boolean;
  readonly keepsMessages: boolean;
}

/** Nodes that offer less than others on the same topic: one subscription takes what all offer, so they lower it for all. */
export interface OddPublishers {
  readonly bestEffort: readonly string[];
  /** Of a topic that is asked for what its publishers kept: those that keep nothing. */
  readonly volatile: readonly string[];
}

/** @param wantsKept what publishers kept is asked for, as for logs */
export function oddPublishers(publishers: readonly Offer[], wantsKept: boolean): OddPublishers {
  const lacking = (has: (publisher: Offer) => boolean): readonly string[] => {
    const without = publishers.filter((publisher) => !has(publisher));
    return without.length === publishers.length ? [] : [...new Set(without.map(({ node }) => node))].sort();
  };
  return {
    bestEffort: lacking(({ reliable }) => reliable),
    volatile: wantsKept ? lacking(({ keepsMessages }) => keepsMessages) : [],
  };
}

/** In words, as sentences; empty when none is odd. */
export function oddWords({ bestEffort, volatile }: OddPublishers): string {
  return [
    bestEffort.length === 0
      ? ''
      : `${named(bestEffort)} best effort, so all nodes on it are heard best effort: on a bad link messages are lost, and counted, not sent again.`,
    volatile.length === 0
      ? ''
      : `${named(volatile)} without keeping anything (volatile), so what the other nodes kept from before Tether came is not asked for, and not counted.`,
  ]
    .filter((words) => words !== '')
    .join(' ');
}

function named(nodes: readonly string[]): string {
  const more = nodes.length - namedMax;
  return `${nodes.slice(0, namedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''} ${nodes.length === 1 ? 'publishes' : 'publish'}`;
}

const namedMax = 5;
