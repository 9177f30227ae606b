import { createPrivateKey, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { JwtScheme } from '../core/auth.ts';
import { fillTexts } from '../core/credential-text.ts';
import { ConnectorError } from '../core/errors.ts';
import type { AuthContext, Authorizer } from './auth.ts';
import { credentialOf, withProof } from './proof.ts';

/** Signs a token for each call, so that none is old and none is used twice. */
export function createJwt(scheme: JwtScheme, { connection, now, learn }: AuthContext): Authorizer {
  const credential = (name: string): string => credentialOf(connection, name).reveal();
  let key: KeyObject | Uint8Array | undefined;
  const sign = async (): Promise<string> => {
    // Only who signs pays for it: reading the package takes 30 ms.
    const { SignJWT } = await import('jose');
    key ??= keyOf(scheme, credential(scheme.secret));
    const moment = { now: now(), uuid: randomUUID };
    const [header, payload] = fillTexts([scheme.header, scheme.payload], credential, moment) as [
      Record<string, unknown>,
      Record<string, unknown>,
    ];
    return new SignJWT(payload)
      .setProtectedHeader({ typ: 'JWT', ...header, alg: scheme.algorithm })
      .sign(key);
  };
  return {
    authorize: async (call) => {
      let token: string;
      try {
        token = await sign();
      } catch (cause) {
        throw cause instanceof ConnectorError ? cause : unusable(scheme, connection.connector, cause);
      }
      learn(token);
      return withProof(call, scheme.place, token);
    },
    granted: undefined,
    renew: () => false,
  };
}

function keyOf({ algorithm, base64 }: JwtScheme, text: string): KeyObject | Uint8Array {
  if (algorithm.startsWith('HS')) return Buffer.from(text, base64 ? 'base64' : 'utf8');
  if (text.trimStart().startsWith('{')) {
    return createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' });
  }
  // In a variable of the environment, lines are often written as \n.
  return createPrivateKey(text.replaceAll('\\n', '\n'));
}

function unusable({ algorithm, secret }: JwtScheme, connector: string, cause: unknown): ConnectorError {
  const wanted = algorithm.startsWith('HS') ? 'a shared secret' : 'a private key as PEM or JWK';
  return new ConnectorError(`the credential '${secret}' cannot sign with ${algorithm}`, {
    kind: 'config',
    connector,
    hint: `It must be ${wanted} that fits ${algorithm} (RFC 7518, 3.1).`,
    cause,
  });
}
