import type { AuthScheme } from '../core/auth.ts';
import { defineConnector, type Connector } from '../core/connector.ts';
import { ConnectorError, type ErrorTable } from '../core/errors.ts';
import { describe, fieldErrors } from '../core/schema.ts';
import { fillServer, type ServerTemplate } from '../core/server.ts';
import { ConnectorDocument, type Definition } from './definition.ts';
import { actionOf } from './interpret.ts';
import { triggersOf } from './webhook-trigger.ts';

export { ConnectorDocument } from './definition.ts';

/**
 * Makes a connector from plain JSON.
 * @throws ConnectorError of kind `config` with everything that is wrong with the document
 */
export function connectorFromJson(document: unknown): Connector {
  return connectorFromDefinition(parseDefinition(document));
}

/**
 * Checks plain JSON and fills in what it leaves out.
 * @throws ConnectorError of kind `config` with everything that is wrong with the document
 */
export function parseDefinition(document: unknown): Definition {
  const parsed = ConnectorDocument.safeParse(document);
  if (parsed.success) return parsed.data;
  const fields = fieldErrors(parsed.error);
  throw new ConnectorError(`this is not a connector: ${describe(fields)}`, {
    kind: 'config',
    fields,
    hint: 'See docs/connectors.md for the members of a connector document.',
  });
}

/**
 * Makes a connector from a definition that was checked. Schemas are neither read nor compiled: thousands of operations
 * cost milliseconds.
 */
export function connectorFromDefinition(definition: Definition): Connector {
  const { id, title, docs, plan, servers, actions, errors, auth, auths, budgets, check } = definition;
  const triggers = triggersOf(definition);
  const defs = definition.$defs ?? {};
  const templates = Object.entries(servers).flatMap(([name, server]): [string, ServerTemplate][] =>
    typeof server === 'string' ? [] : [[name, server]],
  );
  return defineConnector({
    id,
    title,
    docs,
    plan,
    servers: mapValues(servers, (server) => (typeof server === 'string' ? server : fillServer(server))),
    ...(templates.length > 0 ? { templates: Object.fromEntries(templates) } : {}),
    guarded: true,
    auth: auth satisfies AuthScheme,
    ...(auths ? { auths } : {}),
    budgets: budgets as Connector['budgets'],
    errors: toErrorTable(errors),
    actions: mapValues(actions, (operations, area) =>
      mapValues(operations, (operation, name) =>
        actionOf(operation, { connector: id, name: `${area}.${name}`, defs }),
      ),
    ),
    ...(check ? { check } : {}),
    ...(triggers ? { triggers } : {}),
  });
}

function mapValues<A, B>(
  table: Readonly<Record<string, A>>,
  make: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, make(value, key)]));
}

function toErrorTable(errors: Definition['errors']): ErrorTable {
  return {
    ...errors,
    rules: errors.rules.map(({ message, ...rule }) => ({
      ...rule,
      ...(message === undefined ? {} : { message: new RegExp(message, 'i') }),
    })),
  } as ErrorTable;
}
