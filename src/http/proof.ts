import type { ProofPlace } from '../core/auth.ts';
import type { Call } from '../core/call.ts';
import type { Connection } from '../core/connector.ts';
import { ConnectorError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';

/** A token is renewed when less than this is left of it, in milliseconds: a call may wait for its budget. */
export const RENEW_BEFORE_MS = 90_000;

/** Where a token goes by RFC 6750. */
export const BEARER: ProofPlace = { in: 'header', name: 'authorization', prefix: 'Bearer ' };

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

/** The call with a proof at its place; what the caller put there himself gives way. */
export function withProof(call: Call, place: ProofPlace, value: string): Call {
  const proof = place.prefix + value;
  if (place.in === 'query') return { ...call, query: { ...call.query, [place.name]: proof } };
  if (place.in === 'header') return withHeader(call, place.name, proof);
  const pair = `${place.name}=${/^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]*$/.test(proof) ? proof : encodeURIComponent(proof)}`;
  const others = headerOf(call, 'cookie')
    ?.split(/;\s*/)
    .filter((one) => !one.startsWith(`${place.name}=`));
  return withHeader(call, 'cookie', [...(others ?? []), pair].join('; '));
}

/** The call with one more header. */
export function withHeader(call: Call, name: string, value: string): Call {
  const wanted = name.toLowerCase();
  const others = Object.entries(call.headers ?? {}).filter(([one]) => one.toLowerCase() !== wanted);
  return { ...call, headers: { ...Object.fromEntries(others), [wanted]: value } };
}

function headerOf(call: Call, name: string): string | undefined {
  return Object.entries(call.headers ?? {}).find(([one]) => one.toLowerCase() === name)?.[1];
}

/** The header of Basic authentication (RFC 7617). */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
