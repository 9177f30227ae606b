import type { ActionTree, Action } from './action.ts';
import type { Audience } from './audience.ts';
import type { AuthScheme } from './auth.ts';
import type { BudgetTable, ReadLimits } from './budget.ts';
import { ConnectorError, type ErrorTable } from './errors.ts';
import type { PeopleSource } from './people.ts';
import type { Allowed } from './private-address.ts';
import type { ToSegment } from './route.ts';
import type { Secret } from './secret.ts';
import type { ServerTemplate } from './server.ts';
import type { Stream } from './stream.ts';
import type { Trigger } from './trigger.ts';

/** A system described as data. Holds no secret. */
export interface Connector<Actions extends ActionTree = ActionTree> {
  readonly id: string;
  readonly title: string;
  readonly docs: string;
  /** Addresses by name; `api` is the default of every call. A connection may replace them. */
  readonly servers: Readonly<Record<string, string>>;
  /** Those of them that have parts in braces; `servers` has them as they are when a connection says nothing. */
  readonly templates?: Readonly<Record<string, ServerTemplate>>;
  readonly auth: AuthScheme;
  /** Other ways to prove who we are, by name; a connection chooses one. */
  readonly auths?: Readonly<Record<string, AuthScheme>>;
  /** Its addresses come from a document, not from a programmer: what is not on the open internet is out of its reach. */
  readonly guarded?: boolean;
  /** What carries its calls where that is not plain HTTP: its actions are tools of an MCP server. */
  readonly carrier?: 'mcp';
  /** Credential that names the account whose budgets are shared; without it, each connection is its own account. */
  readonly account?: string;
  readonly budgets: BudgetTable;
  /** Plan to assume when the connection names none. */
  readonly plan: string;
  readonly errors: ErrorTable;
  readonly limits?: ReadLimits;
  /** Label of the budget of any route of the API, by method and path: for calls that belong to no action. */
  labelOf?(method: string, path: string): string;
  /** How a value becomes a path segment, where percent-encoding it once is not enough. */
  readonly segment?: ToSegment;
  readonly actions: Actions;
  /** Action (such as `users.list`) and input that prove a connection works. */
  readonly check?: { action: string; input: Readonly<Record<string, unknown>> };
  readonly streams?: Readonly<Record<string, Stream>>;
  readonly triggers?: Readonly<Record<string, Trigger>>;
  readonly people?: PeopleSource;
  readonly audience?: Audience;
}

/** Declares a connector. */
export function defineConnector<const Actions extends ActionTree>(
  spec: Connector<Actions>,
): Connector<Actions> {
  return Object.freeze(spec);
}

/** A connector plus credentials and settings for one account. */
export interface Connection {
  /** Name that people give it, such as `zoom` or `zoom-emea`. */
  name: string;
  /** Id of its connector. */
  connector: string;
  /** Whose budgets it uses: connections of one account share them. */
  account: string;
  /** Key in the connector's `auths`; without it, the connector's `auth`. */
  auth?: string;
  credentials: Readonly<Record<string, Secret>>;
  /** Replace the connector's addresses, by name. */
  servers?: Readonly<Record<string, string>>;
  /** Values of the parts in braces of the connector's addresses. */
  variables?: Readonly<Record<string, string>>;
  /** What a guarded connector may reach beside the open internet. */
  allowPrivate?: Allowed;
  /** Key in the connector's budgets. */
  plan?: string;
  /** Part of each window's limit that may be used, from 0 to 1. Default 1. */
  share?: number;
  /** Part of each day's limit that may be used, from 0 to 1. Default 0.8, as other apps share it. */
  dailyShare?: number;
}

/**
 * How a connection proves who it is.
 * @throws ConnectorError of kind `config` when the connector does not know the way it names
 */
export function schemeOf(connector: Connector, connection: Pick<Connection, 'name' | 'auth'>): AuthScheme {
  const { auth } = connection;
  if (!auth) return connector.auth;
  const scheme = connector.auths?.[auth];
  if (scheme) return scheme;
  throw new ConnectorError(`the connector '${connector.id}' has no way to sign in called '${auth}'`, {
    kind: 'config',
    connector: connector.id,
    hint: `Remove the connection '${connection.name}' and add it again.`,
  });
}

/** All actions of a connector by their full name, such as `meetings.get`, in the order of declaration. */
export function listActions(connector: Connector): { name: string; action: Action }[] {
  return Object.entries(connector.actions).flatMap(([area, actions]) =>
    Object.entries(actions).map(([name, action]) => ({ name: `${area}.${name}`, action })),
  );
}

/** The action of a full name, such as `meetings.get`; undefined when there is none. */
export function findAction(connector: Connector, name: string): Action | undefined {
  const dot = name.indexOf('.');
  const area = connector.actions[name.slice(0, dot)];
  const key = name.slice(dot + 1);
  return area && Object.hasOwn(area, key) ? area[key] : undefined;
}
