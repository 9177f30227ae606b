import type { Effect } from '../../core/action.ts';
import type { Secret } from '../../core/secret.ts';
import type { Authorization } from '../oauth.ts';

/** Where the browser of a person brings the answer of a consent to. */
export interface ConsentDoor {
  redirectUri: string;
  port?: number | undefined;
  ask: (authorization: Authorization) => Promise<URLSearchParams>;
  close(): Promise<void>;
}

/** Opens one; the port is that of an earlier registration, where there is one. */
export type OpenDoor = (port?: number) => Promise<ConsentDoor>;

/** What a person says of a server. */
export interface NewServer {
  /** An address, or `stdio:<name>`. */
  target: string;
  /** Of the connector; made from the address when left out. */
  id?: string | undefined;
  token?: Secret | undefined;
  client?: { id: string; secret?: Secret | undefined } | undefined;
  /** Trunkline may register itself where that is offered. */
  register?: boolean | undefined;
  /** Where a document tells who Trunkline is; that of this server when it has a public address. */
  documentUrl?: string | undefined;
  /** The client acts for itself: nobody consents. */
  machine?: boolean | undefined;
  /** In place of those that the server names. */
  scopes?: readonly string[] | undefined;
  allowPrivate?: readonly string[] | undefined;
  /** What tools do, where the person knows better than their hints. */
  effects?: Readonly<Record<string, Effect>> | undefined;
}
