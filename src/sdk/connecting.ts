import type { connectors } from '../catalog.ts';
import type { Connector } from '../core/connector.ts';
import type { Client } from '../http/client.ts';

type BuiltIn = typeof connectors;

/** What each built-in connector signs in with. Undefined: taken from the configuration. */
export interface BuiltInCredentials {
  /** Of a Server-to-Server OAuth app. */
  zoom: {
    accountId: string | undefined;
    clientId: string | undefined;
    clientSecret: string | undefined;
  };
  brevo: { apiKey: string | undefined };
}

/** Credentials of a connector: checked by name for the built-in ones. */
export type CredentialsFor<Name extends string> = Name extends keyof BuiltInCredentials
  ? BuiltInCredentials[Name]
  : Readonly<Record<string, string | undefined>>;

/** The client of a connector: with every input and output typed for the built-in ones. */
export type ClientFor<Name extends string> = Name extends keyof BuiltIn
  ? Client<BuiltIn[Name]>
  : Client<Connector>;

export interface ConnectOptions {
  /** Addresses that replace the connector's, by name: `{ api: 'https://…' }`. */
  servers?: Readonly<Record<string, string>>;
}
