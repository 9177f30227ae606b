import type { Call } from '../core/call.ts';
import type { Connection } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';

/** A token is renewed when less than this is left of it, in milliseconds: a call may wait for its budget. */
export const RENEW_BEFORE_MS = 90_000;

/** A credential of a connection; throws when it is missing. */
export function credentialOf(connection: Connection, name: string): Secret {
  const secret = connection.credentials[name];
  if (secret) return secret;
  throw new ConnectorError(`the connection '${connection.name}' has no credential '${name}'`, {
    kind: 'config',
    connector: connection.connector,
    hint: `Set '${name}' for the connection '${connection.name}' in the configuration or the environment.`,
  });
}

/** The call with one more header. */
export function withHeader(call: Call, name: string, value: string): Call {
  return { ...call, headers: { ...call.headers, [name.toLowerCase()]: value } };
}

/** The header of Basic authentication. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
