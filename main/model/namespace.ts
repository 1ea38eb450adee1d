/**
 * Namespaces, for several robots on one ROS domain. A logger's name is its node's, with dots for the namespace's slashes
 * (rcl: `rover_1.nav` of the node `/rover_1/nav`); ROS 1 writes the node's name itself.
 */
export function isBelow(namespace: string, node: string): boolean {
  return namespace === '' || dotted(node).startsWith(`${dotted(namespace)}.`);
}

/** A relative topic lies in the namespace; one from the root on (`/diagnostics`) is what it is. */
export function inNamespace(namespace: string, topic: string): string {
  return topic.startsWith('/') ? topic : `${namespace}/${topic}`;
}

/** The first parts of names that have more than one, as namespaces. */
export function namespacesOf(nodes: readonly string[]): string[] {
  const parts = nodes.map((node) => dotted(node).split('.')).filter(({ length }) => length > 1);
  return [...new Set(parts.map(([first = '']) => `/${first}`))].sort();
}

function dotted(name: string): string {
  return name.replace(/^\/+/, '').replaceAll('/', '.');
}
