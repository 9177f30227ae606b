import type { Connector } from '../../core/connector.ts';
import { ConnectorError } from '../../core/errors.ts';
import { connectorFromDefinition, parseDefinition } from '../../openapi/from-json.ts';
import type { Definition } from '../../openapi/definition.ts';
import { applyOverlay, Overlay, type OverlayFault } from '../../openapi/overlay.ts';
import type { ConnectorRow, ConnectorTable, VersionContent } from '../../store/connectors.ts';

/** One version of a connector: what was imported, what people made of it, and both together. */
export interface Draft {
  row: ConnectorRow;
  version: number;
  base: Definition;
  overlay: Overlay;
  definition: Definition;
  /** Edits that do not fit the document any more. */
  faults: OverlayFault[];
}

/**
 * A version of a connector; the newest when none is named.
 * @throws ConnectorError of kind `not-found` when there is no such connector or version
 */
export async function draftOf(table: ConnectorTable, id: string, version?: number): Promise<Draft> {
  const row = await table.get(id);
  if (!row) throw noConnector(id);
  const wanted = version ?? row.version;
  // A version never changes, but one of a connector that was removed and made again is another.
  const key = `${id}@${wanted}@${row.createdAt}`;
  const versions = parsed.get(table.store) ?? new Map<string, Omit<Draft, 'row'>>();
  parsed.set(table.store, versions);
  const known = versions.get(key);
  if (known) return { row, ...known };
  const content = await table.content(id, wanted);
  if (!content) {
    throw new ConnectorError(`'${id}' has no version ${wanted}`, {
      kind: 'not-found',
      hint: `See trunkline connectors versions ${id}; only the last hundred are kept.`,
    });
  }
  const read = readVersion(content);
  versions.set(key, read);
  if (versions.size > KEPT) versions.delete(versions.keys().next().value ?? '');
  return { row, ...read };
}

/** Versions that were read, so that a large definition is read once. */
const parsed = new WeakMap<object, Map<string, Omit<Draft, 'row'>>>();
const KEPT = 20;

/** Base and overlay as they are kept, together. */
export function readVersion({ version, base: kept, overlay: edits }: VersionContent): Omit<Draft, 'row'> {
  const base = parseDefinition(kept);
  const overlay = Overlay.parse(edits);
  return { version, base, overlay, ...applyOverlay(base, overlay) };
}

export function noConnector(id: string): ConnectorError {
  return new ConnectorError(`there is no built connector '${id}'`, {
    kind: 'not-found',
    hint: 'See trunkline connectors list. Make one: trunkline connectors import <file or address>',
  });
}

/** Made once for each definition: a session knows the actions of a connector by identity. */
const made = new WeakMap<Definition, Connector>();

export function connectorOfDraft({ definition }: Pick<Draft, 'definition'>): Connector {
  let connector = made.get(definition);
  if (!connector) made.set(definition, (connector = connectorFromDefinition(definition)));
  return connector;
}
