import { randomUUID } from 'node:crypto';
import type { Answer } from '../core/action.ts';
import type { LoginScheme } from '../core/auth.ts';
import { atPointer, fillTexts } from '../core/credential-text.ts';
import { ConnectorError } from '../core/errors.ts';
import type { AuthContext, ProofCall } from './auth.ts';
import type { Fetched } from './held-token.ts';
import { credentialOf } from './proof.ts';

/** The first of the two steps: calls for a token and reads it from the answer. */
export function loginToken(scheme: LoginScheme, context: AuthContext): () => Promise<Fetched> {
  const { connection, now, send, learn } = context;
  const credential = (name: string): string => credentialOf(connection, name).reveal();
  const inPath = (name: string): string => encodeURIComponent(credential(name));
  return async () => {
    const moment = { now: now(), uuid: randomUUID };
    const fill = <T>(value: T): T => fillTexts(value, credential, moment) as T;
    const call: ProofCall = {
      method: scheme.method,
      path: String(fillTexts(scheme.path, inPath, moment)),
      ...(scheme.server === undefined ? {} : { server: scheme.server }),
      headers: fill(scheme.headers),
      ...(scheme.json === undefined ? {} : { json: fill(scheme.json) }),
      ...(scheme.form ? { form: fill(scheme.form) } : {}),
      // A token that is the whole answer need not be JSON.
      ...(scheme.token === '' ? { accept: 'text' } : {}),
    };
    const answer = await send(call);
    const token = tokenIn(scheme, answer);
    if (token === undefined) throw withoutToken(scheme, connection.connector);
    learn(token);
    return { token, until: endOf(scheme, answer.body, now()) };
  };
}

function tokenIn({ token }: LoginScheme, { headers, body }: Answer): string | undefined {
  let found: unknown;
  if (typeof token === 'string') {
    found =
      token === ''
        ? String(body)
            .trim()
            .replace(/^"(.*)"$/s, '$1')
        : atPointer(body, token);
  } else if ('header' in token) found = headers.get(token.header);
  else {
    const pairs = headers.getSetCookie().map((one) => (one.split(';')[0] ?? '').split(/=(.*)/s));
    found = pairs.find(([name]) => name?.trim() === token.cookie)?.[1];
  }
  const usable = typeof found === 'string' || typeof found === 'number' ? String(found) : '';
  return usable === '' ? undefined : usable;
}

/** Seconds that are more than this many are a time since 1970, in seconds; this is the year 1973. */
const LONGEST_SECONDS = 100_000_000;

/** When a token ends, in milliseconds since the epoch. */
function endOf({ expires, ttlSeconds }: LoginScheme, body: unknown, now: number): number {
  const given = expires === undefined ? undefined : atPointer(body, expires);
  const number = typeof given === 'string' && /^\d+(\.\d+)?$/.test(given) ? Number(given) : given;
  if (typeof number === 'number' && number > 0) {
    if (number <= LONGEST_SECONDS) return now + number * 1000;
    return number > LONGEST_SECONDS * 1000 ? number : number * 1000;
  }
  const time = typeof given === 'string' ? Date.parse(given) : Number.NaN;
  return Number.isNaN(time) ? now + ttlSeconds * 1000 : time;
}

function withoutToken({ token, method, path }: LoginScheme, connector: string): ConnectorError {
  const where =
    typeof token === 'string'
      ? `at '${token}'`
      : 'header' in token
        ? `in the header '${token.header}'`
        : `in the cookie '${token.cookie}'`;
  return new ConnectorError(`the sign-in to '${connector}' answered without a token ${where}`, {
    kind: 'contract',
    connector,
    hint: `Compare the answer of ${method} ${path} with \`token\` in the definition of the connector.`,
  });
}
