import type { Definition } from './definition.ts';
import { operationsOf } from './overlay.ts';
import { isObject, pointerOf } from './pointer.ts';

/** A place of a definition that holds what belongs into a connection. */
export interface SecretPlace {
  action?: string;
  pointer: string;
  message: string;
}

// Names under which systems take what proves who we are.
const SECRET_NAME =
  /^(?:proxy-)?authorization$|^cookie$|^(?:x-)?(?:api|app|auth|access|secret|private|subscription)[-_]?(?:key|token|secret)$|(?:^|[-_.])(?:token|secret|password|passwd|pwd|apikey|api_key|client_secret|signature)$/i;

/** Whether a header, parameter or member of this name carries a secret. */
export function namesSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * Places where a definition holds a secret although it must not: it is shown, kept as versions and exported. Values with
 * `{name}` in them stand for a credential of the connection and are none.
 */
export function secretPlaces(definition: Definition): SecretPlace[] {
  const found: SecretPlace[] = [];
  for (const [name, server] of Object.entries(definition.servers)) {
    const url = typeof server === 'string' ? server : server.url;
    const parsed = URL.parse(url);
    if (parsed && (parsed.username !== '' || parsed.password !== '')) {
      found.push({
        pointer: pointerOf(['servers', name]),
        message: 'the address holds a user name or a password',
      });
    }
    for (const key of parsed?.searchParams.keys() ?? []) {
      if (namesSecret(key))
        found.push({ pointer: pointerOf(['servers', name]), message: `the address holds ${key}` });
    }
  }
  for (const [key, auth] of [['auth', definition.auth] as const, ...Object.entries(definition.auths ?? {})]) {
    const at = key === 'auth' ? ['auth'] : ['auths', key];
    lookInto(auth, at, (pointer, name) => found.push({ pointer, message: `${name} is written out` }));
  }
  for (const { name, operation } of operationsOf(definition)) {
    for (const { in: place, name: parameter, value } of operation.parameters) {
      if (!namesSecret(parameter) || typeof value !== 'string' || value === '') continue;
      const pointer = `/parameters/${place}:${parameter.replaceAll('~', '~0').replaceAll('/', '~1')}/value`;
      found.push({
        action: name,
        pointer,
        message: `the ${place === 'header' ? 'header' : 'input'} ${parameter} has a value`,
      });
    }
  }
  return found;
}

/** Texts under the name of a secret, in the requests that fetch tokens. */
function lookInto(auth: unknown, at: readonly string[], tell: (pointer: string, name: string) => void): void {
  if (Array.isArray(auth)) {
    for (const [i, one] of auth.entries()) lookInto(one, [...at, String(i)], tell);
  } else if (isObject(auth)) {
    for (const [name, value] of Object.entries(auth)) {
      const literal = typeof value === 'string' && value !== '' && !/\{[^}]+\}/.test(value);
      // At the top, such members name a credential or say where the answer has the token.
      const isName = ['kind' in auth, 'grant' in auth].includes(true);
      if (literal && !isName && namesSecret(name)) tell(pointerOf([...at, name]), name);
      else lookInto(value, [...at, name], tell);
    }
  }
}
