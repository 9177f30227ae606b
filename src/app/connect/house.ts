import type { Log } from '../../core/log.ts';
import type { Linked } from '../connections.ts';
import type { Connector } from '../../core/connector.ts';
import type { Session } from '../../http/session.ts';
import type { ConnectorTable } from '../../store/connectors.ts';

/** What the work on built connectors needs of the house. */
export interface ConnectHouse {
  table: ConnectorTable;
  fetch: typeof fetch;
  now: () => number;
  log: Log;
  /** Names that are taken: built-in connectors. */
  taken: (id: string) => boolean;
  /** What this process knows of built connectors is no longer true. */
  changed: () => void;
  /** Names of all connections with the connector that each is for. */
  connections(): Promise<{ name: string; connector: string }[]>;
  /** A connection with the connector that is in use. */
  link(name: string): Promise<Linked>;
  /** A session of its own for a connector as it is being built, with a connection's credentials. */
  openSession(linked: Linked, fetch?: typeof globalThis.fetch): Promise<Session>;
  /** A connection for a connector when it is called without any account. */
  nobody(connector: Connector, servers: Readonly<Record<string, string>>): Linked;
}
