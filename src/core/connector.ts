import type { ActionTree, Action } from './action.ts';
import type { Audience } from './audience.ts';
import type { AuthScheme } from './auth.ts';
import type { BudgetTable, ReadLimits } from './budget.ts';
import type { ErrorTable } from './errors.ts';
import type { PeopleSource } from './people.ts';
import type { Secret } from './secret.ts';
import type { Stream } from './stream.ts';
import type { Trigger } from './trigger.ts';

/** A system described as data. Holds no secret. */
export interface Connector<Actions extends ActionTree = ActionTree> {
  readonly id: string;
  readonly title: string;
  readonly docs: string;
  /** Addresses by name; `api` is the default of every call. A connection may replace them. */
  readonly servers: Readonly<Record<string, string>>;
  readonly auth: AuthScheme;
  /** Credential that names the account whose budgets are shared; without it, each connection is its own account. */
  readonly account?: string;
  readonly budgets: BudgetTable;
  /** Plan to assume when the connection names none. */
  readonly plan: string;
  readonly errors: ErrorTable;
  readonly limits?: ReadLimits;
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
  credentials: Readonly<Record<string, Secret>>;
  /** Replace the connector's addresses, by name. */
  servers?: Readonly<Record<string, string>>;
  /** Key in the connector's budgets. */
  plan?: string;
  /** Part of each window's limit that may be used, from 0 to 1. Default 1. */
  share?: number;
  /** Part of each day's limit that may be used, from 0 to 1. Default 0.8, as other apps share it. */
  dailyShare?: number;
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
