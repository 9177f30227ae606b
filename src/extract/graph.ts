import { ConnectorError } from '../core/errors.ts';
import type { Stream, StreamParent } from '../core/stream.ts';
import type { StreamChoice } from './request.ts';

/** A stream of a run, with what hangs below it. */
export interface StreamNode {
  stream: Stream;
  choice: StreamChoice;
  /** Its rows are not kept: it is read for what lies below it. */
  hidden: boolean;
  /** Its table, or `~` and its name when there is none. */
  target: string;
  /** Those that give it its slices; empty for a stream that begins by itself. */
  parents: { node: StreamNode; by: StreamParent }[];
  children: { node: StreamNode; by: StreamParent }[];
}

/**
 * The streams that were chosen and those that they hang below, parents first.
 * @param granted whether the connection has one of these scopes; true when nobody knows
 * @throws ConnectorError of kind `config` for a stream that does not exist or hangs below itself
 */
export function streamGraph(
  streams: ReadonlyMap<string, Stream>,
  choices: readonly StreamChoice[],
  granted: (scopes: readonly string[]) => boolean,
): StreamNode[] {
  const nodes = new Map<string, StreamNode>();
  const order: StreamNode[] = [];
  for (const choice of choices) {
    const stream = known(streams, choice.stream);
    nodes.set(stream.name, {
      stream,
      choice,
      hidden: false,
      target: choice.table,
      parents: [],
      children: [],
    });
  }
  const linked = new Set<StreamNode>();
  const open = new Set<string>();
  const link = (node: StreamNode): void => {
    if (linked.has(node)) return;
    if (open.has(node.stream.name)) throw circle(node.stream);
    open.add(node.stream.name);
    for (const by of parentsOf(node.stream, nodes, streams, granted)) {
      const parent = nodes.get(by.stream) ?? hiddenNode(known(streams, by.stream), node.choice);
      nodes.set(by.stream, parent);
      link(parent);
      node.parents.push({ node: parent, by });
      parent.children.push({ node, by });
    }
    open.delete(node.stream.name);
    linked.add(node);
    order.push(node);
  };
  const chosen = [...nodes.values()];
  // More are added on the way.
  for (const node of chosen) link(node);
  return order;
}

/** All that are read anyway; else the first that may be read. */
function parentsOf(
  stream: Stream,
  nodes: ReadonlyMap<string, StreamNode>,
  streams: ReadonlyMap<string, Stream>,
  granted: (scopes: readonly string[]) => boolean,
): readonly StreamParent[] {
  const all = stream.parents ?? [];
  const allowed = all.filter((parent) => granted(known(streams, parent.stream).scopes));
  const parents = (allowed.length > 0 ? allowed : all).filter(
    (parent, _, others) =>
      !others.some((other) => other !== parent && hangsBelow(other.stream, parent.stream, streams)),
  );
  const chosen = parents.filter((parent) => nodes.get(parent.stream)?.hidden === false);
  return chosen.length > 0 ? chosen : parents.slice(0, 1);
}

function hangsBelow(name: string, above: string, streams: ReadonlyMap<string, Stream>, depth = 0): boolean {
  if (depth > streams.size) return false;
  const parents = known(streams, name).parents ?? [];
  return parents.some(({ stream }) => stream === above || hangsBelow(stream, above, streams, depth + 1));
}

function hiddenNode(stream: Stream, { mode }: StreamChoice): StreamNode {
  const target = `~${stream.name}`;
  return {
    stream,
    choice: { stream: stream.name, table: target, mode, newColumns: 'keep' },
    hidden: true,
    target,
    parents: [],
    children: [],
  };
}

function known(streams: ReadonlyMap<string, Stream>, name: string): Stream {
  const stream = streams.get(name);
  if (stream) return stream;
  throw new ConnectorError(`there is no stream '${name}'`, {
    kind: 'config',
    hint: 'See the names with: trunkline streams',
  });
}

function circle(stream: Stream): ConnectorError {
  return new ConnectorError(`the stream '${stream.name}' hangs below itself`, {
    kind: 'config',
    hint: 'Correct the parents of the stream: they must lead to one that has none.',
  });
}
